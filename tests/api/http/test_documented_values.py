"""A value is taken as the document writes it, and nothing that a library would read into it."""

from __future__ import annotations

import pytest

from api.http import app
from service import Service

NO_DAYS = ("0", "2008", "20080301", "1204329600", "2008-3-1", "2008-03-01T00:00:00", "٢٠٠٨-٠٣-٠١")


def test_no_query_takes_a_number_for_a_day(service: Service) -> None:
    asked = 0
    for path, operations in app.document(service.app)["paths"].items():
        for method, operation in operations.items():
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            if "as_of" not in names:
                continue
            asked += 1
            for written in NO_DAYS:
                json = {"name": "x"} if method == "post" else None
                answer = service.ask(
                    "admin", method.upper(), path, params={"as_of": written}, json=json
                )
                assert answer.status_code == 422, (path, written)
                assert "query.as_of" in {each["place"] for each in answer.json()["errors"]}
    assert asked >= 7


@pytest.mark.parametrize("path", ["/batches", "/allocations", "/placements", "/whatif", "/models"])
def test_no_body_takes_a_number_for_a_day(service: Service, path: str) -> None:
    for written in (0, 1204329600, 2008.5, True, "2008"):
        answer = service.ask("admin", "POST", f"/api/v1{path}", json={"as_of": written})
        places = [each["place"] for each in answer.json()["errors"]]
        assert answer.status_code == 422 and "body.as_of" in places


def test_no_model_is_trained_up_to_a_day_that_has_not_come(service: Service) -> None:
    answer = service.ask("admin", "POST", "/api/v1/models", json={"as_of": "2099-12-31"})
    assert answer.status_code == 422 and "2099-12-31" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/evaluations", "learning_curve"), ("/models", "force"), ("/batches", "hide_known")],
)
def test_no_body_takes_a_number_or_a_word_for_yes(service: Service, path: str, name: str) -> None:
    for written in (0, 1, "yes", "true"):
        answer = service.ask("admin", "POST", f"/api/v1{path}", json={name: written})
        places = [each["place"] for each in answer.json()["errors"]]
        assert answer.status_code == 422 and f"body.{name}" in places
