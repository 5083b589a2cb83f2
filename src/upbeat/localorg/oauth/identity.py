"""Who is logged in: userinfo, the identity URL, and OpenID Connect's own description."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from upbeat.base import full_id, is_id, to_18
from upbeat.localorg.access import SCOPES, Session
from upbeat.localorg.oauth.endpoint import Ask, BadToken
from upbeat.localorg.rest import LAST_VERSION, Reply

_URLS: Final = {
    "enterprise": "/services/Soap/c/{version}/{org}",
    "metadata": "/services/Soap/m/{version}/{org}",
    "partner": "/services/Soap/u/{version}/{org}",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_soap": "/services/Soap/T/{version}/{org}",
    "tooling_rest": "/services/data/v{version}/tooling/",
    "profile": "/{user}",
    "feeds": "/services/data/v{version}/chatter/feeds",
    "groups": "/services/data/v{version}/chatter/groups",
    "users": "/services/data/v{version}/chatter/users",
    "feed_items": "/services/data/v{version}/chatter/feed-items",
    "feed_elements": "/services/data/v{version}/chatter/feed-elements",
    "custom_domain": "",
}


def userinfo(ask: Ask) -> Reply:
    """`GET` and `POST /services/oauth2/userinfo`: the user of the token, in OpenID Connect's words."""
    session = _session(ask)
    user = _user(ask, session.user_id)
    address = {
        "street_address": user["Street"],
        "locality": user["City"],
        "region": user["State"],
        "postal_code": user["PostalCode"],
        "country": user["Country"],
    }
    content = {
        "sub": f"{ask.host}/id/{ask.org.id}/{user['Id']}",
        "user_id": user["Id"],
        "organization_id": ask.org.id,
        "preferred_username": user["Username"],
        "nickname": user["CommunityNickname"] or user["Alias"],
        "name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "photos": _photos(ask),
        "profile": f"{ask.host}/{user['Id']}",
        "picture": _photos(ask)["picture"],
        "address": {name: value for name, value in address.items() if value is not None},
        "is_salesforce_integration_user": False,
        **_standing(ask, user),
        "updated_at": user["LastModifiedDate"],
        "is_app_installed": bool(session.client_id),
    }
    return Reply(200, content)


def identity(ask: Ask) -> Reply:
    """`GET /id/<org>/<user>`: a user, in Salesforce's words."""
    session = _session(ask)
    if full_id(ask.path["org"]) != ask.org.id:
        raise BadToken("Wrong_Org")
    if not is_id(ask.path["user"]):
        raise BadToken("Bad_Id")
    wanted = to_18(ask.path["user"])
    if wanted != session.user_id and not session.reaches_api:
        raise BadToken("Bad_Id")
    user = _user(ask, wanted)
    content = {
        "id": f"{ask.host}/id/{ask.org.id}/{user['Id']}",
        "asserted_user": wanted == session.user_id,
        "user_id": user["Id"],
        "organization_id": ask.org.id,
        "username": user["Username"],
        "nick_name": user["CommunityNickname"] or user["Alias"],
        "display_name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "timezone": user["TimeZoneSidKey"],
        "photos": _photos(ask),
        "addr_street": user["Street"],
        "addr_city": user["City"],
        "addr_state": user["State"],
        "addr_country": user["Country"],
        "addr_zip": user["PostalCode"],
        "mobile_phone": user["MobilePhone"],
        "mobile_phone_verified": False,
        "is_lightning_login_user": False,
        "status": {"created_date": None, "body": None},
        **_standing(ask, user),
        "last_modified_date": user["LastModifiedDate"],
        "is_app_installed": bool(session.client_id),
    }
    return Reply(200, content)


def configuration(ask: Ask) -> Reply:
    """`GET /.well-known/openid-configuration`."""
    oauth = f"{ask.host}/services/oauth2"
    content = {
        "issuer": ask.host,
        "authorization_endpoint": f"{oauth}/authorize",
        "token_endpoint": f"{oauth}/token",
        "revocation_endpoint": f"{oauth}/revoke",
        "userinfo_endpoint": f"{oauth}/userinfo",
        "introspection_endpoint": f"{oauth}/introspect",
        "jwks_uri": f"{ask.host}/id/keys",
        "scopes_supported": [*SCOPES, "offline_access"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "code_challenge_methods_supported": ["S256"],
        "display_values_supported": ["page"],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "at_hash", "nonce", "user_id", "organization_id"],
    }
    return Reply(200, content)


def _session(ask: Ask) -> Session:
    token = ask.bearer()
    if not token:
        raise BadToken("Missing_OAuth_Token")
    session = ask.org.access.sessions.find(token)
    if session is None:
        raise BadToken("Bad_OAuth_Token")
    return session


def _user(ask: Ask, user_id: str) -> dict[str, Any]:
    """Read a user as the org itself. Raises BadToken for none, or one who may not work any more."""
    person = ask.org.access.people.by_id(user_id)
    if person is None or not person.active:
        raise BadToken("Bad_Id")
    return ask.org.record("User", user_id)


def _photos(ask: Ask) -> dict[str, str]:
    return {"picture": f"{ask.host}/profilephoto/005/F", "thumbnail": f"{ask.host}/profilephoto/005/T"}


def _standing(ask: Ask, user: dict[str, Any]) -> dict[str, Any]:
    """Give what both answers say in the same words. Addresses hold `{version}` until a version is asked for."""
    asked = ask.given.get("version", "{version}")
    version = f"{LAST_VERSION}.0" if asked == "latest" else asked
    filled = {
        name: ask.host + path.replace("{org}", ask.org.id[:15]).replace("{user}", user["Id"])
        for name, path in _URLS.items()
    }
    return {
        "urls": {name: url.replace("{version}", version) for name, url in filled.items()},
        "active": user["IsActive"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": _offset(str(user["TimeZoneSidKey"] or "UTC"), ask.org.clock.now()),
    }


def _offset(zone: str, now: datetime) -> int:
    """Give a zone's standard offset in milliseconds, summer time aside."""
    there = now.astimezone(ZoneInfo(zone))
    standard = (there.utcoffset() or timedelta()) - (there.dst() or timedelta())
    return int(standard.total_seconds() * 1000)
