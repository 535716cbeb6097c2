"""Run the server as a child and stop it when the owner says so or is gone: a program of its own.

Called as ``guard.py LOCK_FD UID GID LEFTOVER COMMAND...``; a UID of -1 keeps the account, LEFTOVER is a folder to
remove at the end or nothing. The owner holds the other end of standard input: a byte or its closing means stop.
Imports the standard library alone, so that it starts in an instant and runs without the virtual environment.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
# Fast shutdown, then immediate (recovers at the next start), then what nothing can refuse; with seconds of patience.
ESCALATION = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


def main(lock: int, uid: int, gid: int, leftover: str, command: list[str]) -> int:
    """Run the command until it ends or the owner is done with it; return its exit status."""
    wakeup = _listen()
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=(lock,),
        user=None if uid < 0 else uid,
        group=None if uid < 0 else gid,
        extra_groups=None if uid < 0 else [],
        # Safe here: this program has one thread.
        preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,  # noqa: PLW1509
    )
    _wait_for_either(server, wakeup)
    _stop(server)
    if leftover:
        shutil.rmtree(leftover, ignore_errors=True)
    return server.returncode


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


def _wait_for_either(server: subprocess.Popen[bytes], wakeup: int) -> None:
    """Return when the server has ended or the owner is done with it."""
    while server.poll() is None:
        ready, _, _ = select.select([0, wakeup], [], [])
        if 0 in ready:
            return
        os.read(wakeup, 512)


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
