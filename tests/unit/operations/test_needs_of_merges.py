"""What the two identities need for merges and conversions: the records whole, and the rights that only these take."""

from dataclasses import replace

from upbeat.operations import Access, Way, reading_needs, setup_steps, writing_needs
from upbeat.schema import standard
from upbeat.steps import SPECS
from upbeat.timeline import SIGNALS
from upbeat.workflows import TEMPLATES, Catalogue, Definitions, load

CATALOGUE = Catalogue(standard(), SPECS, SIGNALS, "UTC")
MERGE, CONVERT = "merge-duplicate-leads", "convert-matched-lead"


def only(name: str) -> Definitions:
    found = load(TEMPLATES)
    return replace(found, workflows=tuple(one for one in found.workflows if one.workflow == name))


def writes(name: str) -> set[tuple[str, str, Access]]:
    return {(one.object, one.field, one.access) for one in writing_needs(only(name), CATALOGUE)}


def test_a_merge_needs_the_records_whole_and_to_delete_one() -> None:
    assert {("Lead", "Title", Access.EDIT), ("Lead", "", Access.DELETE)} <= writes(MERGE)
    assert {one.field for one in reading_needs(only(MERGE), CATALOGUE)} >= {"Title", "Phone", "Description"}


def test_a_conversion_needs_to_make_accounts_and_contacts_and_to_convert() -> None:
    wanted = {("Account", "Name", Access.CREATE), ("Contact", "Email", Access.EDIT), ("Lead", "", Access.CONVERT)}
    assert wanted <= writes(CONVERT)


def test_neither_asks_for_a_field_that_nobody_may_be_granted() -> None:
    named = {field for name in (MERGE, CONVERT) for _, field, _ in writes(name)}
    assert named.isdisjoint({"MasterRecordId", "IsConverted", "IsDeleted"})


def test_the_steps_of_the_set_up_say_so() -> None:
    for name, words in ((MERGE, "Delete (of records that are merged, one goes)"), (CONVERT, "Convert Leads")):
        steps = setup_steps("writing", Way.SECRET, writing_needs(only(name), CATALOGUE), "http://localhost")
        assert words in "\n".join(line for step in steps for line in step.lines)
