"""The org speaks HTTP as Salesforce does: encodings, media types, limits of size, and methods."""

import gzip
import json
import socket
import zlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg, OrgError, Server, StreamServer

V = "/services/data/v67.0"
Ask = Callable[..., httpx2.Response]
LEAD = json.dumps({"LastName": "Vega", "Company": "Northwind"}).encode()


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(LEAD)),
        ("deflate", zlib.compress(LEAD)),
        ("deflate", _raw_deflate(LEAD)),
        ("GZIP", gzip.compress(LEAD)),
        ("identity", LEAD),
    ],
    ids=["gzip", "deflate", "raw deflate", "upper case", "identity"],
)
def test_a_body_may_be_packed(ask: Ask, encoding: str, body: bytes) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    assert ask("POST", f"{V}/sobjects/Lead", content=body, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", LEAD, 400),
        ("gzip", gzip.compress(LEAD)[:-9], 400),
        ("deflate", b"\x00", 400),
        ("br", LEAD, 415),
        ("gzip", gzip.compress(b"[" * 60_000_000), 413),
    ],
    ids=["plain", "cut", "nonsense", "another", "a bomb"],
)
def test_a_body_that_cannot_be_unpacked_is_refused(ask: Ask, encoding: str, body: bytes, status: int) -> None:
    answer = ask("POST", f"{V}/sobjects/Lead", content=body, headers={"Content-Encoding": encoding})
    assert answer.status_code == status
    assert answer.json()[0]["message"]


def test_an_answer_is_packed_where_the_client_takes_it(ask: Ask) -> None:
    packed, plain = (
        ask("GET", f"{V}/sobjects/Lead/describe", headers={"Accept-Encoding": one}) for one in ("gzip", "identity")
    )
    assert [one.headers.get("Content-Encoding") for one in (packed, plain)] == ["gzip", None]
    assert packed.json() == plain.json()


def test_an_answer_is_printed_for_people_where_they_ask(ask: Ask) -> None:
    assert "\n  " in ask("GET", f"{V}/limits", headers={"X-PrettyPrint": "1"}).text
    assert "\n" not in ask("GET", f"{V}/limits").text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json; charset=UTF-8"}, 201),
        ({"Content-Type": "Application/JSON"}, 201),
        ({}, 201),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/xml"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Accept": "application/xml"}, 406),
        ({"Accept": "application/xml, application/json;q=0.5"}, 201),
        ({"Accept": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}, 201),
    ],
    ids=str,
)
def test_a_body_is_json_and_so_is_its_answer(ask: Ask, headers: dict[str, str], status: int) -> None:
    answer = ask("POST", f"{V}/sobjects/Lead", content=LEAD, headers=headers)
    assert answer.status_code == status


def test_what_is_too_long_is_refused_by_its_own_status(ask: Ask) -> None:
    long = ask("GET", f"{V}/query", params={"q": "SELECT Id FROM Lead WHERE Name = '" + "x" * 16_384 + "'"})
    wide = ask("GET", f"{V}/limits", headers={"X-Long": "x" * 16_384})
    large = ask("POST", f"{V}/sobjects/Lead", content=b" " * (50 * 1024 * 1024 + 1))
    assert [one.status_code for one in (long, wide, large)] == [414, 431, 413]
    assert [one.json()[0]["message"] != "" for one in (long, wide, large)] == [True] * 3


def test_head_answers_as_get_does_without_a_body(ask: Ask) -> None:
    head, get = (ask(method, f"{V}/sobjects", headers={"Accept-Encoding": "identity"}) for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("method", ["TRACE", "PUT", "get", "GETS"])
def test_a_method_that_no_resource_has_is_refused(served: tuple[LocalOrg, Server], token: str, method: str) -> None:
    """Sent as it stands: a client library would mend its case."""
    with socket.create_connection(("127.0.0.1", int(served[1].url.rpartition(":")[2]))) as line:
        line.sendall(f"{method} {V}/limits HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        answer = line.makefile("rb").read()
    assert answer.split()[1] == b"405"
    assert b"allow: GET,HEAD" in answer


def test_all_but_the_versions_say_how_many_calls_are_used(ask: Ask) -> None:
    answers: list[Any] = [ask("GET", path) for path in (f"{V}/limits", f"{V}/sobjects/Nothing", "/services/data")]
    assert ["Sforce-Limit-Info" in one.headers for one in answers] == [True, True, False]


@pytest.mark.parametrize("server", [Server, StreamServer])
@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_a_port_that_there_is_not_is_an_error_of_the_org(server: type[Server | StreamServer], port: int) -> None:
    org = LocalOrg(":memory:", clock=SystemClock())
    with pytest.raises(OrgError, match=f"there is no port {port}"):
        server(org, port=port)
    org.close()
