"""The ledger: one hash-chained entry for each change."""
