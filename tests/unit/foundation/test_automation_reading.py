"""The one reading of an org's automations: few questions, the most wanted first, and what is not told said."""

from tests.unit.foundation.automated import LISTS, Automated, flow

from upbeat.foundation import Answer, Way
from upbeat.foundation.automation import Inventory, Kind, read_automations


def read(org: Automated, *targets: str, most: int = 300, denied: str = "") -> tuple[Inventory, list[int]]:
    """Give what was read, and how many components each call was asked for."""
    told, asked = org.told(), list[int]()
    speaking = read_automations(targets or ("Opportunity",), most)
    questions = next(speaking)
    try:
        while True:
            answers: list[Answer] = []
            for one in questions:
                rows = next(value for part, value in told.items() if part in one.text)
                assert not isinstance(rows, int | str)
                if one.way is Way.COMPONENTS:
                    asked.append(len(one.text.split()))
                    rows = [row for row in rows if row["address"] in one.text.split()]
                refused = denied if denied and f"FROM {denied}" in one.text else ""
                answers.append(Answer(denied="no access") if refused else Answer(tuple(rows), len(rows)))
            questions = speaking.send(answers)
    except StopIteration as end:
        return end.value, asked


RULES = {f"Rule_{n}": "ISBLANK(NextStep)" for n in range(60)}


def test_sixty_rules_are_read_in_three_calls() -> None:
    found, asked = read(Automated(rules=RULES))
    assert asked == [25, 25, 10]
    assert len(found.of("Opportunity", Kind.VALIDATION_RULE)) == 60


def test_what_is_beyond_the_most_is_named_and_not_read() -> None:
    found, asked = read(Automated(rules=RULES), most=30)
    assert sum(asked) == 30
    [rest] = found.unread
    assert len(found.automations) + len(rest.names) == 60


def test_automations_of_other_objects_are_named_and_not_read() -> None:
    found, asked = read(Automated(rules={"One": "TRUE"}, flows={"F": flow(on="Case")}, on="Case"), "Opportunity")
    assert (found.automations, asked) == ((), [])
    assert [one.key for one in found.elsewhere] == ["validation rule One", "flow F"]


def test_a_kind_that_is_denied_is_named_and_the_others_are_read() -> None:
    for name in LISTS:
        found, _ = read(Automated(rules={"One": "TRUE"}, flows={"F": flow()}), denied=name)
        assert [one.why for one in found.unread] == ["no access"]
        assert len(found.automations) == 1 + (name not in {"ValidationRule", "FlowDefinitionView"})


def test_an_org_without_automations_is_asked_for_none() -> None:
    found, asked = read(Automated())
    assert (found.automations, found.unread, asked) == ((), (), [])
