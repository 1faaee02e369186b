"""Whose request it is, past the proxies that are trusted and no others."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from adapters.client_address import NOBODY, client_address, networks

PROXIES = networks("10.0.0.0/8, 127.0.0.1,fd00::/8")


class Transport:
    """A connection from somewhere."""

    def __init__(self, peer: object) -> None:
        self._peer = peer

    def get_extra_info(self, name: str) -> object:
        return self._peer if name == "peername" else None


def client(peer: object, *forwarded: str, trusted: tuple[object, ...] = PROXIES) -> str:
    headers = [("X-Forwarded-For", each) for each in forwarded]
    request = make_mocked_request("GET", "/", headers=headers, transport=Transport(peer))
    return client_address(request, trusted)  # type: ignore[arg-type]  # networks all


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.5", (), "203.0.113.5"),
        ("203.0.113.5", ("198.51.100.1",), "203.0.113.5"),  # no proxy of ours says so
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("6.6.6.6, 198.51.100.1, 10.9.9.9",), "198.51.100.1"),
        ("10.0.0.1", ("6.6.6.6", "198.51.100.1"), "198.51.100.1"),  # a header that came twice
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.2, 10.0.0.3",), "10.0.0.2"),  # nobody but proxies
        ("10.0.0.1", ("nonsense",), NOBODY),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1:1234",), NOBODY),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("2001:db8:5:6:7::8",), "2001:db8:5:6::/64"),
        ("2001:db8::1", (), "2001:db8::/64"),
        ("fe80::1%eth0", (), "fe80::/64"),
    ],
)
def test_the_first_that_is_not_trusted(
    peer: str, forwarded: tuple[str, ...], expected: str
) -> None:
    assert client((peer, 1), *forwarded) == expected


def test_somebody_without_an_address_shares_one_allowance() -> None:
    assert client("") == client(None) == NOBODY
    assert client(("", 0), "198.51.100.1") == NOBODY


def test_without_proxies_only_the_connection_counts() -> None:
    assert client(("10.0.0.1", 1), "198.51.100.1", trusted=()) == "10.0.0.1"


def test_a_header_of_many_entries_is_read_from_its_end() -> None:
    assert client(("10.0.0.1", 1), ", ".join(["1.1.1.1"] * 5000 + ["10.0.0.9"] * 19)) == "1.1.1.1"
    assert client(("10.0.0.1", 1), ", ".join(["1.1.1.1"] * 5000 + ["10.0.0.9"] * 20)) == "10.0.0.9"
