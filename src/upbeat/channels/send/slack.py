"""Messages in Slack, from an app of its own to one person: found by their mail address, told in a direct message.

    whose address is it? ─▶ hand over ─────▶ answer
    └─ refused, or away ──┘ └─ busy ─┘ └─ lost ─┘

What was handed over and never answered is looked for in the conversation before it is handed over again: each message
carries its own key as metadata, which no reader sees.
"""

import logging
import re
from datetime import timedelta
from http.client import HTTPException
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from upbeat.channels.address import AddressError, address_of
from upbeat.channels.errors import BusyError, ChannelAwayError, LostAnswerError, NotNowError, RefusedMessageError
from upbeat.channels.letter import Message, subject_line
from upbeat.channels.server import SlackApp

SCOPES: Final = ("chat:write", "im:history", "im:write", "users:read", "users:read.email")
LONGEST: Final = 30_000  # characters of a message: Slack cuts what is longer than 40,000, escapes counted

_EVENT: Final = "upbeat_notice"
_LOOKED_AT: Final = 100  # messages of a conversation, the newest first, when one is looked for
_BUSY: Final = timedelta(seconds=30)  # where Slack does not say how long it is busy
_LONGEST_WAIT: Final = timedelta(hours=1)
_NO_ENTRY: Final = frozenset(
    {
        "access_denied", "account_inactive", "app_missing_action_url", "ekm_access_denied", "enterprise_is_restricted",
        "invalid_auth", "missing_scope", "no_permission", "not_allowed_token_type", "not_authed", "org_login_required",
        "team_access_not_granted", "team_added_to_org", "token_expired", "token_revoked", "two_factor_setup_required",
    }
)  # fmt: skip
_MAY_HAVE_LEFT: Final = frozenset(
    {"fatal_error", "internal_error"}
)  # "some aspect of the operation may have succeeded"
_LATER: Final = frozenset({"request_timeout", "service_unavailable", "team_not_found"})
_LIMITED: Final = frozenset({"ratelimited", "rate_limited"})
_ADDRESS: Final = re.compile(r"https?://[^\s<>|]+")
_QUIET: Final = logging.Logger("slack", logging.CRITICAL + 1)  # noqa: LOG001  its own: each failure is raised


