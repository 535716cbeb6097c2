"""Exchange rates: what one currency was worth in another on a day."""
