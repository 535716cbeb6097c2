"""What the tests of the client share: no settings from outside, no real waiting."""

from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROXENY_API_KEY", raising=False)
    monkeypatch.delenv("PROXENY_BASE_URL", raising=False)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that the client would have waited, one entry a pause; nobody else's waiting is touched."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("proxeny._sync.sending.time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr("proxeny._async.sending.asyncio", SimpleNamespace(sleep=wait))
    return waited
