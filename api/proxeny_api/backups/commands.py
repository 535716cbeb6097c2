"""The commands `proxeny-api backup` and `proxeny-api restore`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from proxeny_api import boot
from proxeny_api.backups import making, restoring
from proxeny_api.changes import telling
from proxeny_api.embedded import EmbeddedError
from proxeny_api.settings import PEPPER_FILE, Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def backup(
    folder: Annotated[Path | None, typer.Argument(help="Where backups go; PROXENY_BACKUP_DIR if left out.")] = None,
    keep: Annotated[int | None, typer.Option(help="Drop older ones than so many newest.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """Back up the bundled database while it runs; the pepper is not in it, keep it elsewhere."""
    settings = Settings()
    archive = folder or settings.backup_dir
    if settings.database_url is not None:
        raise EmbeddedError("This backs up the bundled database alone; docs/running.md has what to do with another.")
    if archive is None:
        raise EmbeddedError("Say where backups go: proxeny-api backup FOLDER, or set PROXENY_BACKUP_DIR.")
    with boot.database(settings) as place:
        made = making.make(place, archive, keep)
    until = "any later instant" if made.archived else "its own end alone, for the log is not archived here"
    text = (
        f"{made.folder}\nIt leads to {made.manifest.ended.isoformat()} and {until}. The pepper is not in it: without "
        f"{PEPPER_FILE} of {place.data_dir}, or PROXENY_PEPPER, no key would be known."
    )
    told = {"backup": str(made.folder), "ended": made.manifest.ended.isoformat(), "archived": made.archived}
    typer.echo(json.dumps(told) if as_json else text)


def restore(
    source: Annotated[Path, typer.Argument(help="A backup, or the folder of backups: the newest that leads there.")],
    into: Annotated[Path | None, typer.Option(help="The data folder; PROXENY_DATA_DIR if left out.")] = None,
    at: Annotated[str | None, typer.Option(help="The instant, as 2026-11-24T10:30:00Z; without it the end.")] = None,
    pepper: Annotated[Path | None, typer.Option(help="The file of the pepper, to be put into the data folder.")] = None,
    other_pepper: Annotated[
        bool, typer.Option("--other-pepper", help="Go on without the pepper: no key will be known.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Move a database that is there aside.")] = False,
    as_json: Json = False,
) -> None:
    """Restore the bundled database to an instant or to the end, and verify every chain and rollup."""
    settings = Settings(data_dir=into) if into else Settings()
    data_dir = boot.data_dir_of(settings)
    wanted = restoring.Wanted(
        source,
        data_dir,
        at=instant_of(at) if at else None,
        pepper=pepper_of(settings, data_dir, pepper, make=other_pepper),
        keep_pepper=pepper is not None,
        replace=replace,
        other_pepper=other_pepper,
    )
    done = restoring.restore(wanted)
    found = telling.as_text(done.report)
    told = {"data_dir": str(data_dir), "backup": str(done.backup), "verified": telling.as_data(done.report)}
    typer.echo(json.dumps(told) if as_json else f"Restored {done.backup} into {data_dir}.\n{found}")
    if not done.report.sound:
        raise typer.Exit(1)


def instant_of(text: str) -> datetime:
    """Return the instant that a text names; raises ValueError for one without its offset from UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("--at takes an instant such as 2026-11-24T10:30:00Z.") from None
    if instant.tzinfo is None:
        raise ValueError("--at needs an offset: Z, or one such as +01:00.")
    return instant.astimezone(UTC)


def pepper_of(settings: Settings, data_dir: Path, file: Path | None, *, make: bool) -> bytes:
    """Return the pepper that is at hand; one is made only where any will do, and none is an empty one."""
    if file is not None:
        return file.read_bytes().strip()
    if settings.pepper is None and not make and not (data_dir / PEPPER_FILE).exists():
        return b""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.pepper_bytes(data_dir)
