"""Letters that no row holds and no server can be asked for: nothing is found, nothing fails."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import text

from api.http.problems import of_user_error
from api.store.errors import BadValue
from service import Service


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/enterprises/%00", 404), ("/api/v1/enterprises?q=%00", 200),
        ("/api/v1/enterprises?name=%00", 200), ("/api/v1/audit?by=%00", 200),
        ("/api/v1/matches?enterprise_id=%00", 404), ("/api/v1/matches?resource_id=a%00", 404),
        ("/offers/%00", 404), ("/enterprises/%00", 404),
    ],
)  # fmt: skip
def test_nul_in_an_address_is_a_letter_like_any_that_no_row_has(
    service: Service, path: str, status: int
) -> None:
    as_a_reader = {"Accept": "text/html"} if "/api/" not in path else {}
    assert service.ask("admin", "GET", path, headers=as_a_reader).status_code == status


def test_nul_in_what_is_sent_is_refused_as_what_is_not_there(service: Service) -> None:
    said = service.ask("admin", "POST", "/api/v1/matches/%00/feedback", json={"verdict": "opened"})
    terms = {"resource_id": "\0", "set": {"land_price_wan_per_mu": 1}}
    asked = service.ask("admin", "POST", "/api/v1/whatif", json=terms)
    form = service.ask("enterprise", "POST", "/interests", data={"remove": "\0"})
    assert [said.status_code, asked.status_code, form.status_code] == [404, 422, 404]


_WISH = {"side": "region", "id": "杭州市", "target": "land", "level": "yes"}
_BODIES: tuple[tuple[str, dict[str, object], str], ...] = (
    ("declarations", {**_WISH, "target": "R\0"}, "body.target"),
    ("declarations", {**_WISH, "event": "a\0"}, "body.event"),
    ("records", {"enterprise": "E\0", "resource": "R", "stage": "signed"}, "body.enterprise"),
    ("enterprises", {"id": "E-1", "name": "x", "x_\0": 1}, "body.x_?"),
)


def test_nul_in_a_body_or_a_cursor_is_refused_before_the_store_is_asked(service: Service) -> None:
    for path, body, place in _BODIES:
        said = service.ask("admin", "POST", f"/api/v1/{path}", json=body)
        assert said.status_code == 422 and "retry-after" not in said.headers, said.text
        assert [each["place"] for each in said.json()["errors"]] == [place]
    for key in ("E\0", "\0"):
        cursor = base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")
        said = service.ask("admin", "GET", f"/api/v1/enterprises?cursor={cursor}")
        assert (said.status_code, said.json()["code"]) == (422, "http.bad_cursor")
    # What slips through all the same is told as the asker's fault, not as the store's.
    value: object = "\0" if service.store.address.file is None else 10**30
    with pytest.raises(BadValue) as told, service.store.connection() as connection:
        connection.execute(text("SELECT CAST(:value AS TEXT)"), {"value": value})
    assert of_user_error(told.value, "en").status_code == 422
