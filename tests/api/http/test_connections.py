"""One connection of a server, by itself."""

from __future__ import annotations

import asyncio
import socket

from uvicorn.config import Config
from uvicorn.server import ServerState

from api.http.connections import Connection


def test_answers_of_a_worker_are_sent_as_they_are_written() -> None:
    async def without_delay() -> bool:
        async def app(scope: object, receive: object, send: object) -> None:
            """Nothing is asked of it."""

        config, state = Config(app), ServerState()
        config.load()
        made: list[Connection] = []

        def take() -> Connection:
            made.append(Connection(config, state, {}))
            return made[-1]

        # Workers are handed a socket that does not say it is TCP, as uvicorn opens it.
        listening = socket.socket(socket.AF_INET)
        listening.bind(("127.0.0.1", 0))
        server = await asyncio.get_running_loop().create_server(take, sock=listening)
        async with server:
            _, writer = await asyncio.open_connection(*listening.getsockname())
            while not made or made[0].transport is None:
                await asyncio.sleep(0.01)
            own = made[0].transport.get_extra_info("socket")
            found = own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            await writer.wait_closed()
        return bool(found)

    assert asyncio.run(without_delay())
