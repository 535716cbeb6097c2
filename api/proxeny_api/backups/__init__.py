"""Backups of the bundled database: made while it runs, checked file by file, restored to an instant or to the end."""
