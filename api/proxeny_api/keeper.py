"""The commands that hold a database against its keeper: verify its ledger, sign checkpoints, rotate their key."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proxeny_api.commanding import Json, database, fail, told
from proxeny_api.settings import Settings

if TYPE_CHECKING:
    from proxeny_api.changes.keeping import Judged

app = typer.Typer()
City = Annotated[str | None, typer.Option(help="Only the chain of this city, by code.")]
Full = Annotated[bool, typer.Option("--full", help="Read every entry, also what earlier runs have verified.")]


@app.command()
def verify(
    city: City = None,
    full: Full = False,
    against: Annotated[list[Path] | None, typer.Option(help="Checkpoints kept elsewhere; repeatable.")] = None,
    as_json: Json = False,
) -> None:
    """Recompute chains from their last checkpoint on, and rollups, and name the first thing wrong in each."""
    judged(Settings(), city, against or [], full=full, as_json=as_json)


@app.command()
def checkpoint(
    folder: Annotated[Path, typer.Argument(help="Where to write them, best on another machine.")],
    city: City = None,
    full: Full = False,
    as_json: Json = False,
) -> None:
    """Verify, and write a signed checkpoint of each chain into a folder, with the public keys."""
    from proxeny_api import signing
    from proxeny_api.changes import keeping

    settings = Settings()
    found = judged(settings, city, [], full=full, as_json=as_json, quiet=True)
    written = [str(path) for path in keeping.write(folder, found.checkpoints, signing.signer(settings))]
    told({"written": written}, f"{len(written)} checkpoints are in {folder}.", as_json=as_json)


@app.command("import")
def restore(
    file: Annotated[Path, typer.Argument(help="What `GET /v1/cities/CODE/export` answered.")], as_json: Json = False
) -> None:
    """Restore a city that was exported elsewhere, with its ledger, and verify it; its keys are to be made anew."""
    from proxeny_api.exports import restoring

    with database(Settings()) as (place, _):
        done = asyncio.run(restoring.restore(place.admin_url, file))
    told(done._asdict(), f"{done.city} is here: {done.rows} rows, verified.", as_json=as_json)


@app.command()
def sweep(as_json: Json = False) -> None:
    """Remove what is older than it is to be kept: answers to be repeated, and when keys were last used."""
    from proxeny_api import retention

    settings = Settings()
    with database(settings) as (place, _):
        swept = asyncio.run(retention.sweep(place.admin_url, settings.keep_answers, settings.keep_last_use))
    sentence = f"{swept.answers} answers and the last use of {swept.last_uses} keys are removed."
    told(swept._asdict(), sentence, as_json=as_json)


@app.command("rotate-signing-key")
def rotate(as_json: Json = False) -> None:
    """Have a new key sign checkpoints from the next start on; the public key of the present one stays listed."""
    from proxeny_api import signing

    signer = signing.rotate(Settings())
    sentence = f"Key {signer.key_id} signs when the server has been started again."
    told({"key_id": signer.key_id}, sentence, as_json=as_json)


def judged(
    settings: Settings, city: str | None, against: list[Path], *, full: bool, as_json: bool, quiet: bool = False
) -> "Judged":
    """Verify, print what was found unless all is sound and that is not asked for, and exit with 1 unless it is."""
    from proxeny_api.changes import keeping, telling

    with database(settings) as (place, _):
        found = asyncio.run(keeping.verified(settings, place.admin_url, city, full=full, others=against))
    report = found.report
    if not report.sound and not as_json:
        fail(telling.as_text(report))
    if not (report.sound and quiet):
        told(telling.as_data(report), telling.as_text(report), as_json=as_json)
    if not report.sound:
        raise typer.Exit(1)
    return found
