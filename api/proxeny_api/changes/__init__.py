"""What changed: the ledger as a feed, and the proof that nobody altered it."""
