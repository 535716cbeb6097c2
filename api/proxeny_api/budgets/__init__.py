"""Budgets: what a city spends in a year, on everything, so that what its diplomacy costs can be held against it."""
