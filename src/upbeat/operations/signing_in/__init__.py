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
    still_stands,
)
from upbeat.operations.signing_in.standing import LOOK_EVERY, Standing, look, standing_of
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
from upbeat.operations.signing_in.users import USERS_ON_A_PAGE, Held, Role, User, Users, held, roles, users
from upbeat.operations.signing_in.with_salesforce import App, Begun, begin_sign_in, finish_sign_in

__all__ = [
    "LONGEST_TOKEN",
    "LOOK_EVERY",
    "SCOPES",
    "USERS_ON_A_PAGE",
    "App",
    "Begun",
    "Held",
    "How",
    "MadeToken",
    "Opened",
    "Role",
    "Session",
    "Standing",
    "Token",
    "User",
    "Users",
    "begin_sign_in",
    "end_session",
    "find_session",
    "find_token",
    "finish_sign_in",
    "held",
    "look",
    "look_again",
    "make_token",
    "open_session",
    "revoke_token",
    "roles",
    "sessions",
    "sign_out",
    "standing_of",
    "still_stands",
    "tokens",
    "users",
]
