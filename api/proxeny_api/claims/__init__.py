"""Claims: what several outcomes claim of one thing, and outcomes that may be the same without saying so."""
