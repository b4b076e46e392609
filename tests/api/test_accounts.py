"""Accounts: only who knows the secret comes in, and guessing gets nobody far."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher, profiles

from api import accounts, passwords
from api.accounts import Account, SignInRefused, TooManyAttempts
from api.errors import UsageError
from api.store import Store
from api.store import accounts as rows
from api.usecases import table_rows, users
from features.tables import Table
from running import ROOT, shanhai

PASSWORD = "correct horse battery"
NOW = 1_200_000_000


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm at its least cost: hundreds of hashes at full cost take a minute."""
    monkeypatch.setattr(
        passwords, "hasher", lambda: PasswordHasher.from_parameters(profiles.CHEAPEST)
    )
    passwords.nobodys.cache_clear()


@pytest.fixture
def store(store_url: str) -> Store:
    """A store with an administrator."""
    found = Store.open(store_url)
    users.add(found, "root", "admin", password=PASSWORD)
    return found


def sign_in(store: Store, password: str, name: str = "root", *, at: int = NOW,
            address: str = "10.0.0.1") -> accounts.SignedIn:  # fmt: skip
    return accounts.sign_in(store, name, password, address=address, now=at)


def test_a_session_lasts_until_it_is_ended_or_runs_out(store: Store) -> None:
    one, other = sign_in(store, PASSWORD), sign_in(store, PASSWORD)
    assert one.secret != other.secret and one.expires == NOW + accounts.SESSION_SECONDS
    assert accounts.of_session(store, one.secret, now=one.expires - 1) == one.account
    assert accounts.of_session(store, one.secret, now=one.expires) is None
    accounts.sign_out(store, one.secret)
    assert accounts.of_session(store, one.secret, now=NOW) is None
    assert accounts.of_session(store, other.secret, now=NOW) == other.account


