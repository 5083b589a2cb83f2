"""References of one request of a composite call to the answers of those before it: `@{account.records[0].Id}`."""

import re
from typing import Any, Final, cast
from urllib.parse import quote

from upbeat.localorg.problems import Problem, Refused

REFERENCE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
RULE: Final = "must start with a letter or a number, and it can contain only letters, numbers and underscores ('_')."
_REFERENCE: Final = re.compile(r"@\{([^{}]*)\}")
_STEPS: Final = re.compile(r"\.([^.\[\]]+)|\[([0-9]{1,9})\]")
_NULL_IS_A_VALUE_SINCE: Final = 52  # before that version of the API, a field that is null could not be referred to


class References:
    """The answers that later requests may refer to, by the reference ids of those that they answer."""

    def __init__(self, version: int) -> None:
        """Begin with none; `version` is that of the composite call."""
        self._answers: dict[str, Any] = {}
        self._null = version >= _NULL_IS_A_VALUE_SINCE

    def keep(self, reference_id: str, content: Any) -> None:
        """Keep what a request was answered. An error is kept too, and nothing that is asked for is found in it."""
        self._answers[reference_id] = content

    def resolve(self, value: Any) -> Any:
        """Give a JSON value with every reference replaced. Raises Refused (400) where one leads to nothing.

        A text that is one reference and nothing else becomes the value with its type.
        """
        if isinstance(value, str):
            whole = _REFERENCE.fullmatch(value)
            return self._value(whole[1]) if whole else _REFERENCE.sub(lambda found: _text(self._value(found[1])), value)
        if isinstance(value, list):
            return [self.resolve(one) for one in cast("list[Any]", value)]
        if isinstance(value, dict):
            return {key: self.resolve(one) for key, one in cast("dict[str, Any]", value).items()}
        return value

    def address(self, url: str) -> str:
        """Give an address with every reference replaced, encoded so that no value can change where it leads."""
        whole = _REFERENCE.fullmatch(url)
        if whole:
            return _text(self._value(whole[1]))
        return _REFERENCE.sub(lambda found: quote(_text(self._value(found[1])), safe=""), url)

    def _value(self, reference: str) -> Any:
        name, steps = _parsed(reference)
        value = self._answers.get(name)
        for step in steps:
            value = _below(value, step, reference)
        if isinstance(value, dict | list) or (value is None and not (steps and self._null)):
            raise _nothing(reference)
        return cast("Any", value)


def _parsed(reference: str) -> tuple[str, list[str | int]]:
    """Cut a reference into the id that it begins with and the steps from there: field names and places in lists."""
    name = REFERENCE_ID.match(reference)
    if name is None:
        raise _nothing(reference)
    end = name.end()
    steps: list[str | int] = []
    while step := _STEPS.match(reference, end):
        steps.append(step[1] or int(step[2]))
        end = step.end()
    if end < len(reference):
        raise _nothing(reference)
    return name[0], steps


def _below(value: Any, step: str | int, reference: str) -> Any:
    if isinstance(step, int):
        rows = cast("list[Any]", value) if isinstance(value, list) else []
        if step < len(rows):
            return rows[step]
    elif isinstance(value, dict) and step in value:
        return cast("dict[str, Any]", value)[step]
    raise _nothing(reference)


def _nothing(reference: str) -> Refused:
    name = re.split(r"[.\[]", reference, maxsplit=1)[0]
    text = (
        f"Invalid reference specified. No value for {reference} found in {name}. "
        f"Provided referenceId ('{reference}') {RULE}"
    )
    return Refused(400, Problem("PROCESSING_HALTED", text))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
