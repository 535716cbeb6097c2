"""The Proxeny server: records, measures and shows what a city gets back from its diplomacy."""

__version__ = "0.1.0"