def test_an_unknown_name_and_a_wrong_password_are_told_alike(store: Store) -> None:
    users.add(store, "gone", "planner", password=PASSWORD)
    users.disable(store, "gone")
    said = []
    for name, password in (("root", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        with pytest.raises(SignInRefused) as caught:
            sign_in(store, password, name)
        said.append(caught.value.message)
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("name", ["root", "nobody"])
def test_after_five_wrong_passwords_not_even_the_right_one_is_looked_at(
    store: Store, name: str
) -> None:
    for i in range(accounts.TRIES_OF_A_NAME):
        with pytest.raises(SignInRefused):
            sign_in(store, "wrong", name, at=NOW + i)
    with pytest.raises(TooManyAttempts) as caught:
        sign_in(store, PASSWORD, name, at=NOW + 60)
    assert caught.value.seconds == accounts.WINDOW_SECONDS - 60
    sign_in(store, PASSWORD, address="10.0.0.2", at=NOW + 60)
    if name == "root":
        sign_in(store, PASSWORD, at=NOW + accounts.WINDOW_SECONDS)


def test_many_names_tried_from_one_address_are_too_many(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "TRIES_OF_AN_ADDRESS", 3)
    for name in ("a", "b", "c"):
        with pytest.raises(SignInRefused):
            sign_in(store, "wrong", name)
    with pytest.raises(TooManyAttempts):
        sign_in(store, PASSWORD)


def test_an_office_behind_one_address_signs_in_as_often_as_it_likes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "TRIES_OF_AN_ADDRESS", 3)
    for _ in range(5):
        assert sign_in(store, PASSWORD).account.name == "root"


def test_guesses_sent_at_one_moment_are_counted_too(store: Store) -> None:
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            sign_in(store, "wrong")
        except (SignInRefused, TooManyAttempts) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(SignInRefused) == accounts.TRIES_OF_A_NAME
    assert outcomes.count(TooManyAttempts) == 3


def test_a_password_that_was_replaced_while_it_was_judged_opens_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(PasswordHasher):
        """The real one; while it is at work, an administrator gives the account another."""

        def verify(self, *given: Any) -> Any:
            fits = super().verify(*given)
            users.reset_password(store, "root", by="root")
            return fits

    hasher = Interrupted.from_parameters(profiles.CHEAPEST)
    monkeypatch.setattr(passwords, "hasher", lambda: hasher)
    with pytest.raises(SignInRefused):
        sign_in(store, PASSWORD)


class Counting(PasswordHasher):
    """The real one, which notes how many it works on at once and how many hashes it makes."""

    at_work, most, made = 0, 0, 0

    def verify(self, *given: Any) -> Any:
        Counting.at_work += 1
        Counting.most = max(Counting.most, Counting.at_work)
        time.sleep(0.005)
        try:
            return super().verify(*given)
        finally:
            Counting.at_work -= 1

    def hash(self, *given: Any, **named: Any) -> str:
        Counting.made += 1
        return super().hash(*given, **named)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> type[Counting]:
    Counting.at_work = Counting.most = Counting.made = 0
    hasher = Counting.from_parameters(profiles.CHEAPEST)
    monkeypatch.setattr(passwords, "hasher", lambda: hasher)
    return Counting


def test_no_more_passwords_are_judged_at_once_than_there_are_processors(
    counting: type[Counting],
) -> None:
    known = passwords.hashed(PASSWORD)
    said: list[bool] = []
    threads = [
        threading.Thread(target=lambda: said.append(passwords.fits(PASSWORD, known)))
        for _ in range(4 * passwords.AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [True] * len(threads)
    assert 0 < counting.most <= passwords.AT_ONCE


def test_who_was_sent_away_because_too_many_came_has_failed_at_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0)
    for _ in range(passwords.AT_ONCE):
        passwords._turns.acquire()
    try:
        for _ in range(accounts.TRIES_OF_A_NAME + 1):
            with pytest.raises(passwords.TooManyAtOnce):
                sign_in(store, PASSWORD)
    finally:
        passwords._turns.release(passwords.AT_ONCE)
    assert sign_in(store, PASSWORD).account.name == "root"


def test_no_new_password_is_hashed_for_who_does_not_know_the_present_one(
    store: Store, counting: type[Counting]
) -> None:
    passwords.nobodys()
    made = counting.made
    for name in ("root", "nobody"):
        with pytest.raises(SignInRefused):
            accounts.change_password(store, name, "wrong", "another long password")
    assert counting.made == made


def test_a_token_opens_until_its_account_is_shut(store: Store) -> None:
    users.add(store, "prog", "planner", password=PASSWORD)
    token, session = accounts.token_for(store, "prog"), sign_in(store, PASSWORD, "prog")
    assert accounts.of_token(store, token) == session.account
    assert accounts.of_token(store, token[:-1]) is None
    users.disable(store, "prog")
    assert accounts.of_token(store, token) is None
    assert accounts.of_session(store, session.secret, now=NOW) is None
    with pytest.raises(UsageError, match="disabled"):
        accounts.token_for(store, "prog")


def test_no_secret_is_in_the_file(store_file: Path) -> None:
    store = Store.open(f"sqlite:///{store_file}")
    users.add(store, "root", "admin", password=PASSWORD)
    token, session = accounts.token_for(store, "root"), sign_in(store, PASSWORD)
    held = b"".join(part.read_bytes() for part in store_file.parent.iterdir())
    assert b"root" in held and b"$argon2id$" in held
    for secret in (token, token.removeprefix("shanhai_"), session.secret, PASSWORD):
        assert secret.encode() not in held


def test_the_last_administrator_stays(store: Store) -> None:
    with pytest.raises(UsageError, match="last administrator"):
        users.disable(store, "root")
    users.add(store, "second", "admin", password=PASSWORD)
    users.disable(store, "root")
    with pytest.raises(UsageError, match="last administrator"):
        users.disable(store, "second")


def test_a_role_goes_with_what_it_stands_for_and_nothing_else(store: Store) -> None:
    store.write({"enterprises": Table("enterprises", {"id": ["E1"], "name": ["甲公司"]})})
    county = users.add(store, "c", "county", region="江山市").account
    firm = users.add(store, "e", "enterprise", enterprise="甲公司").account
    assert (county.region, county.enterprise_id) == ("330881", None)
    assert (firm.region, firm.enterprise_id) == (None, "E1")
    wrong: list[tuple[str, dict[str, str]]] = [
        ("county", {}), ("county", {"region": "江山市", "enterprise": "E1"}),
        ("enterprise", {}), ("enterprise", {"region": "江山市"}),
        ("planner", {"region": "江山市"}), ("admin", {"enterprise": "E1"}),
        ("enterprise", {"enterprise": "E2"}), ("anonymous", {}),
    ]  # fmt: skip
    for role, scope in wrong:
        with pytest.raises(UsageError):
            users.add(store, "x", role, **scope)
    assert [account.name for account in users.listed(store)] == ["c", "e", "root"]


def _gone_while_hashed(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Do a deed of somebody else's while the next password is hashed."""
    hashed = passwords.hashed

    def meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", hashed)
        deed()
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", meanwhile)


def test_no_account_stands_for_a_row_that_went_while_its_password_was_hashed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    enterprises = {"id": ["E1", "E2", "E3"], "name": ["甲公司", "乙公司", "E1"]}
    store.write({
        "enterprises": Table("enterprises", enterprises),
        "regions": Table.from_rows("regions", [
            {"code": "339999", "name": "新设县", "level": "county", "parent": "330000"}
        ]),
    })  # fmt: skip
    root = users.named(store, "root")

    def removed(table: str, key: str) -> None:
        table_rows.remove(store, root, table, key, if_match=None)

    deeds: list[tuple[Callable[[], object], dict[str, str], str]] = [
        (lambda: removed("regions", "339999"), {"role": "county", "region": "新设县"}, "339999"),
        (lambda: store.merge({"E2": "E3"}), {"role": "enterprise", "enterprise": "E2"},
         "went into E3"),
        (lambda: removed("enterprises", "E1"), {"role": "enterprise", "enterprise": "E1"}, "E1"),
    ]  # fmt: skip
    for deed, asked, said in deeds:
        _gone_while_hashed(monkeypatch, deed)
        with pytest.raises(Exception, match=said) as refused:
            users.add(store, "late", password=PASSWORD, **asked)
        assert {"zh", "en"} <= set(refused.value.message)
    assert [account.name for account in users.listed(store)] == ["root"]


def test_no_account_is_changed_to_stand_for_a_row_that_went_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write({"enterprises": Table("enterprises", {"id": ["E1"], "name": ["甲公司"]})})
    before = users.add(store, "firm", "planner", password=PASSWORD).account
    root, found = users.named(store, "root"), users.row_id

    def then_removed(*asked: Any) -> str:
        key = found(*asked)
        monkeypatch.setattr(users, "row_id", found)
        table_rows.remove(store, root, "enterprises", key, if_match=None)
        return key

    monkeypatch.setattr(users, "row_id", then_removed)
    with pytest.raises(UsageError, match="no 'E1'"):
        users.replace(
            store, "firm", "enterprise", region=None, enterprise="甲公司", disabled=False,
            if_match=users.etag_of(before), by="root",
        )  # fmt: skip
    assert users.named(store, "firm") == before


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "x" * 65, "a\n", "../a", "root"])
def test_a_name_that_is_taken_or_not_allowed_is_refused(store: Store, name: str) -> None:
    if name == "a\n":  # surrounding blanks are no part of a name
        assert users.add(store, name, "planner").account.name == "a"
        return
    with pytest.raises(UsageError):
        users.add(store, name, "planner")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "", "x" * 5000, "' OR 1=1 --"])
