"""Links in notices: each opens one thing, for the one person who was written to, for a while.

A link grants nothing. Whoever opens it signs in first, and what they may not see they do not see by it. It says for
whom it was written, so that a message passed on is told apart from one's own; only we can have made it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hmac import compare_digest, digest
from typing import Final

from upbeat.base import UpbeatError, decode, encode
from upbeat.notices.notice import Notice

LASTS: Final = timedelta(days=14)
_MARK: Final = 20  # bytes of the signature that a link carries, of 32
_LONGEST: Final = 2000  # characters of a link that are read at all


class Thing(StrEnum):
    """What a link opens."""

    REVIEW = "review"
    FLAG = "flag"  # a run, as whoever was flagged sees it


class LinkError(UpbeatError):
    """A link that opens nothing: it is cut, forged, another person's, or too old."""


class OthersLinkError(LinkError):
    """A link that was written to somebody else."""


class ExpiredLinkError(LinkError):
    """A link that was good once."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links to the console at `url` and reads them again; `key` signs them. An empty `url` makes none."""

    url: str
    key: bytes

    def of(self, notice: Notice, now: datetime) -> str:
        """Give the link of a notice, empty where it is about nothing that has a page, or no console is known."""
        if notice.review_id:
            return self._made(Thing.REVIEW, notice.review_id, notice.to, now)
        return self._made(Thing.FLAG, notice.item_id, notice.to, now) if notice.item_id else ""

    def read(self, shown: str, username: str, now: datetime) -> tuple[Thing, str]:
        """Give what a link opens, and its id. Raises LinkError where it opens nothing to this person at this time."""
        body, _, mark = shown[:_LONGEST].partition(".")
        if not compare_digest(mark.encode(), self._mark(body).encode()):
            raise LinkError(
                "this link is not whole, or was not made here", fix="Open it from the message itself, or from Home."
            )
        thing, key, to, until = decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), tuple[Thing, str, str, int])
        if to.casefold() != username.casefold():
            what = f"this link was written to {to}, and you are signed in as {username}"
            raise OthersLinkError(
                what, fix="What waits for you stands on your own Home; or sign in as whom it was written to."
            )
        if datetime.fromtimestamp(until, UTC) <= now:
            raise ExpiredLinkError(
                f"this link has expired: it was good for {LASTS.days} days",
                fix="What is still open stands on Home.",
            )
        return thing, key

    def _made(self, thing: Thing, key: str, to: str, now: datetime) -> str:
        if not self.url:
            return ""
        until = int((now + LASTS).timestamp())
        body = urlsafe_b64encode(encode((thing, key, to, until)).encode()).decode().rstrip("=")
        return f"{self.url}/open/{body}.{self._mark(body)}"

    def _mark(self, body: str) -> str:
        return urlsafe_b64encode(digest(self.key, body.encode(), "sha256")[:_MARK]).decode().rstrip("=")
