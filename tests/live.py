"""A real server on a free port, for what asks over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from proxeny_api.main import create_app, serving
from proxeny_api.serving import configuration, listen
from proxeny_api.settings import Settings

START_SECONDS = 30


@contextmanager
def running(settings: Settings, login_url: str, pepper: str) -> Iterator[str]:
    """Lend the address of an app of its own, which a thread serves."""
    app = serving(create_app(settings, login_url, pepper.encode()))
    quiet = settings.model_copy(update={"log_level": "CRITICAL"})
    server = uvicorn.Server(configuration(app, quiet, host="127.0.0.1", port=0))
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="live server")
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "The server ended."
            assert time.monotonic() < deadline, "The server did not start."
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
