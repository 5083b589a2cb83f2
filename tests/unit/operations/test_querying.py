"""A query asked of an org: our reading shows the place of a mistake, and the org has the last word."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from upbeat.operations import ask
from upbeat.salesforce import Rejected, Retryable, SalesforceError
from upbeat.schema import render, standard
from upbeat.soql import SoqlError

PAGE = {"totalSize": 1, "done": True, "records": [{"attributes": {"type": "Account"}, "Id": "001000000000001AAA"}]}


@dataclass
class Org:
    """An org that describes the standard objects, and answers every query alike."""

    answer: dict[str, Any] | SalesforceError = field(default_factory=lambda: PAGE)
    undescribed: dict[str, SalesforceError] = field(default_factory=dict)
    described: list[str] = field(default_factory=list)
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def describe(self, name: str) -> dict[str, Any]:
        self.described.append(name)
        if name in self.undescribed:
            raise self.undescribed[name]
        if not standard().has(name):
            raise Rejected("NOT_FOUND: The requested resource does not exist", code="NOT_FOUND", status=404)
        return render(standard().object(name), standard())

    def objects(self) -> list[str]:
        return ["Account", "Invoice__c", "Task"]

    def pages(self, text: str, *, all_rows: bool = False, **_: Any) -> Iterator[dict[str, Any]]:
        self.asked.append((text, all_rows))
        if isinstance(self.answer, SalesforceError):
            raise self.answer
        return iter([self.answer])


def refused(code: str) -> Rejected:
    return Rejected(f"{code}: as the org words it", code=code, status=400)


def ids(org: Any, text: str, **more: Any) -> list[str]:
    return [one["Id"] for one in ask(org, text, {}, **more).records]


class TestWhatIsSent:
    def test_a_query_goes_as_it_was_written(self) -> None:
        org = Org()
        ids(org, "select  id\nfrom Account")
        assert org.asked == [("select  id\nfrom Account", False)]

    def test_binds_are_filled_as_their_fields_want_them(self) -> None:
        org = Org()
        ask(
            org,
            "SELECT Id FROM Account WHERE NumberOfEmployees > :n AND Name IN :names",
            {"n": ["5"], "names": ["5", "6"]},
        )
        assert org.asked[0][0].endswith("WHERE NumberOfEmployees > 5 AND Name IN ('5', '6')")

    @pytest.mark.parametrize("text", ["SELECT Id FROM Account", "SELECT Id FROM Account ALL ROWS"])
    def test_deleted_records_are_asked_of_their_own_address(self, text: str) -> None:
        org = Org()
        ids(org, text, all_rows="ALL" not in text)
        assert org.asked == [("SELECT Id FROM Account", True)]

    def test_only_what_the_query_leads_to_is_described(self) -> None:
        org = Org()
        ids(org, "SELECT Account.Owner.Name FROM Contact WHERE Id IN (SELECT WhoId FROM Task)")
        assert sorted(org.described) == ["Account", "Contact", "Task", "User"]

    def test_few_of_the_many_objects_that_a_task_may_be_about_are_described(self) -> None:
        org = Org()
        ids(org, "SELECT What.Name FROM Task")
        assert len(org.described) <= 4


class TestOurMistakes:
    """No gap of ours keeps an answer from anybody."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("SELECT Id FROM Account WITH TIME TRAVEL", id="a clause that we do not read"),
            pytest.param(
                "SELECT Id FROM Account WHERE CreatedDate = NEXT_BLUE_MOON", id="a literal that we do not know"
            ),
            pytest.param("SELECT SHOUT(Name) FROM Account", id="a function that we do not know"),
            pytest.param("SELECT Id FROM NewThing", id="an object that describe does not have"),
            pytest.param("SELECT Who.Shoe FROM Task", id="a field of a parent of several objects"),
            pytest.param("SELECT Id FROM Account USING SCOPE mine", id="what we read and do not run"),
            pytest.param("SELECT Id FROM Account WHERE Description = 'x'", id="a field that we would not filter by"),
        ],
    )
    def test_what_we_object_to_is_answered_where_the_org_answers(self, text: str) -> None:
        org = Org()
        found = ask(org, text, {})
        assert [one["Id"] for one in found.records] == ["001000000000001AAA"]
        assert org.asked == [(text, False)]

    def test_a_describe_that_is_refused_keeps_no_query_back(self) -> None:
        org = Org(undescribed={"Account": refused("INSUFFICIENT_ACCESS")})
        assert ids(org, "SELECT Id FROM Account") == ["001000000000001AAA"]

    def test_a_count_that_we_cannot_read_is_a_count(self) -> None:
        org = Org({"totalSize": 7, "done": True, "records": []})
        found = ask(org, "SELECT COUNT() FROM Account WITH TIME TRAVEL", {})
        assert (found.is_count, found.total, found.columns) == (True, 7, None)


