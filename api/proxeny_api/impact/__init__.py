"""Impact: sums kept beside the records, and the figures made of them."""
