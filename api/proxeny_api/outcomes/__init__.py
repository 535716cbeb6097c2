"""Outcomes: what came of it, and how much of each an engagement may claim."""
