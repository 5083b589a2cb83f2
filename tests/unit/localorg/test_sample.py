"""The sample company: the same everywhere, a year with a true history, and a morning of known cases."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.base import ManualClock, digest
from upbeat.localorg import LocalOrg, sample
from upbeat.localorg.sample.company import EXITS, STAGES

ADMIN = "priya.shah@acme.example"


@dataclass(frozen=True)
class Acme:
    """The org with the sample in it."""

    org: LocalOrg
    clock: ManualClock
    ids: dict[str, str]

    def query(self, text: str) -> list[dict[str, Any]]:
        return self.org.query(text, self.ids[ADMIN])

    def named(self, record_id: str) -> str:
        """Give the sample's key of a record."""
        return next(key for key, one in self.ids.items() if one == record_id)

    def keys(self, text: str) -> set[str]:
        """Give the sample's keys of the records that a query finds."""
        by_id = {record_id: key for key, record_id in self.ids.items()}
        return {by_id[row["Id"]] for row in self.query(text)}

    def pushes(self) -> Counter[str]:
        """Count, by deal, the later close dates in the org's own field history."""
        rows = self.query(
            "SELECT OpportunityId, OldValue, NewValue FROM OpportunityFieldHistory WHERE Field = 'CloseDate'"
        )
        by_id = {record_id: key for key, record_id in self.ids.items()}
        return Counter(by_id[row["OpportunityId"]] for row in rows if row["NewValue"] > (row["OldValue"] or ""))

    def everything(self) -> str:
        """Give a digest of every row of every table of the org."""
        tables = self.org._storage.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return digest({name: self.org._storage.execute(f'SELECT * FROM "{name}" ORDER BY 1') for (name,) in tables})


def lived(seed: int = 7) -> Acme:
    clock = ManualClock(sample.BEGAN)
    org = LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)
    return Acme(org, clock, sample.build(org, clock, seed))


@pytest.fixture(scope="module")
def acme() -> Acme:
    return lived()


@pytest.fixture(scope="module")
def acme_at_ten() -> Acme:
    """Acme after the morning."""
    acme = lived()
    for act in sample.morning(7):
        acme.clock.move_to(act.at)
        sample.perform(acme.org, [act], acme.ids)
    return acme


class TestTheSameEverywhere:
    def test_one_seed_makes_one_org_to_the_last_row(self, acme: Acme) -> None:
        assert lived().everything() == acme.everything()

    def test_the_acts_of_a_seed_are_these_on_every_machine(self) -> None:
        acts = (*sample.year(7), *sample.morning(7))
        assert digest(acts)[:16] == "2a78cb77af481dd3"

    def test_another_seed_makes_another_year(self) -> None:
        assert sample.year(8) != sample.year(7)


class TestTheYear:
    @pytest.mark.parametrize("seed", range(1, 30))
    def test_nobody_speaks_of_what_is_not_there_yet(self, seed: int) -> None:
        there = {one.username for one in sample.PEOPLE} | {sample.QUEUE}
        early: list[str] = []
        for act in (*sample.year(seed), *sample.morning(seed)):
            named = {value.key for value in act.values.values() if isinstance(value, sample.Ref)}
            named |= {act.key} if act.verb == "update" else set()
            early += [act.key] if named - there else []
            there.add(act.key)
        assert early == []

    def test_everything_happens_within_the_year(self) -> None:
        moments = [act.at for act in sample.year(7)]
        assert sample.BEGAN <= min(moments) <= max(moments) < sample.NOW

    def test_who_has_left_does_nothing_more(self) -> None:
        left = next(act.at for act in sample.year(7) if act.values.get("IsActive") is False)
        assert not [act for act in sample.year(7) if act.actor == "sam.porter@acme.example" and act.at > left]

    def test_the_clock_stands_at_the_years_end(self, acme: Acme) -> None:
        assert acme.org.clock.now() == sample.NOW

    def test_history_carries_the_moment_of_the_change(self, acme: Acme) -> None:
        key = acme.ids["deal pushed often 1"]
        text = f"SELECT CreatedDate FROM OpportunityFieldHistory WHERE OpportunityId = '{key}' AND Field = 'CloseDate'"
        in_the_org = sorted(row["CreatedDate"] for row in acme.query(text))
        moved = [act.at for act in sample.year(7) if act.key == "deal pushed often 1" and "CloseDate" in act.values]
        assert in_the_org == [at.strftime("%Y-%m-%dT%H:%M:%S.000+0000") for at in sorted(moved)[1:]]

    def test_every_past_lead_went_from_the_queue_to_a_person(self, acme: Acme) -> None:
        at_people = acme.keys("SELECT Id FROM Lead WHERE Owner.Type = 'User'")
        rows = acme.query("SELECT LeadId FROM LeadHistory WHERE Field = 'Owner'")
        assert len(at_people) == 300
        assert {row["LeadId"] for row in rows} == {acme.ids[key] for key in at_people}

    def test_both_connections_may_come_in_as_their_users(self, acme: Acme) -> None:
        for one in sample.CONNECTIONS.values():
            app = acme.org.access.apps.find(one.client_id)
            assert app is not None
            assert (app.run_as, acme.org.access.apps.holds(one.client_id, one.client_secret)) == (one.username, True)

    def test_connections_do_not_show_their_secret(self) -> None:
        assert "secret" not in repr(sample.CONNECTIONS["writer"]).replace("client_secret", "")


