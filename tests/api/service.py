"""A service in the test's own process, with an account of every role, asked over ASGI."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from argon2 import PasswordHasher, profiles

from api import accounts, jobs
from api.accounts import Account
from api.http import app
from api.jobs import child
from api.jobs.holder import new_holder
from api.store import Store
from api.store import accounts as rows

PASSWORD = "correct horse battery"
HERE, THERE = "330881", "330127"
"""The county of the account ``county`` (江山市), and another (淳安县)."""
SCOPES: dict[str, tuple[str | None, str | None]] = {
    "enterprise": (None, "E-own"), "county": (HERE, None), "planner": (None, None),
    "admin": (None, None),
}  # fmt: skip
_HASH = PasswordHasher.from_parameters(profiles.CHEAPEST).hash(PASSWORD)


@dataclass
class Service:
    """The application with a token for each role."""

    store: Store
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for role, (region, enterprise) in SCOPES.items():
            with self.store.connection(writer=True) as connection:
                rows.add(connection, role, role, _HASH, region=region, enterprise_id=enterprise)
            self.tokens[role] = accounts.token_for(self.store, role)
        self.app = app.create(self.store)

    def account(self, role: str) -> Account:
        """The account of a role."""
        found = accounts.of_token(self.store, self.tokens[role])
        assert found is not None
        return found

    def ask(self, role: str | None, method: str, path: str, **options: Any) -> httpx.Response:
        """One request by an account; None: by nobody."""
        headers = dict(options.pop("headers", {}))
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(sent())

    def work(self) -> None:
        """Do every job that waits, in this process, and note how it ended."""
        while (job := jobs.claim(self.store, holder := new_holder())) is not None:
            child.do(self.store, job, holder, lambda step: None)

    def done(self, role: str, answer: httpx.Response) -> dict[str, Any]:
        """The job of an answer 202, once it was done; as its own address tells it."""
        assert answer.status_code == 202, answer.text
        self.work()
        told = self.ask(role, "GET", answer.headers["location"])
        assert told.status_code == 200, told.text
        return dict(told.json())
