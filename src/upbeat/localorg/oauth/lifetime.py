"""What becomes of a token: it is revoked, or somebody asks whether it is alive."""

from typing import Any

from upbeat.localorg.oauth.endpoint import Ask, Denied
from upbeat.localorg.oauth.token import client
from upbeat.localorg.rest import Reply


def revoke(ask: Ask) -> Reply:
    """`GET` and `POST /services/oauth2/revoke`: end a session; with a refresh token, all that came of its consent."""
    access, token = ask.org.access, ask.given.get("token", "")
    held = access.grants.find_refresh(token)
    if held is not None:
        access.grants.revoke(held.authorization)
        access.sessions.end(authorization=held.authorization)
    elif access.sessions.find(token) is None:
        raise Denied("invalid_token", "invalid token")
    else:
        access.sessions.end(token=token)
    return Reply(200)


def introspect(ask: Ask) -> Reply:
    """`POST /services/oauth2/introspect`: an app asks about a token of its own; of others it learns nothing."""
    app, _ = client(ask)
    access, token = ask.org.access, ask.needed("token")
    session, held = access.sessions.find(token), access.grants.find_refresh(token)
    found = session or held
    person = access.people.by_id(found.user_id) if found else None
    if found is None or person is None or found.client_id != app.client_id or (held is not None and held.spent):
        return Reply(200, {"active": False})
    content: dict[str, Any] = {
        "active": True,
        "scope": " ".join(found.scopes),
        "client_id": found.client_id,
        "username": person.username,
        "sub": f"{ask.host}/id/{ask.org.id}/{found.user_id}",
        "token_type": "access_token" if session else "refresh_token",
    }
    if session:
        issued = int(session.issued.timestamp())
        content |= {"exp": int(session.ends.timestamp()), "iat": issued, "nbf": issued}
    return Reply(200, content)
