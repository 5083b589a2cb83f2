"""What every source of facts promises: what is known, that nothing is, and a failure that says which it is."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from provider_server import KEY, ProviderServer, cut, drip, hang_up, huge, slow, status
from upbeat.base import UpbeatError, company, host
from upbeat.channels.enrich import CsvTable, Http, Said, Source, SqlTable, sql_table

TALWERK = {"domain": "talwerk.example"}
Ask = Callable[..., Http]


class TestEverySource:
    def test_gives_what_it_knows(self, source: Source) -> None:
        reply = source.ask(TALWERK)
        assert reply.said is Said.FOUND
        assert {name: str(value) for name, value in reply.values.items()} == {
            "industry": "manufacturing",
            "employees": "240",
            "city": "Köln",
        }

    def test_leaves_out_what_it_does_not_know(self, source: Source) -> None:
        assert source.ask({"domain": "harborline.example"}).values == {"industry": "health"}

    @pytest.mark.parametrize("domain", ["nobody.example", "", "' OR 1=1 --", "a/../../b?x=1&domain=talwerk.example"])
    def test_knows_nothing_of_anybody_else_whatever_the_key_looks_like(self, source: Source, domain: str) -> None:
        assert source.ask({"domain": domain}).said is Said.NOTHING

    def test_may_be_asked_by_many_at_once(self, source: Source) -> None:
        with ThreadPoolExecutor(8) as pool:
            said = [one.said for one in pool.map(lambda _: source.ask(TALWERK), range(32))]
        assert said == [Said.FOUND] * 32


class TestHttp:
    def test_asks_in_the_address_with_its_secret_in_a_header(self, ask_http: Ask, server: ProviderServer) -> None:
        ask_http().ask({"domain": "tal werk&co.example"})
        [asked] = server.asked
        assert (asked.method, asked.query) == ("GET", {"domain": "tal werk&co.example"})
        assert asked.headers["authorization"] == f"Bearer {KEY}"

    def test_asks_in_a_json_body(self, ask_http: Ask, server: ProviderServer) -> None:
        url = f"{server.url}/match"
        assert ask_http(url=url, method="POST", body={"domain": "{!domain}"}).ask(TALWERK).said is Said.FOUND
        assert server.asked[0].body == b'{"domain":"talwerk.example"}'

    @pytest.mark.parametrize(
        ("answer", "said", "words"),
        [
            pytest.param(status(429, Retry_After="7"), Said.LATER, "answered 429", id="asked too often"),
            pytest.param(status(500), Said.LATER, "answered 500", id="broken"),
            pytest.param(status(202, b""), Said.LATER, "answered 202", id="still finding out"),
            pytest.param(status(200, b"<html>"), Said.LATER, "not JSON", id="not JSON"),
            pytest.param(cut, Said.LATER, "could not be reached", id="cut off"),
            pytest.param(hang_up, Said.LATER, "could not be reached", id="no answer"),
            pytest.param(slow(2), Said.LATER, "within 0.3 seconds", id="slow"),
            pytest.param(drip, Said.LATER, "within 0.3 seconds", id="byte by byte"),
            pytest.param(huge, Said.REFUSED, "longer than 1,000,000 bytes", id="huge"),
            pytest.param(status(401), Said.REFUSED, "does not take our login", id="a wrong secret"),
            pytest.param(status(400), Said.REFUSED, "answered 400", id="a wrong question"),
            pytest.param(status(302, Location="https://other.example/x"), Said.REFUSED, "a redirect to other.example",
                         id="a redirect"),
            pytest.param(status(204, b""), Said.NOTHING, "answered 204", id="no content"),
            pytest.param(status(200, b""), Said.NOTHING, "answered 200", id="an empty answer"),
            pytest.param(status(200, b"[]"), Said.NOTHING, "none of the facts", id="a list"),
            pytest.param(status(200, b'{"company": "Talwerk"}'), Said.NOTHING, "none of the facts", id="another form"),
        ],
    )  # fmt: skip
    def test_a_failure_says_which_it_is(
        self, ask_http: Ask, server: ProviderServer, answer: Callable[..., None], said: Said, words: str
    ) -> None:
        server.answer = answer
        reply = ask_http(timeout=timedelta(seconds=0.3)).ask(TALWERK)
        assert (reply.said, words in reply.why, reply.values) == (said, True, {})
        assert KEY not in repr(reply)

    def test_it_says_how_long_it_wants_to_be_left_alone(self, ask_http: Ask, server: ProviderServer) -> None:
        server.answer = status(503, Retry_After="Sat, 31 Jan 2026 09:31:00 GMT")
        assert ask_http().ask(TALWERK).after == 60

    @pytest.mark.law(13)
    def test_a_redirect_takes_neither_key_nor_secret_elsewhere(self, ask_http: Ask, server: ProviderServer) -> None:
        with ProviderServer() as other:
            server.answer = status(307, Location=f"{other.url}/v1/companies?domain=talwerk.example")
            ask_http().ask(TALWERK)
            assert other.asked == []

    def test_what_is_no_single_value_is_named_and_not_given(self, ask_http: Ask, server: ProviderServer) -> None:
        server.companies["talwerk.example"] = {"company": {"industry": ["a", "b"], "city": "Köln"}}
        reply = ask_http().ask(TALWERK)
        assert (reply.values, reply.odd) == ({"city": "Köln"}, ("industry",))

    def test_a_value_may_stand_in_a_list(self, ask_http: Ask, server: ProviderServer) -> None:
        server.companies["talwerk.example"] = {"results": [{"site": {"city": "Bonn"}}]}
        assert ask_http(places={"city": "results[0].site.city"}).ask(TALWERK).values == {"city": "Bonn"}
        assert ask_http(places={"city": "results[1].site.city"}).ask(TALWERK).said is Said.NOTHING

    def test_nothing_listens_there(self, ask_http: Ask) -> None:
        reply = ask_http(url="http://127.0.0.1:9/x").ask(TALWERK)
        assert (reply.said, reply.why) == (Said.LATER, "it could not be reached (ConnectError)")

    def test_dots_alone_lead_nowhere_else(self, ask_http: Ask, server: ProviderServer) -> None:
        assert ask_http(url=f"{server.url}/companies/{{!domain}}").ask({"domain": ".."}).said is Said.REFUSED
        assert server.asked == []


class TestCsv:
    def test_it_is_read_again_when_it_changes(self, csv: Path) -> None:
        table = CsvTable(csv, {"city": "city"}, {"domain": host})
        assert table.ask(TALWERK).values == {"city": "Köln"}
        csv.write_text("domain,city\nhttps://www.talwerk.example/de,Bonn am Rhein\n", encoding="utf-8")
        assert table.ask(TALWERK).values == {"city": "Bonn am Rhein"}

    def test_the_first_key_that_finds_a_row_counts(self, csv: Path) -> None:
        csv.write_text("domain,name,city\na.example,Talwerk GmbH,Köln\n,Vale & Sons Ltd,Leeds\n", encoding="utf-8")
        table = CsvTable(csv, {"city": "city"}, {"domain": host, "name": company})
        assert table.ask({"domain": "b.example", "name": "TALWERK"}).values == {"city": "Köln"}
        assert table.ask({"domain": "", "name": "vale & sons"}).values == {"city": "Leeds"}

    @pytest.mark.law(11)
    def test_two_rows_that_differ_are_no_answer(self, csv: Path) -> None:
        csv.write_text("domain,city\na.example,Köln\na.example,Bonn\nb.example,Ulm\nb.example,Ulm\n", encoding="utf-8")
        table = CsvTable(csv, {"city": "city"}, {"domain": host})
        assert table.ask({"domain": "a.example"}).said is Said.AMBIGUOUS
        assert table.ask({"domain": "b.example"}).values == {"city": "Ulm"}

    @pytest.mark.parametrize(("text", "words"), [("domain,town\n", "has no column city"), (None, "cannot be read")])
    def test_a_file_that_is_not_as_it_should_be_says_so(self, csv: Path, text: str | None, words: str) -> None:
        csv.unlink() if text is None else csv.write_text(text)
        reply = CsvTable(csv, {"city": "city"}, {"domain": host}).ask(TALWERK)
        assert (reply.said, words in reply.why) == (Said.REFUSED, True)


class TestPostgres:
    @pytest.mark.parametrize(
        ("query", "said", "words"),
        [
            ("DELETE FROM companies RETURNING city", Said.REFUSED, "read-only transaction"),
            ("SELECT city FROM firms", Said.REFUSED, "does not exist"),
        ],
    )
    def test_a_query_writes_nothing_and_a_wrong_one_is_told(
        self, postgres: str, query: str, said: Said, words: str
    ) -> None:
        table = SqlTable(postgres, query, {"city": "city"})
        reply = table.ask({})
        table.close()
        assert (reply.said, words in reply.why) == (said, True)

    def test_a_server_that_is_away_may_answer_later_and_its_login_is_in_no_word(self) -> None:
        reply = SqlTable("postgresql://ann:hunter2@127.0.0.1:9/facts", "SELECT 1 AS city", {"city": "city"}).ask({})
        assert (reply.said, "hunter2" in reply.why) == (Said.LATER, False)


class TestSqlite:
    def test_a_query_writes_nothing(self, database: Path) -> None:
        reply = SqlTable(f"sqlite:///{database}", "DELETE FROM companies RETURNING city", {"city": "city"}).ask({})
        assert (reply.said, "readonly" in reply.why) == (Said.REFUSED, True)

    def test_a_database_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        reply = SqlTable(f"sqlite:///{tmp_path}/none.db", "SELECT 1 AS city", {"city": "city"}).ask({})
        assert (reply.said, (tmp_path / "none.db").exists()) == (Said.LATER, False)

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("SELECT * FROM companies", Said.AMBIGUOUS),
            ("SELECT industry FROM companies WHERE domain = :domain", Said.REFUSED),
        ],
    )
    def test_several_rows_or_a_missing_column_are_no_answer(self, database: Path, query: str, said: Said) -> None:
        assert SqlTable(f"sqlite:///{database}", query, {"city": "city"}).ask(TALWERK).said is said

    def test_a_query_without_an_end_is_given_up_in_time(self, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sql_table, "QUERY_SECONDS", 0.2)
        endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS city FROM c"
        table = SqlTable(f"sqlite:///{database}", endless, {"city": "city"})
        start = time.monotonic()
        assert table.ask(TALWERK).said is Said.LATER
        assert time.monotonic() - start < 5

    def test_a_table_that_is_not_there_is_told(self, database: Path) -> None:
        reply = SqlTable(f"sqlite:///{database}", "SELECT * FROM firms", {"city": "city"}).ask({})
        assert "no such table: firms" in reply.why

    def test_other_databases_are_refused_without_a_word_of_their_login(self) -> None:
        with pytest.raises(UpbeatError) as raised:
            SqlTable("mysql://ann:hunter2@db.example/facts", "SELECT 1", {})
        assert "hunter2" not in str(raised.value)
