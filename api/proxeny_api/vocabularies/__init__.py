"""The code lists that records are described with."""
