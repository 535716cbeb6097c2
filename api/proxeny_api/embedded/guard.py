"""Run the server as a child, again when it is killed, until the owner says stop or is gone: a program of its own.

Called as ``guard.py LOCK_FD UID GID LEFTOVER COMMAND...``; a UID of -1 keeps the account, LEFTOVER is a folder to
remove at the end or nothing. The owner holds the other end of standard input: once the server has been ready it writes
the byte K, which means to start it again should it fall; any other byte, or its closing, means stop.
Imports the standard library alone, so that it starts in an instant and runs without the virtual environment.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
KEEP = b"K"
FIRST_PAUSE, LONGEST_PAUSE, SETTLED = 0.2, 3.0, 10.0
# Fast shutdown, then immediate (recovers at the next start), then what nothing can refuse; with seconds of patience.
ESCALATION = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


def main(lock: int, uid: int, gid: int, leftover: str, command: list[str]) -> int:
    """Run the command until the owner is done with it, or it ends by itself; return its exit status."""
    wakeup = _listen()
    kept, pause = False, FIRST_PAUSE
    while True:
        server, began = _start(command, lock, uid, gid), time.monotonic()
        done, kept = _wait_for_either(server, wakeup, kept)
        if done or not kept or server.returncode == 0:
            break
        # The killed server's processes may still be ending, or its disk be full: try on, ever less often.
        pause = FIRST_PAUSE if time.monotonic() - began > SETTLED else min(2 * pause, LONGEST_PAUSE)
        if select.select([0], [], [], pause)[0]:
            break
        # The number of the dead may be another process's by now; see the owner's use of the same variable.
        os.environ["PG_GRANDPARENT_PID"] = str(server.pid)
    _stop(server)
    if leftover:
        shutil.rmtree(leftover, ignore_errors=True)
    return server.returncode


def _start(command: list[str], lock: int, uid: int, gid: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=(lock,),
        user=None if uid < 0 else uid,
        group=None if uid < 0 else gid,
        extra_groups=None if uid < 0 else [],
        # Safe here: this program has one thread.
        preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,  # noqa: PLW1509
    )


def _listen() -> int:
    """Return a descriptor that becomes readable when a signal arrives."""
    wakeup, written = os.pipe()
    os.set_blocking(written, False)
    signal.set_wakeup_fd(written)
    # A service manager signals the whole group at once: the owner decides, having requests to finish.
    # Handlers rather than SIG_IGN, which the server would inherit.
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    return wakeup


def _die_with(guard: int) -> Callable[[], None]:
    """Return what makes the kernel stop the server fast should this guard itself be killed."""
    libc = ctypes.CDLL(None)

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT))
        if os.getppid() != guard:
            os._exit(1)

    return ask_the_kernel


def _wait_for_either(server: subprocess.Popen[bytes], wakeup: int, kept: bool) -> tuple[bool, bool]:
    """Return when the server has ended or the owner is done with it: whether it is done, and whether to keep it up."""
    while server.poll() is None:
        ready, _, _ = select.select([0, wakeup], [], [])
        if 0 in ready:
            if os.read(0, 1) != KEEP:
                return True, kept
            kept = True
        if wakeup in ready:
            os.read(wakeup, 512)
    return False, kept


def _stop(server: subprocess.Popen[bytes]) -> None:
    for number, patience in ESCALATION:
        if server.poll() is not None:
            return
        server.send_signal(number)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:]))
