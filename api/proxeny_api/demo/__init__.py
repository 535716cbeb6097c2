"""The demonstration: a made-up scenario of the study's 27 cities, and the tables that show its impact."""
