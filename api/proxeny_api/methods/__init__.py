"""Methods: named versions of what is chosen where figures could be made in more than one way, shipped or a city's."""
