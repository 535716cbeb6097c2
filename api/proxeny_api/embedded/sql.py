"""Questions to the server by its own client programs, so that no event loop is needed."""

from pathlib import Path

from proxeny_api.embedded.binaries import wheel_programs
from proxeny_api.embedded.checks import SETTINGS_SQL
from proxeny_api.embedded.cluster import OWNER, PORT
from proxeny_api.embedded.errors import ServerFailed
from proxeny_api.embedded.programs import run

CREATE_SQL = """
SELECT format('CREATE DATABASE %I', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
"""


def accepts(folder: Path) -> bool:
    """Say whether a server listens in this folder and takes connections."""
    command = [str(wheel_programs() / "pg_isready"), "--quiet", f"--host={folder}", f"--port={PORT}", "--timeout=5"]
    return run(command).returncode == 0


def create_database(folder: Path, password: str, database: str) -> None:
    """Create the database unless it is there."""
    _ask(folder, password, CREATE_SQL, f"--set=database={database}")


def settings(folder: Path, password: str) -> dict[str, str]:
    """Return the settings that `checks.require_fit` looks at."""
    lines = _ask(folder, password, SETTINGS_SQL).splitlines()
    return dict(line.split("|", 1) for line in lines)


def _ask(folder: Path, password: str, script: str, *options: str) -> str:
    command = [
        *(str(wheel_programs() / "psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password"),
        *(f"--host={folder}", f"--port={PORT}", f"--username={OWNER}", "--set=ON_ERROR_STOP=1", *options, "postgres"),
    ]
    answer = run(command, variables={"PGPASSWORD": password, "PGCONNECT_TIMEOUT": "30"}, script=script)
    if answer.returncode != 0:
        raise ServerFailed(f"The bundled server refuses: {answer.stderr.strip()}")
    return answer.stdout
