"""The session: who may come in, what is sent again and what never is, and when it stops."""

import logging
import traceback
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

import httpx2
import pytest
import structlog.testing

from upbeat.salesforce import (
    Cause,
    ClientCredentials,
    LimitReached,
    Rejected,
    Retries,
    Retryable,
    SalesforceError,
    Session,
    SessionDead,
    Unanswered,
)
from upbeat.salesforce.call import Call
from upbeat.salesforce.retries import FIRST

WRITE = Call("PATCH", "composite/sobjects", body={"records": []})
EXPIRED = (401, "INVALID_SESSION_ID", "Session expired or invalid")


class TestLogin:
    def test_nothing_is_sent_before_the_first_call(self, org: Any) -> None:
        org.session()
        assert org.logins == 0

    def test_every_call_names_the_client_and_takes_gzip(self, org: Any) -> None:
        org.will(org.gives({}))
        org.session().get("limits")
        headers = org.requests[0].headers
        assert (headers["Sforce-Call-Options"], headers["Accept-Encoding"]) == ("client=upbeat", "gzip")

    def test_an_expired_token_is_renewed_once_and_the_call_sent_again(self, org: Any) -> None:
        org.will(org.refuses(*EXPIRED), org.gives({"ok": 1}))
        assert (org.session().get("limits"), org.logins) == ({"ok": 1}, 2)

    def test_a_write_that_met_an_expired_token_is_sent_again(self, org: Any) -> None:
        org.will(org.refuses(*EXPIRED), org.gives([]))
        assert org.session().exchange(WRITE) == []

    def test_a_token_that_no_renewal_cures_ends_the_session(self, org: Any) -> None:
        org.will(org.refuses(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"))
        with pytest.raises(SessionDead, match="not valid for use with the REST API"):
            org.session().get("limits")
        assert org.logins == 1  # the token was new: another one would be as useless

    def test_a_session_that_becomes_unusable_is_tried_with_one_new_token(self, org: Any) -> None:
        unusable = org.refuses(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")
        org.will(org.gives({}), unusable)
        session = org.session()
        session.get("limits")
        with pytest.raises(SessionDead) as dead:
            session.get("limits")
        assert (org.logins, "API Enabled" in dead.value.fix) == (2, True)

    def test_a_session_that_ends_while_the_org_is_waited_for_is_renewed_as_well(self, org: Any) -> None:
        org.will(org.refuses(*EXPIRED), httpx2.Response(503), org.refuses(*EXPIRED), org.gives({"ok": 1}))
        assert (org.session().get("limits"), org.logins) == ({"ok": 1}, 3)

    def test_threads_that_meet_the_same_expired_token_log_in_once(self, org: Any) -> None:
        session = org.session()
        org.will(org.gives({}))
        session.get("limits")

        def stale_is_refused(request: httpx2.Request) -> httpx2.Response:
            stale = request.headers["Authorization"] == "Bearer token-1-of-the-org"
            return org.refuses(*EXPIRED) if stale else org.gives({})

        org.will(stale_is_refused)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: session.get("limits"), range(8)))
        assert org.logins == 2

    def test_refused_credentials_are_said_and_not_tried_again(self, org: Any) -> None:
        refusal = {"error": "invalid_client", "error_description": "invalid client credentials"}
        org.will_at_login(httpx2.Response(400, json=refusal))
        with pytest.raises(SessionDead, match="invalid_client: invalid client credentials"):
            org.session().get("limits")
        assert org.logins == 1

    def test_a_login_that_is_not_answered_is_tried_again(self, org: Any) -> None:
        org.will_at_login(httpx2.ConnectError("down"), httpx2.Response(503))
        org.will(org.gives({"ok": 1}))
        assert org.session().get("limits") == {"ok": 1}

    def test_an_org_without_our_api_version_is_refused(self, org: Any) -> None:
        org.versions = ["64.0", "65.0"]
        with pytest.raises(Rejected, match=r"API versions up to 65\.0, and Upbeat speaks 67\.0"):
            org.session().get("limits")

    @pytest.mark.parametrize(
        ("address", "said"),
        [
            pytest.param("http://login.acme.example", "would carry secrets in the clear", id="open http"),
            pytest.param("login.acme.example", "would carry secrets in the clear", id="no scheme"),
            pytest.param("https://acme.example:port", "is no address", id="no address"),
        ],
    )
    def test_an_unsafe_address_is_refused_before_anything_is_sent(self, org: Any, address: str, said: str) -> None:
        with pytest.raises(Rejected, match=said):
            Session(ClientCredentials(address, "id", "secret"), clock=org.clock)

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"hello": "world"}'])
    def test_a_login_page_that_is_not_salesforce_is_said_to_be_so(self, org: Any, body: bytes) -> None:
        org.will_at_login(httpx2.Response(200, content=body))
        with pytest.raises(Rejected, match="not Salesforce"):
            org.session().get("limits")

    def test_the_identity_is_of_the_token_and_the_users_own_record(self, org: Any) -> None:
        org.will(org.gives({"Username": "upbeat.reader@acme.example"}))
        identity = org.session().identity()
        assert (identity.org_id, identity.username) == ("00D000000000001AAA", "upbeat.reader@acme.example")


