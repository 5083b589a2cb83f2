"""A row is judged by the fields that it writes, however the client spells their names and however often."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, Saved
from upbeat.localorg.storage import RollBack
from upbeat.schema import Field, FieldType


class Story:
    """Accounts are private: Ana has one, and Bo has one that she does not see."""

    def __init__(self) -> None:
        self.org = LocalOrg(":memory:", clock=ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))
        key = Field(name="Key__c", type=FieldType.STRING, external_id=True, unique=True)
        self.org.define(fields={"Account": [key]}, sharing={"Account": "Private"})
        self.ana = self.org.user("ana.diaz@acme.example", last_name="Diaz")
        self.bo = self.org.user("bo.lee@acme.example", last_name="Lee")
        self.mine = self._account("Mine", self.ana)
        self.hidden = self._account("Hidden", self.bo)

    def _account(self, name: str, owner: str) -> str:
        row = {"Name": name, "Key__c": name, "OwnerId": owner}
        return self.org.create("Account", [row], self.org.process_user)[0].id

    def write(self, name: str, row: dict[str, Any], by: str = "") -> Saved:
        """Do as Ana: upsert by a field, update where the row has an id in any spelling, or create."""
        if by:
            return self.org.upsert(name, by, [row], self.ana)[0]
        changes = any(key.casefold() == "id" for key in row)
        return (self.org.update if changes else self.org.create)(name, [row], self.ana)[0]

    def judge(self, name: str, row: dict[str, Any], by: str = "") -> tuple[Any, Any]:
        """Give what comes of a write, and what Ana reaches and what stands there after it; then take it back."""
        found: tuple[Any, Any] = ((), ())
        with suppress(RollBack), self.org.transaction():
            saved = self.write(name, row, by)
            rows = [
                sorted(map(str, self.org.query(text, self.org.process_user)))
                for text in (
                    "SELECT Name, OwnerId, ParentId, Key__c FROM Account",
                    "SELECT LastName, AccountId FROM Contact",
                    "SELECT AccountId, UserOrGroupId, AccountAccessLevel FROM AccountShare",
                )
            ]
            codes = [(one.code, one.message) for one in saved.errors]
            found = codes, (rows, len(self.org.query("SELECT Id FROM Account", self.ana)))
            raise RollBack
        return found


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


def _writes(story: Story) -> Sequence[tuple[str, dict[str, list[str]], str]]:
    """Give writes with the values that each field may have: what is Ana's to give, and what is not."""
    accounts, people = [story.mine, story.hidden], [story.ana, story.bo]
    share = {"AccountId": accounts, "UserOrGroupId": people}
    levels = {"AccountAccessLevel": ["Edit"], "OpportunityAccessLevel": ["Edit"]}
    return (
        ("AccountShare", share | levels, ""),
        ("Contact", {"LastName": ["Vega"], "AccountId": accounts, "OwnerId": people}, ""),
        ("Account", {"Name": ["New"], "ParentId": accounts, "OwnerId": people}, ""),
        ("Account", {"Id": accounts, "OwnerId": people, "ParentId": accounts}, ""),
        ("Account", {"Key__c": ["Mine", "Hidden", "Other"], "Name": ["New"], "OwnerId": people}, "Key__c"),
        ("Account", {"Id": accounts, "Name": ["New"]}, "Id"),
    )


def _cased(name: str) -> st.SearchStrategy[str]:
    flips = st.lists(st.booleans(), min_size=len(name), max_size=len(name))
    return flips.map(lambda flip: "".join(one.swapcase() if on else one for one, on in zip(name, flip, strict=True)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_spelling_of_a_row_is_judged_and_saved_as_the_schemas_own(story: Story, data: st.DataObject) -> None:
    name, fields, by = data.draw(st.sampled_from(_writes(story)))
    row = {field: data.draw(st.sampled_from(values)) for field, values in fields.items()}
    spelt = {data.draw(_cased(field)): value for field, value in row.items()}
    assert story.judge(name, spelt, by) == story.judge(name, row, by)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_field_in_two_spellings_is_refused_and_nothing_is_written(story: Story, data: st.DataObject) -> None:
    name, fields, by = data.draw(st.sampled_from(_writes(story)))
    row = {field: data.draw(st.sampled_from(values)) for field, values in fields.items()}
    twice = data.draw(st.sampled_from(sorted(fields)))
    other = data.draw(_cased(twice).filter(lambda spelt: spelt != twice))
    pairs = data.draw(st.permutations([*row.items(), (other, data.draw(st.sampled_from(fields[twice])))]))
    _, before = story.judge("Account", {})
    codes, after = story.judge(name, dict(pairs), by)
    assert codes == [("INVALID_FIELD", f"Duplicate field specified: {twice}")]
    assert after == before
