"""How many requests a key, and an address without one, may make: counted by all processes together."""