class TestSendingAgain:
    @pytest.mark.parametrize(
        "trouble",
        [
            pytest.param(httpx2.ReadTimeout("late"), id="no answer in time"),
            pytest.param(httpx2.RemoteProtocolError("cut"), id="cut off"),
            pytest.param(httpx2.Response(503), id="server busy"),
            pytest.param(httpx2.Response(500, content=b"<html>"), id="server error"),
            pytest.param(httpx2.DecodingError("not gzip"), id="broken packing"),
        ],
    )
    def test_a_read_is_asked_again(self, org: Any, trouble: Any) -> None:
        org.will(trouble, trouble, org.gives({"ok": 1}))
        assert (org.session().get("limits"), len(org.slept)) == ({"ok": 1}, 2)

    def test_a_read_that_keeps_failing_is_given_up(self, org: Any) -> None:
        org.will(httpx2.Response(503))
        with pytest.raises(Retryable, match="the org answered 503"):
            org.session(retries=Retries(attempts=3)).get("limits")
        assert len(org.requests) == 3

    @pytest.mark.law(3)
    @pytest.mark.parametrize(
        "trouble",
        [
            pytest.param(httpx2.ReadTimeout("late"), id="no answer in time"),
            pytest.param(httpx2.WriteError("cut"), id="cut off while sending"),
            pytest.param(httpx2.Response(500, json=[{"errorCode": "UNKNOWN_EXCEPTION", "message": "?"}]), id="500"),
            pytest.param(httpx2.Response(503), id="503"),
            pytest.param(httpx2.DecodingError("not gzip"), id="broken packing"),
            pytest.param(httpx2.Response(200, content=b"<html>welcome</html>"), id="not the org's answer"),
        ],
    )
    def test_a_write_whose_answer_is_lost_is_never_sent_twice(self, org: Any, trouble: Any) -> None:
        org.will(trouble, org.gives([]))
        with pytest.raises(Unanswered):
            org.session().exchange(WRITE)
        assert len(org.requests) == 1

    @pytest.mark.parametrize(
        "trouble",
        [
            pytest.param(httpx2.ConnectError("refused"), id="never sent"),
            pytest.param(httpx2.Response(429), id="too many, not taken"),
            pytest.param(httpx2.Response(400, json=[{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "?"}]), id="lock"),
        ],
    )
    def test_a_write_that_cannot_have_happened_is_sent_again(self, org: Any, trouble: Any) -> None:
        org.will(trouble, org.gives([]))
        assert org.session().exchange(WRITE) == []

    def test_a_refusal_is_raised_with_code_status_and_place(self, org: Any) -> None:
        org.will(org.refuses(400, "MALFORMED_QUERY", "unexpected token: FORM"))
        with pytest.raises(Rejected) as refused:
            org.session().get("query", {"q": "SELECT Id FORM Lead"})
        assert (str(refused.value), refused.value.code, refused.value.status) == (
            "GET query: MALFORMED_QUERY: unexpected token: FORM",
            "MALFORMED_QUERY",
            400,
        )

    def test_the_wait_that_the_org_asks_for_is_the_least(self, org: Any) -> None:
        org.will(org.refuses(503, "SERVER_UNAVAILABLE", Retry_After="7"), org.gives({}))
        org.session().get("limits")
        assert org.slept == [7]

    def test_a_wait_may_be_asked_for_as_a_date(self, org: Any) -> None:
        org.will(org.refuses(503, "SERVER_UNAVAILABLE", Retry_After="Mon, 16 Nov 2026 06:00:09 GMT"), org.gives({}))
        org.session().get("limits")
        assert org.slept == [9]

    def test_a_wait_beyond_our_patience_is_not_waited(self, org: Any) -> None:
        org.will(org.refuses(503, "SERVER_UNAVAILABLE", Retry_After="3600"))
        with pytest.raises(Retryable):
            org.session().get("limits")
        assert org.slept == []

    def test_every_wait_is_told_with_its_cause_call_length_and_attempt(self, org: Any) -> None:
        org.will(org.refuses(503, "SERVER_UNAVAILABLE", "busy", Retry_After="7"), httpx2.ReadTimeout("late"))
        with structlog.testing.capture_logs() as told, pytest.raises(Retryable):
            org.session(retries=Retries(attempts=2)).get("query", {"q": "SELECT Id FROM Lead WHERE Name = 'Rowe'"})
        assert told == [
            {
                "event": "sending again",
                "log_level": "warning",
                "cause": "trouble at the org",
                "call": "GET query",
                "attempt": 1,
                "of": 2,
                "wait": 7,
                "asked_by_org": 7,
                "why": "SERVER_UNAVAILABLE: busy",
            },
            {
                "event": "given up",
                "log_level": "warning",
                "cause": "network",
                "call": "GET query",
                "attempt": 2,
                "of": 2,
                "why": "the org's answer was lost (ReadTimeout)",
            },
        ]

    @pytest.mark.parametrize("cause", Cause)
    def test_the_longest_wait_doubles_from_its_causes_own_and_each_is_drawn_by_chance(self, cause: Cause) -> None:
        drawn = [
            [Retries(attempts=9, longest=8, random=Random(n)).wait(i, cause) or 0 for i in range(1, 7)]
            for n in range(300)
        ]
        for number, waits in enumerate(zip(*drawn, strict=True)):
            most = min(8, FIRST[cause] * 2**number)
            assert (max(waits) <= most, max(waits) > 0.9 * most, min(waits) < 0.1 * most) == (True, True, True)


