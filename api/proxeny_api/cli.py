"""The command `proxeny-api`: serve, migrate, make keys, load rates, verify, back up, restore, demonstrate."""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import asyncpg
import typer
from pydantic import ValidationError

from proxeny_api import __version__, embedded, keeper
from proxeny_api.backups import commands as backups
from proxeny_api.commanding import Json, database, fail, served, told
from proxeny_api.errors import ApiError
from proxeny_api.settings import Settings

if TYPE_CHECKING:
    from proxeny_api.references.command import Report

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The Proxeny server."
)
app.add_typer(keeper.app)
keys = typer.Typer(no_args_is_help=True, help="API keys.")
app.add_typer(keys, name="key")
rates = typer.Typer(no_args_is_help=True, help="Rates of exchange.")
app.add_typer(rates, name="rates")
indices = typer.Typer(no_args_is_help=True, help="Price indices.")
app.add_typer(indices, name="indices")
app.command()(backups.backup)
app.command()(backups.restore)
Source = Annotated[str, typer.Option(help="Who published them, and where they are to be found.")]
REFUSALS = (
    embedded.EmbeddedError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    ValueError,
    OSError,
)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8000,
    number: Annotated[int, typer.Option("--workers", help="How many processes serve.", min=1, max=64)] = 1,
) -> None:
    """Migrate if needed and serve; one line with the address when ready."""
    from proxeny_api import serving, workers

    settings = Settings()
    with serving.listen(host, port) as listening, served(settings) as (place, login_url):
        if number == 1:
            serving.run(settings, place, login_url, listening)
        else:
            workers.run(settings, place, login_url, listening, number)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the schema of this version."""
    with database(Settings()):
        pass
    told({"migrated": True}, "The database is at the newest schema.", as_json=as_json)


@app.command("login-url")
def login_url(
    pgbouncer: Annotated[bool, typer.Option("--pgbouncer", help="As a line of PgBouncer's userlist.txt.")] = False,
    as_json: Json = False,
) -> None:
    """Print the URL of the login that requests run under, with its password: a secret."""
    with database(Settings()) as (_, url):
        parts = urlsplit(url)
    told({"login_url": url}, f'"{parts.username}" "{parts.password}"' if pgbouncer else url, as_json=as_json)


@app.command()
def openapi(
    check: Annotated[bool, typer.Option(help="Only tell whether the committed document is current.")] = False,
    output: Annotated[Path, typer.Option(help="Where the document is.")] = Path("openapi/openapi.json"),
) -> None:
    """Write the OpenAPI document of this version."""
    from proxeny_api.main import create_app
    from proxeny_api.openapi import rendered

    document = rendered(create_app(Settings(), "postgresql://", b""))
    if not check:
        output.write_text(document, encoding="utf-8")
        typer.echo(f"Wrote {output}.")
    elif not output.is_file() or output.read_text(encoding="utf-8") != document:
        fail(f"{output} is not current; run `make openapi`.")


@app.command()
def version(as_json: Json = False) -> None:
    """Print the version."""
    told({"version": __version__}, __version__, as_json=as_json)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8000,
) -> None:
    """Start everything, post a made-up scenario through the SDK, print its impact, and serve it."""
    from proxeny_api.demo.show import show

    show(Settings(), port=port, stays=sys.stdout.isatty() and os.environ.get("DEMO_EXIT") != "1")


@keys.command("create")
def create(
    operator: Annotated[bool, typer.Option("--operator", help="For the operator.")] = False,
    city: Annotated[str | None, typer.Option(help="For the city of this code or id.")] = None,
    network: Annotated[str | None, typer.Option(help="For the network of this code or id.")] = None,
    scopes: Annotated[str, typer.Option(help="What it may do, with commas: read,write,keys.")] = "read,write,keys",
    expires: Annotated[int, typer.Option(help="How many days it lasts.", min=1, max=366)] = 90,
    name: Annotated[str, typer.Option(help="What it is for.")] = "made by command",
    as_json: Json = False,
) -> None:
    """Print a new key, alone, on standard output."""
    from proxeny_api.keys.command import create_key

    owners = {"operator": "" if operator else None, "city": city, "network": network}
    kinds = [kind for kind, owner in owners.items() if owner is not None]
    if len(kinds) != 1:
        fail("say one of --operator, --city CODE, --network CODE")
    wanted = [scope for scope in scopes.split(",") if scope]
    if not wanted or not set(wanted) <= {"read", "write", "keys"}:
        fail("--scopes takes read, write and keys, with commas between them")
    settings = Settings()
    with database(settings) as (place, _):
        making = create_key(
            place.admin_url,
            place.pepper,
            kind=kinds[0],
            owner=owners[kinds[0]] or None,
            scopes=wanted,
            days=expires,
            environment=settings.environment,
            name=name,
        )
        key = asyncio.run(making)
    told({"key": key}, key, as_json=as_json)


@rates.command("load")
def load_rates(
    file: Annotated[Path, typer.Argument(help="CSV with the columns currency, day and per_eur.")],
    source: Source,
    as_json: Json = False,
) -> None:
    """Load rates of exchange for days that the European Central Bank has none of; bad rows are refused one by one."""
    from proxeny_api.references import command

    with database(Settings()) as (place, _):
        report = asyncio.run(command.load_rates(place.admin_url, file, source))
    reported(report, file, as_json=as_json)


@indices.command("load")
def load_indices(
    file: Annotated[Path, typer.Argument(help="CSV with the columns currency, year and value.")],
    source: Source,
    base: Annotated[str | None, typer.Option(help="What is 100 or 1; years of one base are compared.")] = None,
    as_json: Json = False,
) -> None:
    """Load price indices by currency and year; bad rows are refused one by one."""
    from proxeny_api.references import command

    with database(Settings()) as (place, _):
        report = asyncio.run(command.load_indices(place.admin_url, file, source, base))
    reported(report, file, as_json=as_json)


def reported(report: "Report", file: Path, *, as_json: bool) -> None:
    """Print what became of a file, and why rows were refused; exit with status 1 where any was."""
    told(report.as_data(), report.as_text(), as_json=as_json)
    if not report.refused:
        return
    for refused in report.refused:
        typer.echo(f"proxeny-api: {file}, line {refused.row}: {refused.message}", err=True)
    raise typer.Exit(1)


def main() -> None:
    """Run the command; whatever it refuses is told in a sentence on standard error, with status 1."""
    try:
        app()
    except ApiError as error:
        message = error.detail
    except ValidationError as error:
        message = "; ".join(f"PROXENY_{fault['loc'][0]}".upper() + f": {fault['msg']}" for fault in error.errors())
    except REFUSALS as error:
        message = str(error) or type(error).__name__
    else:
        return
    typer.echo(f"proxeny-api: {message}", err=True)
    sys.exit(1)