class Slack:
    """A channel to the people of one Slack, as an app that is installed there."""

    def __init__(self, app: SlackApp) -> None:
        """Connect to nothing yet."""
        self._client: Any = WebClient(
            token=app.token,
            base_url=app.url,
            timeout=max(int(app.timeout.total_seconds()), 1),
            logger=_QUIET,
            retry_handlers=[],  # what may have arrived is never sent again unlooked-for
        )
        self._place = app.url
        self._users: dict[str, str] = {}  # by address, of this time that the channel is open

    def __enter__(self) -> Self:
        """Give the channel itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget who is who: each call is a connection of its own."""
        self._users.clear()

    def reach(self) -> None:
        """See that Slack lets the app in, and that it may do all that messages need."""
        said = self._asked("auth.test", {})
        granted = {one.strip() for one in str(said.headers.get("x-oauth-scopes", "")).split(",")}
        if missing := [one for one in SCOPES if one not in granted]:
            fix = "Add them to the app under OAuth & Permissions > Bot Token Scopes, and install it again."
            raise ChannelAwayError(f"Slack: the app lacks {', '.join(missing)}", where=self._place, fix=fix)

    def send(self, message: Message) -> str:
        """Hand one message over; see the port for what it promises."""
        user = self._user(message.to)
        if message.again and (there := self._found(user, message.id)):
            return there
        words = {
            "channel": user,
            "text": text_of(message),
            "mrkdwn": False,  # a name with stars in it stays a name with stars in it
            "unfurl_links": False,  # nobody's page is fetched because a record names it
            "unfurl_media": False,
            "metadata": {"event_type": _EVENT, "event_payload": {"key": message.id}},
        }
        try:
            said = self._call("chat.postMessage", words)
        except URLError as error:  # before the whole message was written out
            raise self._away(_words(error.reason)) from error
        except (OSError, HTTPException, ValueError) as error:
            what = f"Slack was handed the message to {message.to}, and the answer was lost: {_words(error)}"
            raise LostAnswerError(what, where=self._place) from error
        except SlackApiError as error:
            code, status = _answer(error)
            if code in _MAY_HAVE_LEFT or status >= 500 or not code:
                what = f"Slack was handed the message to {message.to}, and answers {code or status}"
                raise LostAnswerError(what, where=self._place) from error
            raise self._failed(error, f"the message to {message.to}") from error
        return _taken(said["channel"], said["ts"])

    def _user(self, address: str) -> str:
        """Give who has this address in Slack. Raises RefusedMessageError where nobody has."""
        try:
            known = address_of(address)
        except AddressError as error:
            raise RefusedMessageError(error.what, fix=error.fix) from None
        if known not in self._users:
            found = self._asked("users.lookupByEmail", {"email": known}, f"the message to {known}")["user"]
            if found.get("deleted") or found.get("is_bot"):
                raise RefusedMessageError(f"Slack has no person with the address {known}")
            self._users[known] = str(found["id"])
        return self._users[known]

    def _found(self, user: str, key: str) -> str:
        """Give where a message stands that was handed over before, or nothing."""
        channel = self._asked("conversations.open", {"users": user})["channel"]["id"]
        wanted = {"channel": channel, "limit": _LOOKED_AT, "include_all_metadata": True}
        for one in self._asked("conversations.history", wanted)["messages"]:
            metadata: Any = one.get("metadata") or {}
            if metadata.get("event_type") == _EVENT and metadata.get("event_payload", {}).get("key") == key:
                return _taken(channel, one["ts"])
        return ""

    def _asked(self, method: str, words: dict[str, Any], what: str = "what it was asked") -> Any:
        """Ask for something that changes nothing, so that no answer is as good as never asked."""
        try:
            return self._call(method, words)
        except SlackApiError as error:
            raise self._failed(error, what) from error
        except (OSError, HTTPException, ValueError) as error:
            raise self._away(_words(error.reason if isinstance(error, URLError) else error)) from error

    def _call(self, method: str, words: dict[str, Any]) -> Any:
        posts = method == "chat.postMessage"
        return self._client.api_call(method, json=words) if posts else self._client.api_call(method, params=words)

    def _failed(self, error: SlackApiError, what: str) -> Exception:
        """Give what Slack's answer means, where nothing left."""
        code, status = _answer(error)
        if status == 429 or code in _LIMITED:
            return BusyError("Slack takes no more for now", _wait(error), where=self._place)
        if code in _NO_ENTRY:
            needed = str(_body(error).get("needed") or "")
            fix = "Install the app again, and run `upbeat slack connect` with its token."
            return self._away(f"it lets us not in: {code}{f' ({needed})' if needed else ''}", fix)
        if code in _LATER | _MAY_HAVE_LEFT or status >= 500 or not code:
            return NotNowError(f"Slack takes {what} later: {code or status}", where=self._place)
        return RefusedMessageError(f"Slack refuses {what}: {code}")

    def _away(self, why: str, fix: str = "") -> ChannelAwayError:
        return ChannelAwayError(f"Slack: {why}", where=self._place, fix=fix)


def text_of(message: Message) -> str:
    """Give a message as Slack takes it: no name in it can be a mention, a link of another's wording, or markup.

    An address in it is a link to itself; what is too long is cut at a line's end, and says so.
    """
    whole = f"{subject_line(message.subject)}\n\n{message.body}".rstrip()
    if len(whole) > LONGEST:
        kept, _, _ = whole[:LONGEST].rpartition("\n")
        whole = f"{kept}\n\nThere is more: `upbeat alerts` has all of it."
    parts, end = list[str](), 0
    for one in _ADDRESS.finditer(whole):
        parts += [escaped(whole[end : one.start()]), f"<{escaped(one.group())}>"]
        end = one.end()
    return "".join([*parts, escaped(whole[end:])])


def escaped(text: str) -> str:
    """Give a text whose `&`, `<` and `>` mean themselves: the three that Slack reads as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _taken(channel: Any, stamp: Any) -> str:
    return f"taken by Slack: {channel} at {stamp}"


def _answer(error: SlackApiError) -> tuple[str, int]:
    """Give the error that Slack names, empty where the answer is no word of Slack's, and the status of the call."""
    code = str(_body(error).get("error") or "")
    return (code if re.fullmatch(r"[a-z_]+", code) else ""), int(_response(error).status_code)


def _wait(error: SlackApiError) -> timedelta:
    said = {str(name).casefold(): value for name, value in _response(error).headers.items()}.get("retry-after", "")
    return min(timedelta(seconds=int(said)), _LONGEST_WAIT) if str(said).isdecimal() else _BUSY


def _response(error: SlackApiError) -> Any:
    return cast("Any", error).response


def _body(error: SlackApiError) -> dict[str, Any]:
    data = _response(error).data
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def _words(error: object) -> str:
    """Give an error of the net in words, whatever form it has."""
    if isinstance(error, TimeoutError):
        return "no answer in time."
    return f"{getattr(error, 'strerror', None) or error or type(error).__name__}".rstrip(".") + "."
