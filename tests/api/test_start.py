"""What a server loads before it serves."""

import subprocess
import sys

HEAVY = "import sys, proxeny_api.serving; print(*{name.partition('.')[0] for name in sys.modules} & {'numpy', 'scipy'})"


def test_arrays_are_not_loaded_before_somebody_asks_for_an_interval() -> None:
    loaded = subprocess.run([sys.executable, "-c", HEAVY], capture_output=True, check=True, text=True)

    assert loaded.stdout.split() == []
