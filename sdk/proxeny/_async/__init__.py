"""The asynchronous client; `_sync` is generated from it by `tools/make_sdk.py`."""