@pytest.mark.parametrize("password", [PASSWORD, "\0", "\udfff", "x" * 5000, ""])
def test_whatever_is_sent_as_name_or_password_is_refused_alike(
    store: Store, name: str, password: str
) -> None:
    for tried in (name, "root"):
        if (tried, password) != ("root", PASSWORD):
            with pytest.raises(SignInRefused):
                sign_in(store, password, tried)
    for use in (accounts.token_for, users.disable):
        with pytest.raises(UsageError, match="no account"):
            use(store, name)


def test_a_name_and_a_password_are_the_same_however_their_letters_are_composed(
    store: Store,
) -> None:
    composed, apart = "z\u00fc", "zu\u0308"
    users.add(store, apart, "planner", password=PASSWORD + composed)
    assert sign_in(store, PASSWORD + apart, composed).account.name == composed
    assert sign_in(store, PASSWORD + composed, apart).account.name == composed


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(store: Store, password: str) -> None:
    with pytest.raises(UsageError, match="12 to 200"):
        users.add(store, "x", "planner", password=password)


def test_the_commands_add_list_and_shut_accounts(store_url: str) -> None:
    environment = {"SHANHAI_DATABASE_URL": store_url, "lang": "en"}
    assert "no account yet" in shanhai("user", "list", **environment).out
    added = shanhai("user", "add", "root", "--role", "admin", "--json", **environment).json
    store = Store.open(store_url)
    account: Account = sign_in(store, added["password"]).account
    assert (account.name, account.role) == ("root", "admin")
    given = shanhai("user", "token", "root", "--json", **environment).json
    token = given["token"]
    assert accounts.of_token(store, token) == account
    assert [each["id"] for each in users.tokens(store, "root")] == [given["id"]]
    listed = shanhai("user", "list", "--json", **environment)
    assert [each["name"] for each in listed.json["users"]] == ["root"]
    assert token not in listed.out and added["password"] not in listed.out
    refused = shanhai("user", "disable", "root", **environment)
    assert (refused.status, refused.out) == (2, "") and "last administrator" in refused.err


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_the_commands_list_and_end_what_an_account_signs_in_by(store_url: str) -> None:
    environment = {"SHANHAI_DATABASE_URL": store_url, "lang": "en"}
    store = Store.open(store_url)
    first = users.add(store, "zhang", "planner").password
    assert first is not None
    assert "no tokens" in shanhai("user", "tokens", "zhang", **environment).out
    one, other = (shanhai("user", "token", "zhang", "--json", **environment).json for _ in range(2))
    listed = shanhai("user", "tokens", "zhang", "--json", **environment)
    assert {each["id"] for each in listed.json["tokens"]} == {one["id"], other["id"]}
    assert one["token"] not in listed.out
    assert one["id"] in shanhai("user", "tokens", "zhang", **environment).out
    wrong = shanhai("user", "revoke", "zhang", "0000", **environment)
    assert (wrong.status, wrong.out) == (2, "") and "'0000'" in wrong.err
    assert one["id"] in shanhai("user", "revoke", "zhang", one["id"], **environment).out
    assert accounts.of_token(store, one["token"]) is None
    assert accounts.of_token(store, other["token"]) is not None
    reset = shanhai("user", "password", "zhang", "--json", **environment).json
    assert reset["tokens_ended"] == 1 and accounts.of_token(store, other["token"]) is None
    assert sign_in(store, reset["password"], "zhang").account.name == "zhang"
    with pytest.raises(SignInRefused):
        sign_in(store, first, "zhang")


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_account_that_was_shut_is_opened_again_by_command(store_url: str) -> None:
    environment = {"SHANHAI_DATABASE_URL": store_url, "lang": "en"}
    store = Store.open(store_url)
    users.add(store, "zhang", "planner", password=PASSWORD)
    assert shanhai("user", "disable", "zhang", **environment).status == 0
    refused = shanhai("user", "token", "zhang", **environment)
    assert refused.status == 2 and "user enable zhang" in refused.err
    with pytest.raises(SignInRefused):
        sign_in(store, PASSWORD, "zhang")
    assert shanhai("user", "enable", "zhang", **environment).status == 0
    assert sign_in(store, PASSWORD, "zhang").account.disabled_at is None