class TestTheirMistakes:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("SELECT Nmae FROM Account", "Did you mean Name?"),
            ("SELECT Onwer.Name FROM Account", "Did you mean Owner?"),
            ("SELECT (SELECT Id FROM Contcats) FROM Account", "Did you mean Contacts?"),
        ],
    )
    def test_a_name_that_the_org_does_not_have_ends_it_before_the_org_is_asked(self, text: str, said: str) -> None:
        org = Org()
        with pytest.raises(SoqlError, match=said):
            ids(org, text)
        assert org.asked == []

    @pytest.mark.parametrize(
        ("text", "code", "place"),
        [
            ("SELECT Id FORM Account", "MALFORMED_QUERY", (1, 16)),
            ("SELECT Id,\nName) FROM Account", "MALFORMED_QUERY", (2, 5)),
            ("SELECT Id FROM Acount", "INVALID_TYPE", (1, 16)),
            ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", (1, 30)),
        ],
    )
    def test_where_the_org_objects_to_the_same_our_words_show_the_place(
        self, text: str, code: str, place: tuple[int, int]
    ) -> None:
        with pytest.raises(SoqlError) as raised:
            ids(Org(refused(code)), text)
        assert (raised.value.line, raised.value.column) == place

    def test_an_object_that_there_is_not_is_compared_with_those_that_there_are(self) -> None:
        with pytest.raises(SoqlError, match="Did you mean Invoice__c"):
            ids(Org(refused("INVALID_TYPE")), "SELECT Id FROM Invoic__c")

    def test_where_the_org_objects_to_something_else_its_words_stand(self) -> None:
        with pytest.raises(Rejected, match="INVALID_FIELD: as the org words it"):
            ids(Org(refused("INVALID_FIELD")), "SELECT Nmae FROM Account WITH TIME TRAVEL")

    def test_where_we_object_to_nothing_the_orgs_words_stand(self) -> None:
        with pytest.raises(Rejected, match="QUERY_TOO_COMPLICATED: as the org words it"):
            ids(Org(refused("QUERY_TOO_COMPLICATED")), "SELECT Id FROM Account")

    def test_an_org_that_is_away_hides_no_mistake_that_needs_none(self) -> None:
        with pytest.raises(SoqlError, match="unexpected token: 'Account'"):
            ids(Org(Retryable("the org could not be reached")), "SELECT Id FORM Account")

    def test_binds_need_a_query_that_we_can_read(self) -> None:
        org = Org()
        with pytest.raises(SoqlError, match="unexpected token"):
            ask(org, "SELECT Id FORM Account WHERE Name = :x", {"x": ["y"]})
        assert org.asked == []


def test_records_are_plain_values() -> None:
    tasks = {"totalSize": 1, "done": True, "records": [{"attributes": {}, "Subject": "Call", "Who": None}]}
    contact = {"attributes": {}, "Name": "Ann", "Account": {"attributes": {}, "Name": "Acme"}, "Tasks": tasks}
    contacts = {"totalSize": 2, "done": True, "records": [contact, {"attributes": {}, "Name": "Bob", "Tasks": None}]}
    record = {"attributes": {}, "BillingAddress": {"city": "Leeds"}, "Owner": None, "Contacts": contacts, "Cases": None}
    org = Org({"totalSize": 1, "done": True, "records": [record]})
    text = (
        "SELECT BillingAddress, Owner.Name, (SELECT Name, Account.Name, (SELECT Subject FROM Tasks) FROM Contacts), "
        "(SELECT Id FROM Cases) FROM Account"
    )
    (found,) = ask(org, text, {}).records
    assert found == {
        "BillingAddress": {"city": "Leeds"},
        "Owner": None,
        "Contacts": [
            {"Name": "Ann", "Account": {"Name": "Acme"}, "Tasks": [{"Subject": "Call", "Who": None}]},
            {"Name": "Bob", "Tasks": []},
        ],
        "Cases": [],
    }
