"""Conditional requests: answer only what has changed, write only what has not (REST API guide, Conditional Requests).

Times are compared to the second, and rows that are deleted are not covered: both as documented. Entity tags are of
accounts alone.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from upbeat.base import digest
from upbeat.localorg import problems
from upbeat.localorg.problems import Refused
from upbeat.localorg.rest import Call, Reply
from upbeat.localorg.values import moment

_TAGGED: Final = "Account"
CONDITIONS: Final = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def validators(name: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Give the headers by which a client can ask for a record again: when it changed, and its tag where it has one."""
    headers: dict[str, str] = {}
    changed = record.get("LastModifiedDate") or record.get("SystemModstamp")
    if isinstance(changed, str):
        headers["Last-Modified"] = format_datetime(moment(changed), usegmt=True)
    if name == _TAGGED:
        headers["ETag"] = f'"{digest(record)[:32]}"'
    return headers


def since(when: datetime) -> dict[str, str]:
    """Give the header that says when what is no record changed last."""
    return {"Last-Modified": format_datetime(when, usegmt=True)}


def unchanged(call: Call, headers: Mapping[str, str]) -> Reply | None:
    """Give 304 where the client has what stands already. Raises Refused (412) where it must not be what it is."""
    asked = {name: call.headers[name] for name in CONDITIONS if name in call.headers}
    if not asked:
        return None
    tag, when = headers.get("ETag"), _moment(headers.get("Last-Modified", ""))
    before, after = _moment(asked.get("if-unmodified-since", "")), _moment(asked.get("if-modified-since", ""))
    missed = tag is not None and "if-match" in asked and not _names(asked["if-match"], tag)
    if missed or (before is not None and when is not None and when > before):
        raise Refused(412, problems.precondition_failed())
    if call.method not in {"GET", "HEAD"}:
        return None
    if tag is not None and "if-none-match" in asked:
        return Reply(304, headers=headers) if _names(asked["if-none-match"], tag) else None
    if after is not None and when is not None and when <= after:
        return Reply(304, headers=headers)
    return None


def _names(asked: str, tag: str) -> bool:
    """Whether a list of tags has this one, weak or strong, packed or not, or is a star."""
    listed = {one.strip().removeprefix("W/").replace("--gzip", "") for one in asked.split(",")}
    return "*" in listed or tag in listed


def _moment(text: str) -> datetime | None:
    """Read a date of HTTP; one that is none asks nothing (RFC 9110, 13.1.3)."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
