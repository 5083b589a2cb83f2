"""The reader: queries over all their pages, and the org's own facts as values."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from upbeat.salesforce import LONGEST_URL, Changed, Organization, Reader, Rejected, Retryable

NEXT = "/services/data/v67.0/query/01g000000000001AAA-2000"


def page(*ids: str, size: int, more: str = "") -> dict[str, Any]:
    records = [{"attributes": {"type": "Lead"}, "Id": one} for one in ids]
    return {"totalSize": size, "done": not more, "records": records} | ({"nextRecordsUrl": more} if more else {})


def asked(org: Any) -> list[tuple[str, str]]:
    return [
        (request.url.path.removeprefix("/services/data/v67.0/"), request.url.params.get("q", ""))
        for request in org.requests
    ]


class TestQuery:
    def test_binds_are_filled_before_it_is_sent(self, org: Any) -> None:
        org.will(org.gives(page(size=0)))
        Reader(org.session()).query("SELECT Id FROM Lead WHERE Company = :name", {"name": "O'Hara & Söhne"})
        assert asked(org) == [("query", r"SELECT Id FROM Lead WHERE Company = 'O\'Hara & Söhne'")]

    def test_every_page_is_read(self, org: Any) -> None:
        org.will(org.gives(page("1", "2", size=3, more=NEXT)), org.gives(page("3", size=3)))
        records = Reader(org.session()).query("SELECT Id FROM Lead")
        assert [record["Id"] for record in records] == ["1", "2", "3"]

    def test_deleted_rows_are_asked_of_the_resource_that_has_them(self, org: Any) -> None:
        org.will(org.gives(page(size=0)))
        Reader(org.session()).query("SELECT Id FROM Lead ALL ROWS")
        assert asked(org) == [("queryAll", "SELECT Id FROM Lead")]

    def test_child_records_are_read_to_their_end_before_the_next_page(self, org: Any) -> None:
        def children(*ids: str, size: int, more: str = "") -> dict[str, Any]:
            return page(*ids, size=size, more=f"/services/data/v67.0/query/{more}" if more else "")

        def parent(key: str, **nested: Any) -> dict[str, Any]:
            return {"attributes": {"type": "Account"}, "Id": key, **nested}

        calls = children("t1", size=2, more="tasks-1")
        contacts = {**children(size=2, more="contacts-1"), "records": [parent("c1", Tasks=calls)]}
        first = parent("a1", Contacts=contacts, Cases=None, BillingAddress={"city": "Leeds"})
        org.will(
            org.gives({**page(size=2, more="/services/data/v67.0/query/own-1"), "records": [first]}),
            org.gives(page("t2", size=2)),
            org.gives({**page(size=2), "records": [parent("c2", Tasks=None)]}),
            org.gives({**page(size=2), "records": [parent("a2", Contacts=None)]}),
        )
        found = Reader(org.session()).query("SELECT Id, (SELECT Id, (SELECT Id FROM Tasks) FROM Contacts) FROM Account")
        assert [path for path, _ in asked(org)] == ["query", "query/tasks-1", "query/contacts-1", "query/own-1"]
        assert [one["Id"] for one in found] == ["a1", "a2"]
        people = found[0]["Contacts"]
        assert [one["Id"] for one in people.pop("records")] == ["c1", "c2"]
        assert people == {"totalSize": 2, "done": True}
        assert [one["Id"] for one in contacts["records"][0]["Tasks"]["records"]] == ["t1"]

    def test_a_count_is_the_querys_size(self, org: Any) -> None:
        org.will(org.gives({"totalSize": 42, "done": True, "records": []}))
        assert Reader(org.session()).count("SELECT COUNT() FROM Lead") == 42

    def test_a_dropped_cursor_says_how_far_it_came_and_what_to_do(self, org: Any) -> None:
        org.will(
            org.gives(page("1", "2", size=3, more=NEXT)),
            org.refuses(400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
        )
        with pytest.raises(Retryable, match=r"cursor after 2 of 3 records\n  Run the query again"):
            Reader(org.session()).query("SELECT Id FROM Lead")

    def test_more_ids_than_an_address_takes_are_refused_in_clear_words(self, org: Any) -> None:
        org.will(org.gives(page(size=0)))
        ids = [f"00Q{n:012}AAA" for n in range(LONGEST_URL // 20)]
        with pytest.raises(Rejected, match="Ask for fewer ids at a time; 200 fit"):
            Reader(org.session()).query("SELECT Id FROM Lead WHERE Id IN :ids", {"ids": ids})


class TestFacts:
    def test_the_organization_is_read_as_a_value(self, org: Any) -> None:
        row = {
            "Id": "00D000000000001AAA",
            "Name": "Acme",
            "IsSandbox": True,
            "TimeZoneSidKey": "Europe/London",
            "DefaultLocaleSidKey": "en_GB",
        }
        org.will(org.gives({"totalSize": 1, "done": True, "records": [row]}))
        assert Reader(org.session()).organization() == Organization(
            "00D000000000001AAA", "Acme", sandbox=True, time_zone="Europe/London", locale="en_GB"
        )

    def test_changed_records_are_asked_for_in_utc(self, org: Any) -> None:
        org.will(org.gives({"ids": ["1"], "latestDateCovered": "2026-11-16T06:00:00.000+0000"}))
        start = datetime(2026, 11, 16, 6, tzinfo=timezone(timedelta(hours=1)))
        changed = Reader(org.session()).updated("Lead", start, start + timedelta(hours=1))
        params = org.requests[0].url.params
        assert (changed, params["start"], params["end"]) == (
            Changed(("1",), datetime(2026, 11, 16, 6, tzinfo=UTC)),
            "2026-11-16T05:00:00Z",
            "2026-11-16T06:00:00Z",
        )

    def test_deleted_records_come_as_ids(self, org: Any) -> None:
        covered = "2026-11-16T06:00:00.000+0000"
        org.will(org.gives({"deletedRecords": [{"id": "1", "deletedDate": covered}], "latestDateCovered": covered}))
        now = datetime(2026, 11, 16, 6, tzinfo=UTC)
        assert Reader(org.session()).deleted("Lead", now - timedelta(hours=1), now) == Changed(("1",), now)
