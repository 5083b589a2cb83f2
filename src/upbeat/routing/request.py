"""What a step asks a pool of a record, beside the record itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from upbeat.routing.known import Known


@dataclass(frozen=True, slots=True)
class Request:
    """The facts that formulas read as `$Routing.<name>`, and which account it is where a person was asked.

    `account` is the account's id, empty where it is none, and None where nobody was asked and no step found one.
    """

    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    account: str | None = None

    def known(self, known: Known) -> Known:
        """Give what is known of a record with this besides."""
        found = replace(known, facts=self.facts)
        if self.account is None:
            return found
        chosen = tuple(one for one in known.accounts if one.account["Id"] == self.account)
        if self.account and not chosen:  # it was merged since, deleted or renamed: what is so now counts
            return found
        return replace(found, accounts=chosen, doubt="")
