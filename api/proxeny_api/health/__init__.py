"""How the server is, and how it is to be used."""
