"""What all commands share: a running database, and how they print and fail."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer

from proxeny_api import boot
from proxeny_api.boot import Place
from proxeny_api.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def fail(message: str) -> NoReturn:
    """Say on standard error what went wrong, and exit with status 1."""
    typer.echo(f"proxeny-api: {message}", err=True)
    raise typer.Exit(1)


@contextmanager
def database(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Lend a running database that is migrated, and the URL that requests run under."""
    # Without a handler SIGTERM would end us at once, and leave the stopping of the database to its guard.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with boot.database(settings) as place:
        yield place, boot.prepare(place)


@contextmanager
def served(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Lend what is served: a database migrated now, or one migrated before where the login alone is told."""
    if settings.login_url is not None:
        yield boot.join(settings, settings.login_url)
        return
    with database(settings) as lent:
        yield lent


def told(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print data for programs or a sentence for people."""
    typer.echo(json.dumps(data) if as_json else text)
