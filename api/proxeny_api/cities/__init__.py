"""Cities: who owns the records."""
