"""Whoever waits for the writer holds nothing that readers, or those who ask for health, need."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from api.http import places
from service import HERE, Service
from writing import row

MOST_WRITE, MANY = 8, 60
"""Places for those who write; more than that, and than the framework has threads."""


def test_who_waits_for_the_writer_keeps_no_reader_waiting(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PATIENCE_SECONDS", 0.05)
    as_admin = {"Authorization": f"Bearer {service.tokens['admin']}"}

    async def asked() -> tuple[list[httpx.Response], list[httpx.Response]]:
        transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=as_admin
        ) as client:

            async def write(number: int) -> httpx.Response:
                place = row(f"R-{number}", region=HERE)
                return await client.post("/api/v1/resources", json=place)

            # Everything is read while the store is being written to, and nobody else can.
            with service.store.connection(writer=True):
                writing = [asyncio.create_task(write(number)) for number in range(MANY)]
                while sum(each.done() for each in writing) < MANY - MOST_WRITE:
                    await asyncio.sleep(0.01)
                async with asyncio.timeout(30):
                    read = [
                        await client.get(path)
                        for path in ("/readyz", "/healthz", "/api/v1/resources", "/api/v1/users")
                    ]
                assert not all(each.done() for each in writing)
            return read, [await each for each in writing]

    read, written = asyncio.run(asked())
    assert [each.status_code for each in read] == [200] * 4
    told = [each.status_code for each in written]
    assert (told.count(201), told.count(503)) == (MOST_WRITE, MANY - MOST_WRITE)
    away = next(each for each in written if each.status_code == 503)
    assert away.json()["code"] == "status_503" and int(away.headers["retry-after"]) > 0


def test_a_place_is_free_again_however_the_work_in_it_ended() -> None:
    few = places.Places(1)

    def fail() -> None:
        raise ValueError("wrong")

    async def asked() -> list[int]:
        for _ in range(3):
            with pytest.raises(ValueError, match="wrong"):
                await few.run(fail)
        return await asyncio.gather(*(few.run(int, str(number)) for number in range(20)))

    assert asyncio.run(asked()) == list(range(20))
