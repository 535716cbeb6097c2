"""The demonstration: start everything, post the made-up scenario through the SDK over HTTP, and show its impact."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from rich.console import Console

from proxeny import Proxeny
from proxeny_api import boot
from proxeny_api.boot import Place
from proxeny_api.demo.post import Posted, post
from proxeny_api.demo.scenario import scenario
from proxeny_api.demo.tables import city_impact, grouped_impact, network_impact
from proxeny_api.keys.command import create_key
from proxeny_api.main import create_app
from proxeny_api.main import serving as guarded
from proxeny_api.serving import configuration
from proxeny_api.settings import Settings
from proxeny_api.telemetry import configure_logging

START_SECONDS = 60
SHOWN_IN_FULL = "amsterdam"


def show(settings: Settings, *, port: int, stays: bool) -> None:
    """Run the demonstration; it goes on serving until Ctrl-C where `stays` is true."""
    console = Console(width=None if stays else 120)
    configure_logging("ERROR")
    console.print("[bold]Proxeny[/bold]: starting the database, migrating, serving …")
    with boot.database(settings) as place:
        login_url = boot.prepare(place)
        with _server(settings, place, login_url, port) as address:
            key = _operator_key(place, settings)
            console.print("Posting the made-up scenario through the SDK …")
            posted = post(scenario(), address, key)
            _print_impact(console, address, posted)
            _print_addresses(console, address, posted)
            if stays:
                console.print("Ctrl-C ends it.")
                with suppress(KeyboardInterrupt):
                    threading.Event().wait()


def _operator_key(place: Place, settings: Settings) -> str:
    """Return an operator's key that lasts a day."""
    making = create_key(
        place.admin_url,
        place.pepper,
        kind="operator",
        owner=None,
        scopes=None,
        days=1,
        environment=settings.environment,
        name="demonstration",
    )
    return asyncio.run(making)


@contextmanager
def _server(settings: Settings, place: Place, login_url: str, port: int) -> Iterator[str]:
    """Lend the address of a server that runs beside this thread."""
    app = guarded(create_app(settings, login_url, place.pepper))
    listening = _listening(port)
    config = configuration(app, settings.model_copy(update={"log_level": "ERROR"}), host="127.0.0.1", port=0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server")
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The server did not start.")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _listening(port: int) -> socket.socket:
    """Return a socket on the port, or on a free one where something else is there."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError:
        listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening


def _print_impact(console: Console, address: str, posted: Posted) -> None:
    """Print what each network and each city has to show, asked for with their own keys."""
    by_network: dict[str, Any] = {}
    networks = []
    for code, key in posted.network_keys.items():
        with Proxeny(key, address) as client:
            networks.append(client.networks.impact(code, currency="EUR").model_dump(mode="json", by_alias=True))
    cities = []
    for code, key in posted.city_keys.items():
        with Proxeny(key, address) as client:
            cities.append(client.cities.impact(code, currency="EUR").model_dump(mode="json", by_alias=True))
            if code == SHOWN_IN_FULL:
                by_network = client.cities.impact(code, group_by="network").model_dump(mode="json", by_alias=True)
    console.print(network_impact(networks, posted.names))
    console.print(city_impact(cities, posted.names))
    console.print(grouped_impact(by_network, posted.names[SHOWN_IN_FULL]))


def _print_addresses(console: Console, address: str, posted: Posted) -> None:
    """Print where to go on, and a key to go on with."""
    console.print(f"[bold]{posted.summary}[/bold] All of it is made up and tagged so.")
    console.print(f"API       {address}/v1")
    console.print(f"Documents {address}/docs   {address}/openapi.json   {address}/metrics")
    console.print("For a day, as made-up Amsterdam:")
    console.print(
        f"export PROXENY_BASE_URL={address} PROXENY_API_KEY={posted.city_keys[SHOWN_IN_FULL]}",
        soft_wrap=True,
        highlight=False,
    )
