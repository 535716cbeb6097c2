"""Costs: what was spent, on which engagement or membership, and by whom."""
