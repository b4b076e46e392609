"""``serve``: the web pages and the HTTP API."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api import settings
from api.cli.console import say_line
from api.cli.options import Lang
from api.errors import UsageError, UserError
from api.http import accepting

if TYPE_CHECKING:
    from fastapi import FastAPI


def serve(
    host: Annotated[str, typer.Option("--host", help="cli.serve.host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="cli.serve.port")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="cli.serve.workers")] = 1,
    public: Annotated[bool, typer.Option("--public", help="cli.serve.public")] = False,
    lang: Lang = None,
) -> None:
    """Serve the web pages and the HTTP API."""
    if not public and not _loopback(host):
        raise UsageError("http.public_address", host=host)
    from api.http import opening, shared_counts, supervising

    os.umask(0o077)  # what it keeps is its user's alone, whoever starts it
    settings.close_folders()
    # What is amiss is told here, before any worker starts; one worker is this process itself.
    held = _application() if workers == 1 else opening.opened()
    _free(host, port)
    if sys.stdout.isatty():  # for somebody who waits; a service's log stays one object a line
        shown = f"[{host}]" if ":" in host else host
        say_line("cli.serve.starting", url=f"http://{shown}:{port}/")
    with shared_counts.kept(workers):
        supervising.run(
            None if isinstance(held, opening.Opened) else held, workers, host=host, port=port,
            log_level="warning", access_log=False, server_header=False, date_header=True,
            timeout_keep_alive=15, timeout_graceful_shutdown=30,
            h11_max_incomplete_event_size=accepting.MOST_HEAD_BYTES, log_config=None,
            http="api.http.connections:Connection", ws="none", forwarded_allow_ips="127.0.0.1",
            loop="api.http.accepting:Loop" if accepting.PLACES in os.environ else "auto",
        )  # fmt: skip


def _application() -> FastAPI:
    from api.http.app import from_settings

    return from_settings()


def _loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, with its reason.

    Raises
    ------
    UserError
    """
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise UserError("http.no_such_host", host=host) from error
    except OSError as error:
        from features.system_reasons import why

        if error.errno == errno.EADDRNOTAVAIL:
            raise UserError("http.not_this_host", host=host) from error

        raise UserError("http.cannot_listen", host=host, port=port, reason=why(error)) from error
