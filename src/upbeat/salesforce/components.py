"""What an org is made of, each component with its metadata, which a query gives of one component at a time.

The composite resource of the Tooling API reads 25 of them in one call, which counts as one toward the org's limits
(Tooling API guide, "Improve Performance with the Composite Resource"). Every request in it is a GET.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from upbeat.salesforce.call import Call
from upbeat.salesforce.login import API_VERSION
from upbeat.salesforce.session import Session

Record = dict[str, Any]

AT_ONCE: Final = 25
"""Components that one call reads."""

_FIELDS: Final = "Id,FullName,Metadata"


@dataclass(frozen=True, slots=True)
class Component:
    """One of them: its address, such as `ValidationRule/03d...`, and its record, or why the org did not give it."""

    address: str
    record: Record
    refused: str = ""


def components(session: Session, addresses: Iterable[str]) -> Iterator[Component]:
    """Give components with `Id`, `FullName` and `Metadata`, in the order asked. Raises SalesforceError."""
    asked = list(addresses)
    for start in range(0, len(asked), AT_ONCE):
        yield from _some(session, asked[start : start + AT_ONCE])


def _some(session: Session, addresses: list[str]) -> Iterator[Component]:
    base = f"/services/data/v{API_VERSION}/tooling/sobjects/"
    requests = [
        {"method": "GET", "url": f"{base}{one}?fields={_FIELDS}", "referenceId": f"one{number}"}
        for number, one in enumerate(addresses)
    ]
    order = {"allOrNone": False, "compositeRequest": requests}
    answer = session.exchange(Call("POST", "tooling/composite", body=order, harmless=True))
    for address, one in zip(addresses, answer["compositeResponse"], strict=True):
        if one["httpStatusCode"] < 300:
            yield Component(address, one["body"])
        else:
            first: Any = one["body"][0] if isinstance(one["body"], list) else one["body"]
            yield Component(address, {}, f"{first.get('errorCode')}: {first.get('message')}")
