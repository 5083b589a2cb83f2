"""A source's file: what it may not say is refused at its line, with what to write instead."""

import pytest

from upbeat.base.files import DefinitionError, parse
from upbeat.workflows import Key, Provider, asked_with, compared

HTTP = """\
provider: facts
title: Facts of companies
owner: priya.shah@acme.example
takes: {domain: domain}
http:
  url: 'https://api.firmlens.example/companies?domain={!domain}'
  secret: {secret_env: FACTS_KEY}
gives: {city: company.city}
"""
TABLE = HTTP[: HTTP.index("http:")] + "table: {file: facts.csv}\ngives: {city: city}\n"


def said(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        parse(Provider, "enrichment/facts.yaml", text.encode())
    return [f"{one.place.line}: {one.what}" for one in raised.value.problems]


@pytest.mark.law(13)
@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param("https://", "http://", "6: what is asked would go to api.firmlens.example in the clear",
                     id="in the clear"),
        pytest.param("api.firmlens", "{!domain}", "is no address to ask", id="a host that the record would choose"),
        pytest.param("?domain", "?api_key=abc&domain", "6: the address holds a api_key, and addresses stand in logs",
                     id="a secret in the address"),
        pytest.param("https://", "https://ann:pw@", "6: the address holds a login", id="a login in the address"),
        pytest.param("  secret:", "  headers: {Authorization: Bearer abc}\n  secret:",
                     "Authorization is written in the file", id="a secret in a header"),
        *(pytest.param("?domain", f"?{name}=abc&domain", f"the address holds a {name}", id=name)
          for name in ("api-key", "client_secret", "accessToken", "PWD", "sig")),
        pytest.param("={!domain}", "={!domain}#token=abc", "the address holds a token", id="a secret after a #"),
        pytest.param("?domain", "?a=b;api%5fkey=abc&domain", "holds a api_key", id="a secret's name in disguise"),
        *(pytest.param("  secret:", f"  headers: {{{name}: abc}}\n  secret:", f"{name} is written in the file", id=name)
          for name in ("X-Auth-Token", "x-access-token", "X-RapidAPI-Key", "X_API_KEY", "Cookie")),
        pytest.param("  secret:", "  headers: {X-Ours: Bearer abc}\n  secret:", "X-Ours is written in the file",
                     id="a header that logs in"),
        pytest.param("  secret:", "  method: POST\n  body: {client_secret: abc}\n  secret:",
                     "client_secret is written in the file", id="a secret in the body"),
        pytest.param("{secret_env: FACTS_KEY}", "{token: abc}", "token is written in the file", id="a secret"),
        pytest.param("{secret_env: FACTS_KEY}", "{header: X-Key}", "a secret lies in one place", id="a secret nowhere"),
        pytest.param("={!domain}", "={!name}", "http.url asks with name", id="a key that it does not take"),
        pytest.param("gives: {city: company.city}", "gives: {status: company.city}", "a fact cannot be called status",
                     id="a name that the step has"),
        pytest.param("company.city", "company..city", "company..city is no place in an answer", id="no path"),
        pytest.param("gives:", "table: {file: f.csv}\ngives:", "a source is asked in one way", id="two ways"),
    ],
)  # fmt: skip
def test_a_provider_that_says_what_it_may_not(old: str, new: str, what: str) -> None:
    assert old in HTTP
    assert what in "\n".join(said(HTTP.replace(old, new, 1)))


def test_what_only_looks_like_a_secret_may_stand_there() -> None:
    text = HTTP.replace("?domain=", "?sort=keywords&author=all&company_key=")
    text = text.replace("  secret:", "  headers: {X-Tenant: acme}\n  secret:")
    assert parse(Provider, "enrichment/facts.yaml", text.encode()).to == "https://api.firmlens.example/companies"


@pytest.mark.law(13)
@pytest.mark.parametrize(
    ("new", "what"),
    [
        pytest.param("{query: SELECT 1}", "a query has one database", id="no database"),
        pytest.param("{query: 'SELECT :name', database: 'sqlite:///f.db'}", "table.query asks with name", id="a bind"),
        pytest.param("{query: SELECT 1, database: 'postgresql://ann:pw@db.example/f'}", "holds a login", id="a login"),
        *(
            pytest.param(f"{{query: SELECT 1, database: 'postgresql://{address}'}}", "holds a login", id=address)
            for address in ("ann:p#w@db.example/f", "ann:@db.example/f", "db.example/f?user=ann&password=pw")
        ),
        pytest.param("{file: f.csv, in_monitor: true}", "a file is read in monitor mode anyway", id="a file's mode"),
        pytest.param("{file: f.csv, query: SELECT 1}", "a table is a file or a query", id="both"),
    ],
)
def test_a_table_that_says_what_it_may_not(new: str, what: str) -> None:
    assert what in "\n".join(said(TABLE.replace("{file: facts.csv}", new)))


@pytest.mark.parametrize(
    ("kind", "text", "asked", "found_by"),
    [
        (Key.DOMAIN, "https://www.Talwerk.example/de?x=1", "talwerk.example", "talwerk.example"),
        (Key.DOMAIN, "jo@talwerk.example", "talwerk.example", "talwerk.example"),
        (Key.DOMAIN, "jo@gmail.com", "", ""),
        (Key.EMAIL, " Jo@Talwerk.example ", "jo@talwerk.example", "jo@talwerk.example"),
        (Key.COMPANY, " Talwerk GmbH ", "Talwerk GmbH", "talwerk"),
        (Key.TEXT, " A 1 ", "A 1", "A 1"),
    ],
)
def test_a_key_is_asked_with_in_one_form(kind: Key, text: str, asked: str, found_by: str) -> None:
    assert (asked_with(kind, text), compared(kind, text)) == (asked, found_by)
