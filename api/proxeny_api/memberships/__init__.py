"""Memberships: which city is in which network, and what it consents to share there."""
