"""The writer: rows in, results out in their order; what is sent again, and what is known when a call fails."""

from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import decode
from upbeat.salesforce import Fault, LimitReached, Rejected, Result, Retries, Unanswered
from upbeat.salesforce.write import Writer

LOCK = {
    "statusCode": "UNABLE_TO_LOCK_ROW",
    "message": "unable to obtain exclusive access to this record or 1 records: 00Q000000000001AAA",
    "fields": [],
}


def rows(count: int) -> list[dict[str, Any]]:
    return [{"Id": str(n), "Company": f"Company {n}"} for n in range(count)]


def written(request: httpx2.Request) -> httpx2.Response:
    """Take every row of an update."""
    sent = decode(request.content)["records"]
    return httpx2.Response(200, json=[{"id": row["Id"], "success": True, "errors": []} for row in sent])


def locking(*ids: str) -> Any:
    """Take every row of an update but these, which are locked."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent = [row["Id"] for row in decode(request.content)["records"]]
        results = [
            {"success": False, "errors": [LOCK]} if i in ids else {"id": i, "success": True, "errors": []} for i in sent
        ]
        return httpx2.Response(200, json=results)

    return answer


class TestPacking:
    def test_rows_go_out_two_hundred_a_call(self, org: Any) -> None:
        org.will(written)
        Writer(org.session()).update("Lead", rows(450))
        assert [len(body["records"]) for body in org.bodies()] == [200, 200, 50]

    def test_results_come_back_in_the_order_of_the_rows(self, org: Any) -> None:
        org.will(written)
        results = Writer(org.session()).update("Lead", rows(450))
        assert [result.id for result in results] == [row["Id"] for row in rows(450)]

    def test_no_row_costs_no_call(self, org: Any) -> None:
        assert (Writer(org.session()).update("Lead", []), org.requests) == ([], [])

    def test_a_row_names_its_object_and_is_taken_on_its_own(self, org: Any) -> None:
        org.will(written)
        Writer(org.session()).update("Lead", [{"Id": "1", "Company": "Northwind"}])
        assert org.bodies() == [
            {"allOrNone": False, "records": [{"attributes": {"type": "Lead"}, "Id": "1", "Company": "Northwind"}]}
        ]


class TestVerbs:
    @pytest.mark.parametrize(
        ("write", "sent"),
        [
            pytest.param(lambda w: w.create("Task", [{}]), ("POST", "composite/sobjects"), id="create"),
            pytest.param(lambda w: w.update("Task", [{}]), ("PATCH", "composite/sobjects"), id="update"),
            pytest.param(
                lambda w: w.upsert("Task", "Upbeat_Key__c", [{}]),
                ("PATCH", "composite/sobjects/Task/Upbeat_Key__c"),
                id="upsert",
            ),
            pytest.param(
                lambda w: w.delete(["00T000000000001AAA"]),
                ("DELETE", "composite/sobjects?ids=00T000000000001AAA&allOrNone=false"),
                id="delete",
            ),
        ],
    )
    def test_each_verb_has_its_call(self, org: Any, write: Any, sent: tuple[str, str]) -> None:
        org.will(org.gives([{"id": "00T000000000001AAA", "success": True, "errors": []}]))
        write(Writer(org.session()))
        (request,) = org.requests
        assert (request.method, request.url.raw_path.decode().removeprefix("/services/data/v67.0/")) == sent

    def test_a_create_says_that_it_created(self, org: Any) -> None:
        org.will(org.gives([{"id": "00T000000000001AAA", "success": True, "errors": []}]))
        assert Writer(org.session()).create("Task", [{}]) == [Result(True, "00T000000000001AAA", created=True)]

    @pytest.mark.parametrize("created", [True, False])
    def test_an_upsert_says_whether_it_created(self, org: Any, created: bool) -> None:
        org.will(org.gives([{"id": "00T000000000001AAA", "success": True, "created": created, "errors": []}]))
        (result,) = Writer(org.session()).upsert("Task", "Upbeat_Key__c", [{}])
        assert result.created is created

    def test_a_refused_row_carries_its_faults_beside_rows_that_stand(self, org: Any) -> None:
        error = {"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Company]"}
        org.will(
            org.gives(
                [
                    {"success": False, "errors": [{**error, "fields": ["Company"]}]},
                    {"id": "00Q000000000001AAA", "success": True, "errors": []},
                ]
            )
        )
        refused, stands = Writer(org.session()).create("Lead", [{}, {}])
        assert (refused.errors, stands.ok) == (
            (Fault("REQUIRED_FIELD_MISSING", "Required fields are missing: [Company]", ("Company",)),),
            True,
        )


class TestRowLocks:
    def test_only_the_locked_rows_of_an_update_are_sent_again(self, org: Any) -> None:
        org.will(locking("1", "3"), written)
        results = Writer(org.session()).update("Lead", rows(5))
        assert [[row["Id"] for row in body["records"]] for body in org.bodies()] == [list("01234"), list("13")]
        assert all(result.ok for result in results)

    def test_a_row_that_stays_locked_is_given_back_as_such(self, org: Any) -> None:
        org.will(locking("1"))
        results = Writer(org.session(retries=Retries(attempts=3))).update("Lead", rows(2))
        assert ([result.ok for result in results], results[1].errors[0].retryable) == ([True, False], True)

    def test_between_tries_there_is_a_wait(self, org: Any) -> None:
        org.will(locking("1"), written)
        Writer(org.session()).update("Lead", rows(2))
        assert len(org.slept) == 1

    def test_a_locked_create_is_not_repeated(self, org: Any) -> None:
        org.will(org.gives([{"success": False, "errors": [LOCK]}]))
        (result,) = Writer(org.session()).create("Task", [{}])
        assert (result.ok, len(org.requests)) == (False, 1)

    def test_a_retry_that_the_org_refuses_leaves_the_rows_locked(self, org: Any) -> None:
        org.will(locking("1"), org.refuses(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
        results = Writer(org.session()).update("Lead", rows(2))
        assert [result.ok for result in results] == [True, False]


class TestAnyPatternOfLocks:
    @pytest.mark.law(3)
    @given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 4))
    def test_a_row_is_sent_until_it_stands_and_never_after(
        self, new_org: Any, locked: list[int], attempts: int
    ) -> None:
        sent = [0] * len(locked)

        def answer(request: httpx2.Request) -> httpx2.Response:
            results: list[dict[str, Any]] = []
            for row in decode(request.content)["records"]:
                n = int(row["Id"])
                sent[n] += 1
                stands = sent[n] > locked[n]
                results.append({"id": row["Id"], "success": stands, "errors": [] if stands else [LOCK]})
            return httpx2.Response(200, json=results)

        org = new_org()
        org.will(answer)
        results = Writer(org.session(retries=Retries(attempts=attempts))).update("Lead", rows(len(locked)))
        assert sent == [min(times + 1, attempts) for times in locked]
        assert [result.ok for result in results] == [times < attempts for times in locked]


class TestFailedCalls:
    @pytest.mark.law(3)
    def test_after_a_lost_answer_each_row_is_known_or_open(self, org: Any) -> None:
        org.will(written, httpx2.ReadTimeout("late"))
        with pytest.raises(Unanswered) as lost:
            Writer(org.session()).update("Lead", rows(450))
        known = [result is not None for result in lost.value.results]
        assert (known.count(True), known.index(False), len(known)) == (200, 200, 450)

    @pytest.mark.law(3)
    def test_a_lost_answer_to_a_retry_opens_only_the_retried_rows(self, org: Any) -> None:
        org.will(locking("1"), httpx2.ReadTimeout("late"))
        with pytest.raises(Unanswered) as lost:
            Writer(org.session()).update("Lead", rows(3))
        assert [result is None for result in lost.value.results] == [False, True, False]

    def test_a_short_answer_leaves_its_rows_open(self, org: Any) -> None:
        org.will(org.gives([]))
        with pytest.raises(Unanswered, match="2 rows were sent and 0 results came back") as lost:
            Writer(org.session()).update("Lead", rows(2))
        assert lost.value.results == (None, None)

    @pytest.mark.parametrize(
        ("status", "code", "kind"),
        [
            pytest.param(400, "JSON_PARSER_ERROR", Rejected, id="refused"),
            pytest.param(403, "REQUEST_LIMIT_EXCEEDED", LimitReached, id="limit"),
        ],
    )
    def test_a_refused_call_keeps_the_results_of_the_calls_before(
        self, org: Any, status: int, code: str, kind: type[Exception]
    ) -> None:
        org.will(written, org.refuses(status, code))
        with pytest.raises(kind) as refused:
            Writer(org.session()).update("Lead", rows(201))
        assert [result is None for result in refused.value.results[-2:]] == [False, True]
