"""Valuation proxies: what one of something is worth, by whose word, in which year's money."""
