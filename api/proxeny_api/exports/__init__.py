"""Exports: all that a city owns, to take elsewhere, and the way back in."""
