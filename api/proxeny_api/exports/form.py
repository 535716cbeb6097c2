"""What an export is called: its format and its media type."""

FORMAT = "proxeny-export@1"
MEDIA_TYPE = "application/x-ndjson"
