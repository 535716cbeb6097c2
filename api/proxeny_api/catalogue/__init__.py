"""The catalogue: what codes, indicators and methods there are, open to everybody."""
