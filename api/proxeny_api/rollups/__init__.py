"""Rollups: the sums that figures are made of, kept exact by every write."""
