"""Reads that failed at a replica, made once more at the primary."""

from starlette.types import ASGIApp, Receive, Scope, Send

from proxeny_api.replicas.reads import Failed

AT_PRIMARY = "at_primary"


class Again:
    """Pure ASGI, within what answers exceptions: a read's transaction ends before its answer begins to be sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Failed:
            scope["state"][AT_PRIMARY] = True
            scope["state"]["said"].clear()
            await self.app(scope, receive, send)
