"""What an org keeps of duplicate rules: a row for each, and a set of records for the duplicates that one let by."""

from collections.abc import Iterable, Sequence
from typing import Final

from upbeat.localorg.drafts import Draft
from upbeat.localorg.duplicates.rules import DuplicateRule
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Row, Storage

_SET: Final = "DuplicateRecordSet"
_ITEM: Final = "DuplicateRecordItem"


def write_rules(rules: Iterable[DuplicateRule], storage: Storage, founder: Founder) -> None:
    """Write a row of DuplicateRule for each rule, in place of its namesake's."""
    rows: list[tuple[str, Row]] = []
    for rule in rules:
        row: Row = {"SobjectType": rule.object, "DeveloperName": rule.name, "MasterLabel": rule.label}
        rows.append((_id_of(rule, storage), row | {"Language": "en_US", "IsActive": int(rule.active)}))
    founder.write_again("DuplicateRule", rows)


def report(rule: DuplicateRule, found: Sequence[tuple[Draft, Sequence[str]]], storage: Storage, user: Founder) -> None:
    """Put each record into a set with its duplicates: the one where the rule has put one of them, or a new one."""
    rule_id = _id_of(rule, storage)
    for draft, ids in found:
        key = _standing(rule_id, ids, storage)
        items = storage.find(_ITEM, "DuplicateRecordSetId", [key], ["RecordId", "IsDeleted"])
        known = {str(item["RecordId"]) for item in items if not item["IsDeleted"]}
        new = [one for one in dict.fromkeys([*ids, draft.id]) if one not in known]
        name = "" if key else f"{storage.count_up(f'number:{_SET}.Name'):08d}"
        counted: Row = {"RecordCount": len(known) + len(new)}
        (key,) = user.write_again(_SET, [(key, counted | ({"Name": name, "DuplicateRuleId": rule_id} if name else {}))])
        first = storage.count_up(f"number:{_ITEM}.Name", len(new))
        user.write_again(
            _ITEM,
            [
                ("", {"Name": f"{number:08d}", "DuplicateRecordSetId": key, "RecordId": one})
                for number, one in enumerate(new, first)
            ],
        )


def _id_of(rule: DuplicateRule, storage: Storage) -> str:
    rows = storage.find("DuplicateRule", "DeveloperName", [rule.name], ["Id", "SobjectType", "IsDeleted"])
    return next((str(row["Id"]) for row in rows if row["SobjectType"] == rule.object and not row["IsDeleted"]), "")


def _standing(rule_id: str, ids: Sequence[str], storage: Storage) -> str:
    """Give the set in which the rule has put one of these records, or nothing."""
    items = storage.find(_ITEM, "RecordId", ids, ["DuplicateRecordSetId", "IsDeleted"])
    sets = storage.fetch(
        _SET,
        [str(item["DuplicateRecordSetId"]) for item in items if not item["IsDeleted"]],
        ["DuplicateRuleId", "IsDeleted"],
    )
    return next((key for key, one in sets.items() if one["DuplicateRuleId"] == rule_id and not one["IsDeleted"]), "")
