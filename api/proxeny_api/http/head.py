"""What the skin needs from the head of a request, read in one pass over its headers."""

from typing import Final

from starlette.types import Scope

_ONCE: Final = frozenset({b"host", b"content-length", b"content-type", b"content-encoding", b"idempotency-key"})
_WANTED: Final = _ONCE | {
    b"accept-encoding", b"authorization", b"expect", b"transfer-encoding", b"x-request-id",
}  # fmt: skip


class RequestHead:
    """Sizes, and the few headers that matter here; a header that came twice and may not is in `repeated`."""

    __slots__ = ("_wanted", "count", "repeated", "size")

    def __init__(self, scope: Scope) -> None:
        self._wanted: dict[bytes, bytes] = {}
        self.repeated: str | None = None
        self.size = 0
        self.count = len(scope["headers"])
        for name, value in scope["headers"]:
            self.size += len(name) + len(value) + 4
            if name in _WANTED:
                if name in self._wanted:
                    if name in _ONCE:
                        self.repeated = name.decode("ascii")
                    continue
                self._wanted[name] = value

    def get(self, name: bytes) -> bytes | None:
        return self._wanted.get(name)

    @property
    def is_keyed(self) -> bool:
        return b"authorization" in self._wanted

    @property
    def announces_body(self) -> bool:
        return b"transfer-encoding" in self._wanted or self._wanted.get(b"content-length", b"0") != b"0"

    @property
    def announced_length(self) -> int:
        """The Content-Length in bytes, nought without one."""
        length = self._wanted.get(b"content-length", b"0")
        return int(length) if length.isdigit() and len(length) < 20 else 0
