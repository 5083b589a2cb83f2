"""Who comes in to the console, what they may do there, and how long: sessions of people, tokens of programs."""

from upbeat.operations.signing_in.sessions import (
    How,
    Opened,
    Session,
    end_session,
    find_session,
    look_again,
    open_session,
    sessions,
    sign_out,
)
from upbeat.operations.signing_in.standing import LOOK_EVERY, Standing, look, sees, standing_of
from upbeat.operations.signing_in.tokens import (
    LONGEST_TOKEN,
    SCOPES,
    MadeToken,
    Token,
    find_token,
    make_token,
    revoke_token,
    tokens,
)
from upbeat.operations.signing_in.with_salesforce import App, Begun, begin_sign_in, finish_sign_in

__all__ = [
    "LONGEST_TOKEN",
    "LOOK_EVERY",
    "SCOPES",
    "App",
    "Begun",
    "How",
    "MadeToken",
    "Opened",
    "Session",
    "Standing",
    "Token",
    "begin_sign_in",
    "end_session",
    "find_session",
    "find_token",
    "finish_sign_in",
    "look",
    "look_again",
    "make_token",
    "open_session",
    "revoke_token",
    "sees",
    "sessions",
    "sign_out",
    "standing_of",
    "tokens",
]
