"""What a server loads before it serves."""

import subprocess
import sys

HEAVY = "numpy", "scipy", "alembic", "sqlalchemy"
LOADED = "import sys, proxeny_api.cli, proxeny_api.workers; print(*{name.partition('.')[0] for name in sys.modules})"


def test_what_few_requests_and_no_ordinary_start_need_is_not_loaded_beforehand() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True, text=True).stdout.split()

    assert "fastapi" in loaded
    assert set(loaded).isdisjoint(HEAVY)
