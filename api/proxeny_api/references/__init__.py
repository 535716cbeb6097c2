"""Rates of exchange and price indices: the bank's, and those that the operator loads, each with its source."""
