"""The catalogue: what codes, indicators, methods and rates there are, open to everybody."""
