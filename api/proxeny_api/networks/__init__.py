"""Networks: what cities join."""
