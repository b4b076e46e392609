"""Accounts over HTTP: changed with the state that was read, every deed in the audit, no secret."""

from __future__ import annotations

from typing import Any

import pytest

from api import accounts
from service import PASSWORD, Service

NEW = {"name": "zhang", "role": "county", "region": "江山市"}


def audit(service: Service, **asked: Any) -> list[tuple[str, str, str]]:
    rows = service.ask("admin", "GET", "/api/v1/audit", params={"limit": 200, **asked}).json()
    return [(row["by"], row["action"], row["subject"]) for row in rows["rows"]]


def signed_in(service: Service, name: str, password: str) -> int:
    sent = {"name": name, "password": password}
    return service.ask(None, "POST", "/api/v1/session", json=sent).status_code


def test_a_change_of_an_account_needs_the_state_that_was_read(service: Service) -> None:
    made = service.ask("admin", "POST", "/api/v1/users", json=NEW)
    assert made.status_code == 201 and made.json()["password"]
    place, tag = made.headers["location"], made.headers["etag"]
    changed = {"role": "enterprise", "enterprise": "E-own", "disabled": False}
    service.store.write([_own_enterprise()])

    def put(**headers: str) -> int:
        return service.ask("admin", "PUT", place, json=changed, headers=headers).status_code

    assert [put(), put(**{"If-Match": tag}), put(**{"If-Match": tag})] == [428, 200, 412]
    now = service.ask("admin", "GET", place).json()
    assert (now["role"], now["region"], now["enterprise_id"]) == ("enterprise", None, "E-own")


def test_accounts_are_listed_page_by_page_and_by_what_they_stand_for(service: Service) -> None:
    service.ask("admin", "POST", "/api/v1/users", json=NEW)
    service.ask("admin", "DELETE", "/api/v1/users/planner")

    def names(**asked: Any) -> list[str]:
        found: list[str] = []
        cursor: str | None = None
        while True:
            sent = {"limit": 2, **asked, **({} if cursor is None else {"cursor": cursor})}
            told = service.ask("admin", "GET", "/api/v1/users", params=sent).json()
            assert len(told["rows"]) <= 2
            found += [row["name"] for row in told["rows"]]
            if (cursor := told["next"]) is None:
                return found

    assert names() == ["admin", "county", "enterprise", "planner", "zhang"]
    assert names(region="江山市") == names(role="county") == ["county", "zhang"]
    assert names(enterprise_id="E-own") == ["enterprise"]
    assert names(disabled=True) == ["planner"] and "planner" not in names(disabled=False)
    wrong = service.ask("admin", "GET", "/api/v1/users?region=桐芦县")
    assert wrong.status_code == 422 and "桐庐县" in wrong.text


def _own_enterprise() -> Any:
    from features.tables import Table

    row = {"id": "E-own", "name": "本企业", "kind": "company", "region": "330109", "industry": "17"}
    return Table.from_rows("enterprises", [row])


def test_an_account_that_is_shut_by_a_change_ends_its_tokens_and_opens_without_them(
    service: Service,
) -> None:
    place = "/api/v1/users/planner"
    for disabled, status in ((True, 401), (False, 401)):
        tag = service.ask("admin", "GET", place).headers["etag"]
        done = service.ask("admin", "PUT", place, json={"role": "planner", "disabled": disabled},
                           headers={"If-Match": tag})  # fmt: skip
        assert done.status_code == 200 and (done.json()["disabled_at"] is not None) == disabled
        assert service.ask("planner", "GET", "/api/v1/session").status_code == status
    assert signed_in(service, "planner", PASSWORD) == 200


@pytest.mark.parametrize("change", [{"role": "planner"}, {"role": "admin", "disabled": True}])
def test_the_last_administrator_stays_one(service: Service, change: dict[str, Any]) -> None:
    tag = service.ask("admin", "GET", "/api/v1/users/admin").headers["etag"]
    refused = service.ask("admin", "PUT", "/api/v1/users/admin", json=change,
                          headers={"If-Match": tag})  # fmt: skip
    assert (refused.status_code, refused.json()["code"]) == (409, "accounts.last_admin")
    assert service.ask("admin", "GET", "/api/v1/users/admin").headers["etag"] == tag
    shut = service.ask("admin", "DELETE", "/api/v1/users/admin")
    assert (shut.status_code, shut.json()["code"]) == (409, "accounts.last_admin")


def test_a_name_that_is_taken_is_a_conflict_and_its_account_stays(service: Service) -> None:
    before = service.ask("admin", "GET", "/api/v1/users/county").json()
    asked = {"name": "county", "role": "planner", "password": PASSWORD}
    refused = service.ask("admin", "POST", "/api/v1/users", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "accounts.name_taken")
    assert service.ask("admin", "GET", "/api/v1/users/county").json() == before


