"""Forty things go wrong in a sound org: an audit finds each, invents none, and passes again when they are mended."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.scenarios.mending import FIXES

from upbeat import operations
from upbeat.foundation import CHECKS, Audit, Finding
from upbeat.localorg import sample
from upbeat.localorg.sample import Planted
from upbeat.testing import House

DEFECTS = 40


@dataclass(frozen=True)
class Said:
    """One thing that an audit says: a finding of a check, and a record behind it, or a value that it is about."""

    check: str
    key: str
    record: str = ""
    name: str = ""

    def about(self, one: Planted) -> bool:
        """Whether it is about a defect: its record, or its value in the key, in a name or by itself."""
        return self.record in one.records or bool(one.value and (one.value in self.key or one.value == self.name))


def said(audit: Audit) -> set[Said]:
    return {one for finding in audit.findings for one in of(finding)}


def of(finding: Finding) -> list[Said]:
    records = [Said(finding.check, finding.key, one.id, one.name) for one in finding.records]
    values = [Said(finding.check, finding.key, name=value) for value in filter(None, finding.values)]
    return records or values or [Said(finding.check, finding.key)]


@dataclass(frozen=True)
class Story:
    """An org audited three times: sound, with defects planted, and with each finding of them mended."""

    planted: tuple[Planted, ...]
    sound: Audit
    harmed: Audit
    mended: Audit

    @property
    def new(self) -> set[Said]:
        """What the second audit says and the first did not."""
        return said(self.harmed) - said(self.sound)


def audited(house: House) -> Audit:
    house.close()  # what stands in files is read anew
    return operations.audit(house.space.house, operations.plan_audit(house.space.house))


def mend(house: House, audit: Audit, planted: tuple[Planted, ...]) -> None:
    """Do what each finding says, for what was planted: what was wrong before stays as it was."""
    for finding in audit.findings:
        mine = [one for one in planted if one.check == finding.check and any(each.about(one) for each in of(finding))]
        keys = {record for one in mine for record in one.records} & {one.id for one in finding.records}
        if mine:
            FIXES[finding.check](house, finding, sorted(keys))


@pytest.fixture(scope="module", params=[1, 2, 3], ids="seed {}".format)
def story(request: pytest.FixtureRequest) -> Iterator[Story]:
    with House(year=True, seed=request.param) as house:
        sound = audited(house)
        planted = sample.plant(house.org, house.ids, DEFECTS, request.param)
        harmed = audited(house)
        mend(house, harmed, planted)
        yield Story(planted, sound, harmed, audited(house))


def test_every_defect_is_found_by_its_check_and_names_its_records(story: Story) -> None:
    assert len(story.planted) == DEFECTS
    found = [one for one in story.planted if any(each.check == one.check and each.about(one) for each in story.new)]
    assert [one.says for one in story.planted if one not in found] == []


def test_nothing_is_invented(story: Story) -> None:
    known = {one.record for one in said(story.sound)}  # a summary tells again of who was told of before
    invented = [
        each
        for each in story.new
        if each.record not in known
        and not any(each.about(one) and each.check in {one.check, *one.also} for one in story.planted)
    ]
    assert invented == []


def test_what_was_said_before_is_said_still(story: Story) -> None:
    assert said(story.sound) <= said(story.harmed)


def test_none_is_found_any_more_when_each_was_mended_as_its_finding_says(story: Story) -> None:
    assert said(story.mended) - said(story.sound) == set()


def test_the_audit_passes_again_where_it_passed_before(story: Story) -> None:
    before, after = ({one.key: one.status for one in audit.items} for audit in (story.sound, story.mended))
    assert before == after


def test_every_kind_of_defect_has_its_check() -> None:
    assert FIXES.keys() <= {one.name for one in CHECKS}