class TestDealsToBeFound:
    """The open deals that a workflow must find are exactly those that the sample names so."""

    def test_five_slipped_three_times_or_more(self, acme: Acme) -> None:
        still_open = acme.keys("SELECT Id FROM Opportunity WHERE IsClosed = FALSE")
        often = {key for key, pushes in acme.pushes().items() if pushes >= 3}
        assert often & still_open == {f"deal pushed often {n}" for n in range(1, 6)}

    def test_six_larger_ones_have_fewer_than_three_contacts(self, acme: Acme) -> None:
        roles = "(SELECT Id FROM OpportunityContactRoles)"
        rows = acme.query(f"SELECT Id, {roles} FROM Opportunity WHERE IsClosed = FALSE AND Amount > 50000")
        few = {row["Id"] for row in rows if len((row["OpportunityContactRoles"] or {"records": []})["records"]) < 3}
        assert few == {acme.ids[f"deal single-threaded {n}"] for n in range(1, 7)}

    def test_six_have_no_next_step(self, acme: Acme) -> None:
        without = acme.keys("SELECT Id FROM Opportunity WHERE IsClosed = FALSE AND NextStep = NULL")
        assert without == {f"deal without next step {n}" for n in range(1, 7)}

    def test_two_stand_before_commit(self, acme: Acme) -> None:
        rows = acme.query("SELECT Id, ForecastCategory FROM Opportunity WHERE StageName = 'Proposal/Price Quote'")
        categories = {row["Id"]: row["ForecastCategory"] for row in rows}
        assert [categories[acme.ids[f"deal ready to commit {n}"]] for n in (1, 2)] == ["BestCase", "BestCase"]

    def test_commit_is_what_acme_forecasts_so(self, acme: Acme) -> None:
        rows = acme.query("SELECT ApiName FROM OpportunityStage WHERE ForecastCategory = 'Forecast'")
        assert [row["ApiName"] for row in rows] == ["Negotiation/Review"]

    def test_no_open_deal_is_overdue(self, acme: Acme) -> None:
        assert acme.keys("SELECT Id FROM Opportunity WHERE IsClosed = FALSE AND CloseDate < 2026-11-16") == set()