def test_a_password_that_is_reset_is_shown_once_and_the_one_before_is_worth_nothing(
    service: Service,
) -> None:
    made = service.ask("admin", "POST", "/api/v1/users/county/password")
    assert made.status_code == 201 and made.json()["tokens_ended"] == 1
    new = made.json()["password"]
    assert service.ask("county", "GET", "/api/v1/session").status_code == 401
    service.tokens["county"] = accounts.token_for(service.store, "county")
    assert (signed_in(service, "county", PASSWORD), signed_in(service, "county", new)) == (401, 200)
    chosen = "chosen by the county itself"
    for given, status in (("not the password", 401), (new, 204)):
        asked = {"password": given, "new": chosen}
        answer = service.ask("county", "PUT", "/api/v1/session/password", json=asked)
        assert answer.status_code == status
    assert (signed_in(service, "county", new), signed_in(service, "county", chosen)) == (401, 200)
    # By a change of one's own the programs that one gave tokens go on.
    assert service.ask("county", "GET", "/api/v1/session").status_code == 200


def test_an_account_has_so_many_tokens_and_no_more_until_one_is_revoked(service: Service) -> None:
    had = [accounts.token_for(service.store, "county") for _ in range(accounts.MOST_TOKENS - 1)]
    for who, place in (("county", "/session/tokens"), ("admin", "/users/county/tokens")):
        refused = service.ask(who, "POST", f"/api/v1{place}")
        assert (refused.status_code, refused.json()["code"]) == (409, "accounts.too_many_tokens")
    place = f"/api/v1/session/tokens/{accounts.token_id(had[0])}"
    assert service.ask("county", "DELETE", place).status_code == 204
    assert service.ask("county", "POST", "/api/v1/session/tokens").status_code == 201
    assert service.ask("planner", "POST", "/api/v1/session/tokens").status_code == 201


def test_tokens_are_listed_by_what_tells_nothing_of_them_and_revoked(service: Service) -> None:
    made = service.ask("county", "POST", "/api/v1/session/tokens").json()
    listed = service.ask("county", "GET", "/api/v1/session/tokens")
    assert made["token"] not in listed.text and made["id"] in listed.text
    first = next(row["id"] for row in listed.json()["rows"] if row["id"] != made["id"])
    place = f"/api/v1/session/tokens/{made['id']}"
    # Another's token is told like one that is not there.
    said = [
        service.ask("planner", "DELETE", f"/api/v1/session/tokens/{key}") for key in (first, "x")
    ]
    assert [answer.status_code for answer in said] == [404, 404]
    assert said[0].text.replace(first, "x") == said[1].text
    assert service.ask("county", "DELETE", place).status_code == 204
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert service.ask(None, "GET", "/api/v1/session", headers=headers).status_code == 401
    assert service.ask("county", "GET", "/api/v1/session").status_code == 200
    place = f"/api/v1/users/county/tokens/{first}"
    assert service.ask("admin", "DELETE", place).status_code == 204
    assert service.ask("county", "GET", "/api/v1/session").status_code == 401


def test_signing_in_and_every_deed_on_an_account_is_noted_without_any_secret(
    service: Service,
) -> None:
    password = service.ask("admin", "POST", "/api/v1/users", json=NEW).json()["password"]
    assert signed_in(service, "zhang", password) == 200
    assert signed_in(service, "zhang", "wrong wrong wrong") == 401
    assert signed_in(service, "a password typed as name", "wrong wrong wrong") == 401
    reset = service.ask("admin", "POST", "/api/v1/users/zhang/password").json()["password"]
    token = service.ask("admin", "POST", "/api/v1/users/zhang/tokens").json()
    service.ask("admin", "DELETE", f"/api/v1/users/zhang/tokens/{token['id']}")
    tag = service.ask("admin", "GET", "/api/v1/users/zhang").headers["etag"]
    service.ask("admin", "PUT", "/api/v1/users/zhang", json={"role": "planner"},
                headers={"If-Match": tag})  # fmt: skip
    service.ask("admin", "DELETE", "/api/v1/users/zhang")
    assert audit(service)[:9][::-1] == [
        ("admin", "create", "users/zhang"),
        ("zhang", "sign_in", "session"),
        ("anonymous", "sign_in_refused", "users/zhang"),
        ("anonymous", "sign_in_refused", "session"),
        ("admin", "password", "users/zhang"),
        ("admin", "token", "users/zhang"),
        ("admin", "revoke", "users/zhang"),
        ("admin", "update", "users/zhang"),
        ("admin", "disable", "users/zhang"),
    ]
    whole = service.ask("admin", "GET", "/api/v1/audit?limit=200").text
    for secret in (password, reset, token["token"], "typed as name", "wrong"):
        assert secret not in whole


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/session"])
def test_no_other_site_signs_a_browser_in_as_somebody_of_its_choice(
    service: Service, path: str
) -> None:
    sent = {"name": "county", "password": PASSWORD}
    form = {"data": sent} if path == "/sign-in" else {"json": sent}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = service.ask(None, "POST", path, headers=headers, **form)
        assert answer.status_code == 403 and "set-cookie" not in answer.headers
    own = service.ask(None, "POST", path, headers={"Origin": "http://test"}, **form)
    assert "set-cookie" in own.headers
