"""Reads from streaming replicas: how old they are, and what a reader may demand of them."""