class TestAFoundation:
    """What an audit of the sample may rely on: written down by people and tools as they went through the year."""

    def test_the_counter_of_pushes_is_what_history_says_of_every_open_deal(self, acme: Acme) -> None:
        rows = acme.query("SELECT Id, Push_Count__c FROM Opportunity WHERE IsClosed = FALSE")
        by_id = {record_id: key for key, record_id in acme.ids.items()}
        counted = acme.pushes()
        assert {by_id[row["Id"]]: row["Push_Count__c"] for row in rows} == {
            by_id[row["Id"]]: counted[by_id[row["Id"]]] for row in rows
        }

    def test_no_deal_left_a_stage_without_what_its_exit_asks(self, acme: Acme) -> None:
        rows = acme.query("SELECT FIELDS(ALL) FROM Opportunity WHERE StageName != 'Closed Lost' LIMIT 200")
        missing = [
            (row["Id"], field)
            for row in rows
            for stage in STAGES[: STAGES.index(row["StageName"]) if row["StageName"] in STAGES else len(STAGES)]
            for field in EXITS[stage]
            if not row[field] and not acme.named(row["Id"]).startswith("deal without next step")
        ]
        assert (len(rows) > 100, missing) == (True, [])

    def test_a_deal_that_leaves_a_stage_without_it_is_refused(self, acme: Acme) -> None:
        deal, admin = acme.ids["deal pushed often 5"], acme.ids[ADMIN]
        change = {"Id": deal, "StageName": "Needs Analysis", "Identified_Pain__c": None}
        (saved,) = acme.org.update("Opportunity", [change], admin)
        assert [one.message for one in saved.errors] == ["Before a deal leaves Qualification, fill in Identified Pain."]

    def test_every_mail_knows_its_deal_and_who_took_part(self, acme: Acme) -> None:
        mails = acme.query("SELECT Id FROM EmailMessage WHERE RelatedToId != NULL")
        parts = acme.query("SELECT EmailMessageId, RelationType FROM EmailMessageRelation WHERE RelationId != NULL")
        assert Counter(row["RelationType"] for row in parts) == dict.fromkeys(("FromAddress", "ToAddress"), len(mails))

    def test_every_meeting_has_a_guest_and_its_summary(self, acme: Acme) -> None:
        rows = acme.query("SELECT Id, Description, Transcript__c FROM Event")
        guests = {row["EventId"] for row in acme.query("SELECT EventId FROM EventRelation WHERE RelationId != NULL")}
        assert guests == {row["Id"] for row in rows if row["Description"] and row["Transcript__c"]}
        assert len(guests) == len(rows) > 100

    def test_every_account_has_a_territory_and_a_tier_of_this_autumn(self, acme: Acme) -> None:
        text = (
            "Territory__c != NULL AND ICP_Tier__c != NULL AND ICP_Tier_Date__c = 2026-10-05 AND Firmlens_Id__c != NULL"
        )
        (row,) = acme.query(f"SELECT COUNT(Id) n FROM Account WHERE {text}")
        assert row["n"] == 120


class TestTheMorning:
    def test_it_lies_between_seven_and_ten(self) -> None:
        moments = [act.at for act in sample.morning(7)]
        assert (
            datetime(2026, 11, 16, 7, tzinfo=UTC) <= moments[0] <= moments[-1] < datetime(2026, 11, 16, 10, tzinfo=UTC)
        )

    def test_twenty_four_leads_arrive(self) -> None:
        assert sum(act.object == "Lead" for act in sample.morning(7)) == 24

    def test_one_lead_is_assigned_by_hand_and_the_others_wait_in_the_queue(self) -> None:
        owners = Counter(act.values["OwnerId"].key for act in sample.morning(7) if act.object == "Lead")
        assert owners == {sample.QUEUE: 23, "ben.foster@acme.example": 1}

    def test_two_leads_come_from_accounts_that_have_an_owner(self, acme_at_ten: Acme) -> None:
        companies = [act.values["Company"] for act in sample.morning(7) if act.object == "Lead"]
        names = "', '".join(companies)
        rows = acme_at_ten.query(f"SELECT Name, Owner.Username FROM Account WHERE Name IN ('{names}')")
        owners = sorted((row["Name"], row["Owner"]["Username"]) for row in rows)
        assert owners == [
            ("Harborline Medical", "maya.chen@acme.example"),
            ("Pinewatch Software", "aisha.khan@acme.example"),
            ("Summit Logistics", "aisha.khan@acme.example"),  # and one whose account there are two of
            ("Summit Logistics", "maya.chen@acme.example"),
        ]

    def test_a_deal_slips_a_third_time_another_a_first_and_one_is_pulled_in(
        self, acme: Acme, acme_at_ten: Acme
    ) -> None:
        edited = ["deal pushed twice 1", "deal never pushed 1", "deal pushed twice 2"]
        before, after = acme.pushes(), acme_at_ten.pushes()
        assert [(before[key], after[key]) for key in edited] == [(2, 3), (0, 1), (2, 2)]

    def test_a_deal_gets_its_verbal_commitment(self, acme_at_ten: Acme) -> None:
        committed = acme_at_ten.keys("SELECT Id FROM Opportunity WHERE Verbal_Commitment__c = TRUE")
        assert committed == {"deal ready to commit 1"}

    def test_who_edits_a_deal_owns_it(self, acme_at_ten: Acme) -> None:
        edits = [act for act in sample.morning(7) if act.verb == "update"]
        rows = acme_at_ten.query("SELECT Id, Owner.Username FROM Opportunity")
        owners = {row["Id"]: row["Owner"]["Username"] for row in rows}
        assert [owners[acme_at_ten.ids[act.key]] for act in edits] == [act.actor for act in edits]
