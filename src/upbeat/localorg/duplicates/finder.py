"""Finds the duplicates of records that are being saved, refuses what a rule refuses, and reports what it lets by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upbeat.localorg.drafts import Draft
from upbeat.localorg.duplicates.header import options
from upbeat.localorg.duplicates.matching import Method, block, matches
from upbeat.localorg.duplicates.report import report
from upbeat.localorg.duplicates.rules import Action, Criterion, DuplicateRule, MatchingRule
from upbeat.localorg.lookups import Lookups
from upbeat.localorg.problems import Problem
from upbeat.localorg.reading import fields_of
from upbeat.localorg.setup import Founder
from upbeat.localorg.storage import Row, Storage
from upbeat.schema import Object, Schema

CODE: Final = "DUPLICATES_DETECTED"
_URL: Final = "/services/data/v67.0/sobjects"
_MOST_SHOWN: Final = 100  # duplicates of one rule (Salesforce Help, Duplicate Rules: Considerations)


@dataclass(frozen=True, slots=True)
class _Found:
    """The duplicates that one matching rule found."""

    rule: MatchingRule
    ids: tuple[str, ...]


class Duplicates:
    """The active duplicate rules of one object. Records of one call are not compared with each other."""

    def __init__(
        self, rules: Iterable[DuplicateRule], owner: Object, schema: Schema, storage: Storage, lookups: Lookups
    ) -> None:
        """Keep the rules in their order."""
        self._owner = owner
        self._schema = schema
        self._storage = storage
        self._lookups = lookups
        self._rules = [rule for rule in rules if rule.active and rule.object == owner.name]

    def check(self, drafts: Sequence[Draft]) -> None:
        """Put DUPLICATES_DETECTED beside each draft that a rule refuses, and note beside the others what was found."""
        for rule in self._rules if drafts else ():
            touched = [draft for draft in drafts if _touched(rule, draft)]
            for draft, found in zip(touched, self._find(rule, touched), strict=True):
                blocked = (rule.on_create if draft.created else rule.on_update) is Action.BLOCK
                if found and (blocked or (rule.alert and not options().allow_save)):
                    draft.problems.append(self._problem(rule, found, allow_save=not blocked))
                elif found and rule.report:
                    draft.duplicates.append((rule.name, [key for one in found for key in one.ids]))

    def report(self, drafts: Sequence[Draft], user_id: str) -> None:
        """Keep what was found of the drafts that are saved."""
        for rule in self._rules:
            found = [(draft, ids) for draft in drafts for name, ids in draft.duplicates if name == rule.name]
            if found:
                report(rule, found, self._storage, Founder(self._storage, self._schema, drafts[0].now, user_id))

    def _find(self, rule: DuplicateRule, drafts: Sequence[Draft]) -> list[list[_Found]]:
        found: list[list[_Found]] = [[] for _ in drafts]
        for matching in rule.matching if drafts else ():
            candidates = _Candidates(matching, self._storage, drafts)
            for draft, so_far in zip(drafts, found, strict=True):
                ids = tuple(key for key in candidates.of(draft) if key != draft.id)
                if ids:
                    so_far.append(_Found(matching, ids))
        return found

    def _problem(self, rule: DuplicateRule, found: Sequence[_Found], *, allow_save: bool) -> Problem:
        result = {
            "allowSave": allow_save,
            "duplicateRule": rule.name,
            "duplicateRuleEntityType": rule.object,
            "errorMessage": rule.message,
            "matchResults": [self._match_result(one) for one in found],
        }
        return Problem(CODE, rule.message, duplicates=result)

    def _match_result(self, found: _Found) -> dict[str, Any]:
        exact = all(one.method is Method.EXACT for one in found.rule.criteria)
        return {
            "entityType": found.rule.object,
            "errors": [],
            "matchEngine": "ExactMatchEngine" if exact else "FuzzyMatchEngine",
            "matchRecords": [
                {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record}
                for record in self._shown(found)
            ],
            "rule": found.rule.name,
            "size": len(found.ids),
            "success": True,
        }

    def _shown(self, found: _Found) -> Iterator[Mapping[str, Any]]:
        one, ids = self._schema.object(found.rule.object), found.ids[:_MOST_SHOWN]
        rows = self._storage.fetch(one.name, ids) if options().include_record_details else {}
        for key in ids:
            whole = fields_of(one, rows[key], self._lookups) if key in rows else {"Id": key}
            yield {"attributes": {"type": one.name, "url": f"{_URL}/{one.name}/{key}"}} | whole


class _Candidates:
    """The records that a matching rule compares drafts with, by the keys that matches share."""

    def __init__(self, rule: MatchingRule, storage: Storage, drafts: Sequence[Draft]) -> None:
        """Read them: by an exact criterion's values where the rule has one, or all there are."""
        self._rule = rule
        self._strict = [one for one in rule.criteria if not one.match_blanks]
        first = next((one for one in self._strict if one.method is Method.EXACT), None)
        columns = list(dict.fromkeys(["Id", "IsDeleted", *(one.against for one in rule.criteria)]))
        if first is not None:
            values = {draft.text(first.field) for draft in drafts} - {""}
            rows = storage.find(rule.object, first.against, values, columns)
        else:
            rows = storage.find(rule.object, "IsDeleted", [0], columns)
        self._by_key: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in rows:
            if not row["IsDeleted"]:
                key = tuple(block(one.method, str(row[one.against] or "")) for one in self._strict)
                self._by_key[key].append(row)

    def of(self, draft: Draft) -> Iterator[str]:
        """Give the ids of the records that all criteria hold with."""
        key = tuple(block(one.method, draft.text(one.field)) for one in self._strict)
        for row in self._by_key.get(key, ()):
            if all(_alike(one, draft, row) for one in self._rule.criteria):
                yield str(row["Id"])


def _alike(one: Criterion, draft: Draft, row: Row) -> bool:
    left, right = draft.text(one.field), str(row[one.against] or "")
    if not left or not right:
        return one.match_blanks and left == right
    return matches(one.method, left, right)


def _touched(rule: DuplicateRule, draft: Draft) -> bool:
    """Whether the save makes a record, or gives one of the fields that the rule compares another value."""
    return draft.created or any(draft.changed(one.field) for matching in rule.matching for one in matching.criteria)
