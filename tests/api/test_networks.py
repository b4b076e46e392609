"""Guesses and requests are counted by network: who has many addresses has no more of them."""

from __future__ import annotations

import pytest

from api import accounts
from api.accounts import TooManyAttempts
from api.networks import network_of
from api.store import Store


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
    ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
    ("fe80::1%eth0", "fe80::2%eth1", True),
    ("::ffff:192.0.2.1", "192.0.2.1", True),
    ("192.0.2.1", "192.0.2.2", False),
    ("", "", True),
    ("/run/socket", "/run/other", False),
])  # fmt: skip
def test_addresses_of_one_network_count_as_one(one: str, other: str, alike: bool) -> None:
    assert (network_of(one) == network_of(other)) is alike


def test_guesses_from_many_addresses_of_one_network_are_counted_together(store: Store) -> None:
    with pytest.raises(TooManyAttempts):
        for n in range(accounts.TRIES_OF_A_NAME + 1):
            with pytest.raises(accounts.SignInRefused):
                accounts.sign_in(store, "kim", "wrong", address=f"2001:db8::{n:x}")
