"""Engagements: what a city did abroad, with whom, and the share that each network has in it."""