def test_a_password_comes_from_standard_input(store_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "user", "add", "p", "--role", "planner",
         "--password-stdin"],
        input=f"{PASSWORD}\n", capture_output=True, text=True, timeout=60, check=True, cwd=ROOT,
        env={"SHANHAI_DATABASE_URL": store_url, "SHANHAI_HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert PASSWORD not in done.stdout + done.stderr
    assert sign_in(Store.open(store_url), PASSWORD, "p").account.role == "planner"


@pytest.mark.parametrize(
    "arguments",
    [("add",), ("add", "x"), ("list", "x"), ("token",), ("disable",), ("token", "nobody"),
     ("list", "--role", "admin"), ("disable", "x", "--password-stdin"), ("revoke", "x"),
     ("enable",), ("token", "x", "1234"), ("password", "nobody"), ("tokens", "nobody")],
)  # fmt: skip
def test_a_wrong_use_of_the_command_is_told(
    store: Store, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    from api.cli import main as program

    monkeypatch.setenv("SHANHAI_DATABASE_URL", store.address.url)
    with pytest.raises(SystemExit) as caught:
        program.main(["user", *arguments])
    said = capsys.readouterr()
    assert (caught.value.code, said.out) == (2, "") and said.err


def test_a_hash_costs_what_the_standard_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_another_cost_is_made_anew_when_its_owner_signs_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held() -> str:
        with store.connection() as connection:
            found = rows.found(connection, "root")
        assert found is not None
        return found[1]

    before = sign_in(store, PASSWORD)
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: dearer)
    with pytest.raises(SignInRefused):
        sign_in(store, "not the password")
    assert "m=8,t=1,p=1$" in held()
    sign_in(store, PASSWORD)
    assert "m=16,t=2,p=1$" in held()
    after = sign_in(store, PASSWORD)
    for session in (before, after):  # the password is the same: nobody is sent away
        assert accounts.of_session(store, session.secret, now=NOW) is not None