class TestLimits:
    def test_usage_is_read_from_every_answer(self, org: Any) -> None:
        org.will(org.gives({}, Sforce_Limit_Info="api-usage=18/15000; per-app-api-usage=17/250(appName=upbeat)"))
        session = org.session()
        session.get("limits")
        assert (session.usage.used, session.usage.allowed, session.usage.left) == (18, 15000, 14982)

    def test_a_spent_daily_allowance_is_told_apart_and_not_asked_again(self, org: Any) -> None:
        org.will(org.refuses(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
        with pytest.raises(LimitReached):
            org.session().get("limits")
        assert len(org.requests) == 1

    def test_too_many_calls_at_once_pass(self, org: Any) -> None:
        message = "ConcurrentPerOrgLongTxn Limit exceeded."
        org.will(org.refuses(403, "REQUEST_LIMIT_EXCEEDED", message), org.gives({"ok": 1}))
        assert org.session().get("limits") == {"ok": 1}

    def test_calls_are_counted_as_sent(self, org: Any) -> None:
        org.will(httpx2.Response(503), org.gives({}))
        session = org.session()
        session.get("limits")
        assert session.calls == 2


class TestTheWire:
    def test_fractions_stay_exact(self, org: Any) -> None:
        org.will(httpx2.Response(200, content=b'{"Amount":50000.10}'))
        assert org.session().get("sobjects/Opportunity/006") == {"Amount": Decimal("50000.10")}

    def test_a_plus_in_a_datetime_arrives_as_a_plus(self, org: Any) -> None:
        org.will(org.gives({}))
        org.session().get("query", {"q": "CreatedDate > 2026-11-16T06:00:00+00:00 & é"})
        assert b"2026-11-16T06%3A00%3A00%2B00%3A00" in org.requests[0].url.raw_path

    def test_an_address_too_long_for_salesforce_is_refused_before_it_is_sent(self, org: Any) -> None:
        org.will(org.gives({}))
        with pytest.raises(Rejected, match="bytes long") as refused:
            org.session().get("query", {"q": "x" * 16_000})
        assert (refused.value.code, org.requests) == ("URI_TOO_LONG", [])

    def test_two_hundred_ids_fit_into_an_address(self, org: Any) -> None:
        org.will(org.gives({}))
        ids = ", ".join(f"'00Q{n:012}AAA'" for n in range(200))
        org.session().get("query", {"q": f"SELECT Id FROM Lead WHERE Id IN ({ids})"})
        assert len(org.requests) == 1

    def test_an_address_of_the_orgs_own_is_followed_as_it_is(self, org: Any) -> None:
        org.will(org.gives({}))
        org.session().get("/services/data/v67.0/query/01g000000000001AAA-2000")
        assert org.requests[0].url.path == "/services/data/v67.0/query/01g000000000001AAA-2000"


class TestSecrets:
    @pytest.mark.parametrize(
        "trouble",
        [
            pytest.param(lambda org: org.refuses(*EXPIRED), id="dead session"),
            pytest.param(lambda _: httpx2.ReadTimeout("late"), id="lost answer"),
            pytest.param(lambda org: org.refuses(400, "MALFORMED_QUERY"), id="refusal"),
            pytest.param(lambda _: httpx2.Response(200, content=b"<html>"), id="not JSON"),
        ],
    )
    def test_no_error_and_no_log_carries_a_secret(
        self, org: Any, trouble: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        org.will(trouble(org))
        session = org.session()
        with pytest.raises(SalesforceError) as raised:
            session.exchange(WRITE)
        printed = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
        shown = printed + caplog.text + repr(session)
        assert not [secret for secret in (org.secret, "token-1-of-the-org", "token-2-of-the-org") if secret in shown]

    def test_credentials_do_not_show_their_secret(self) -> None:
        assert "hush" not in repr(ClientCredentials("https://login.acme.example", "id", "hush"))
