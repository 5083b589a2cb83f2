"""Which of several accounts a record belongs to, as a question to a person and as what they answered."""

import re
from collections.abc import Sequence
from typing import Final

from upbeat.routing import Match

NONE_OF_THEM: Final = "none of these accounts"
"""What a person chooses where it is another account, or one that is not there yet."""

_ID: Final = re.compile(r"\((\w{15,18})\)$")


def offered(accounts: Sequence[Match]) -> tuple[str, ...]:
    """Give what a person chooses from: `Acme Tools (001...)` for each, and none of them."""
    return (*(f"{one.account['Name']} ({one.account['Id']})" for one in accounts), NONE_OF_THEM)


def answered(choice: str) -> str:
    """Give the id of the account that a person chose; empty where it is none of them."""
    found = _ID.search(choice)
    return "" if found is None else found[1]
