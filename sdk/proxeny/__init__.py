"""Typed client of the Proxeny API, and the formulae behind its figures.

::

    from proxeny import Proxeny

    with Proxeny() as client:  # PROXENY_BASE_URL and PROXENY_API_KEY
        for engagement in client.engagements.list("bilbao"):
            print(engagement.title)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxeny import errors, models
    from proxeny._async.client import AsyncProxeny
    from proxeny._sync.client import Proxeny
    from proxeny._version import __version__
    from proxeny.errors import ApiError, ProxenyError

__all__ = ["ApiError", "AsyncProxeny", "Proxeny", "ProxenyError", "__version__", "errors", "models"]

# The client, httpx and pydantic are imported when first asked for: `import proxeny.indicators` must stay light.
_HOMES = {
    "ApiError": "proxeny.errors",
    "AsyncProxeny": "proxeny._async.client",
    "Proxeny": "proxeny._sync.client",
    "ProxenyError": "proxeny.errors",
    "__version__": "proxeny._version",
}
_MODULES = ("errors", "models")


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"proxeny.{name}")
    if name not in _HOMES:
        message = f"module 'proxeny' has no attribute {name!r}"
        raise AttributeError(message)
    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
