"""How much a request may bring, and where it may be sent."""

from dataclasses import dataclass

BATCH_PATH_END = "/engagements/batch"
# What stands behind it is one name, slashes and all.
NAMES_WITH_SLASHES = b"/engagements/by-external-id/"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds; the batch is measured unpacked."""

    max_body: int = 1 << 20
    max_batch_body: int = 16 << 20
    max_uri: int = 8 << 10
    max_header_bytes: int = 16 << 10
    max_header_fields: int = 100
    body_stall_seconds: float = 30.0
    allowed_hosts: tuple[str, ...] = ("*",)

    def allows_host(self, host: str) -> bool:
        """Tell whether a Host header names this server; `*.example.org` allows all names below it."""
        name = host.lower()
        name = name[: name.rfind("]") + 1] if name.startswith("[") else name.partition(":")[0]
        return any(
            allowed in ("*", name) or (allowed.startswith("*.") and name.endswith(allowed[1:]))
            for allowed in self.allowed_hosts
        )
