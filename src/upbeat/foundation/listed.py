"""Fields that hold values of a list, whether they are picklists or texts, and how many records have each value.

The org groups texts without minding capitals, so the values of an object with not too many records are counted here,
from its rows; above that the org counts, and what differs in capitals alone is not seen.
"""

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way
from upbeat.schema import Field, FieldType

OBJECTS: Final = ("Opportunity", "Account", "Lead", "Contact", "Product2")
MOST_VALUES: Final = 300  # different values of a list; a field with more is free text
KEPT_ROWS: Final = 20_000  # rows of an object that are read once for every check
_MOST_FIELDS: Final = 12  # of an object that the org is asked to count, one call each
_REPEATED: Final = 3  # records for each value of a text that is a list
_TEXTS: Final = frozenset({FieldType.STRING, FieldType.TEXTAREA, FieldType.COMBOBOX})
_NO_LIST: Final = re.compile(
    r"(City|Codes?|Comments?|Description|E?mail|Fax|Hash|I[dD]|Key|Notes?|Number|Phone|Street|Token|Ur[il]|Website)$"
)
_NO_STANDARD_LIST: Final = re.compile(
    r"(Accuracy|Aliases|CleanStatus|IsoCode|Jigsaw|Name|NextStep|Salutation|Sic|SicDesc|Site|Suffix|Symbol|Title"
    r"|Tradestyle)$"
)

Asking = Generator[Sequence[Question], Sequence[Answer], "Lists"]


@dataclass(frozen=True, slots=True)
class Lists:
    """The values of an object's list fields, each with its records; `capitals` says whether they are told apart."""

    values: Mapping[str, Mapping[str, int]]
    capitals: bool = True
    denied: str = ""


def fields_of(ground: Ground, name: str) -> list[Field]:
    """Give the fields of an object that may hold values of a list: admins' own first."""
    if not ground.has(name):
        return []
    found = [one for one in ground.schema.object(name).fields.values() if _may_list(one)]
    return sorted(found, key=lambda one: (not one.custom, one.type is not FieldType.PICKLIST))


def names_records(field: Field) -> bool:
    """Whether a field may name records of another object: the picklists that Salesforce ships do not."""
    return field.custom or (field.type in _TEXTS and not field.compound)


def lists(
    ground: Ground, name: str, *, most: int = KEPT_ROWS, wanted: Callable[[Field], bool] = lambda _: True
) -> Asking:
    """Count the values of an object's lists: from its rows where there are at most so many, else by the org.

    `wanted` says of which fields the org is asked, a call each.
    """
    fields = fields_of(ground, name)
    if not fields:
        return Lists({})
    count = ground.count(name)
    if count is None:
        return Lists({}, denied=ground.uncounted(name).why)
    if count > most:
        return (yield from _counted_there(ground, name, fields, wanted))
    [answer] = yield (rows(name, count, fields),)
    return Lists(_of_rows(answer.rows, fields), denied=answer.denied)


def rows(name: str, count: int, fields: Iterable[Field]) -> Question:
    """Ask for what these fields hold in every one of an object's records, `count` of them."""
    text = f"SELECT Id, {', '.join(one.name for one in fields)} FROM {name}"  # noqa: S608  names that the org told
    return Question(Way.QUERY, text, rows=max(1, count), kept=count <= KEPT_ROWS)


def more(ground: Ground, name: str, *, most: int = KEPT_ROWS, wanted: Callable[[Field], bool] = lambda _: True) -> int:
    """Give the most API calls that `lists` takes: those for the rows, or one a field and one before them."""
    fields = fields_of(ground, name)
    count = ground.count(name)
    if count is None or not fields:
        return 0
    return 1 + min(_MOST_FIELDS, sum(map(wanted, fields))) if count > most else rows(name, count, fields).calls


def _may_list(one: Field) -> bool:
    if one.type is FieldType.PICKLIST:
        return not one.name.endswith(("GeocodeAccuracy", "Salutation")) and one.name != "ForecastCategory"
    return (
        one.type in _TEXTS
        and one.groupable
        and not (one.name_field or one.unique or one.external_id or one.auto_number or one.compound == "Name")
        and not _NO_LIST.search(one.name.removesuffix("__c"))
        and (one.custom or not _NO_STANDARD_LIST.search(one.name))
    )


def _counted_there(ground: Ground, name: str, fields: Sequence[Field], wanted: Callable[[Field], bool]) -> Asking:
    """Ask how many different values each field has, and then for those of the ones that have few."""
    able = [one for one in fields if one.aggregatable]
    asked = ", ".join(f"COUNT_DISTINCT({one.name}) d{number}" for number, one in enumerate(able))
    [answer] = yield (Question(Way.QUERY, f"SELECT {asked} FROM {name}"),)  # noqa: S608  names that the org told
    if answer.denied:
        return Lists({}, denied=answer.denied)
    numbers = {one.name: answer.row.get(f"d{number}") or 0 for number, one in enumerate(able)}
    few = [one for one in able if wanted(one) and 0 < numbers[one.name] <= MOST_VALUES]
    answers = yield [_grouped(name, one.name) for one in few[:_MOST_FIELDS]]
    found = {
        one.name: {row[one.name]: row["n"] for row in each.rows}
        for one, each in zip(few, answers, strict=False)
        if not each.denied
    }
    return Lists(
        {field: values for field, values in found.items() if _is_list(ground.field(name, field), values)}, False
    )


def _grouped(name: str, field: str) -> Question:
    text = f"SELECT {field}, COUNT(Id) n FROM {name} WHERE {field} != NULL GROUP BY {field}"  # noqa: S608
    return Question(Way.QUERY, f"{text} ORDER BY COUNT(Id) DESC LIMIT {MOST_VALUES}", rows=MOST_VALUES)


def _of_rows(told: Iterable[Row], fields: Sequence[Field]) -> dict[str, dict[str, int]]:
    counts = {one.name: Counter[str]() for one in fields}
    open_fields = dict(counts)
    for row in told:
        for name in [*open_fields]:
            value = row.get(name)
            if value:
                counts[name][value] += 1
                if len(counts[name]) > MOST_VALUES:
                    del open_fields[name]
    by_name = {one.name: one for one in fields}
    return {
        name: dict(found) for name, found in counts.items() if name in open_fields and _is_list(by_name[name], found)
    }


def _is_list(field: Field | None, counts: Mapping[str, int]) -> bool:
    """Whether values are a list's: of a picklist always, of a text where each stands in several records."""
    if field is None or not counts:
        return False
    place = field.compound.endswith("Address")
    return field.type is FieldType.PICKLIST or place or sum(counts.values()) >= _REPEATED * len(counts)
