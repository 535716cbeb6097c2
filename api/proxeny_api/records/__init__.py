"""The rows of engagements, costs and outcomes, and the one way in which they are written together."""
