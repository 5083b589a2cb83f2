"""What a flow did to other records: in the second of a write of ours, to a record that belongs to the one we wrote."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from upbeat.operations.reconciling.comparing import NEAR
from upbeat.operations.reconciling.org import Org
from upbeat.operations.reconciling.values import Claim, Class, Finding


def beside(
    org: Org, findings: Sequence[Finding], claims: Sequence[Claim], moments: Mapping[str, Sequence[datetime]]
) -> list[Finding]:
    """Give the findings, with strangers that our writes explain as what followed them.

    `moments` are the org's times of our writes, by record. The org is asked for the references of both records, and
    for nothing where no write of ours is as near.
    """
    objects = {one.record_id: one.object for one in claims if one.object}
    near = {one.key: _near(one, moments) for one in findings if one.kind is Class.STRANGER}
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in findings:
        if near.get(one.key):
            wanted[one.object].add(one.record_id)
            for record_id in near[one.key]:
                wanted[objects.get(record_id, one.object)].add(record_id)
    links = {key: refs for name, ids in wanted.items() for key, refs in org.references(name, sorted(ids)).items()}
    return [_told(one, near.get(one.key, ()), links) for one in findings]


def _near(one: Finding, moments: Mapping[str, Sequence[datetime]]) -> list[str]:
    return [
        record_id
        for record_id, some in moments.items()
        if record_id != one.record_id and any(abs(at - one.at) <= NEAR / 2 for at in some)
    ]


def _told(one: Finding, near: Sequence[str], links: Mapping[str, frozenset[str]]) -> Finding:
    for record_id in near:
        if record_id in links.get(one.record_id, ()) or one.record_id in links.get(record_id, ()):
            said = (*one.said, f"in the very second of our write on {record_id}, with which it belongs")
            return replace(one, kind=Class.FOLLOWED, said=said)
    return one
