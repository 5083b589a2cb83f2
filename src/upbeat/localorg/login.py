"""The token endpoint: client credentials become a session."""

from base64 import b64decode
from binascii import Error as NotBase64
from urllib.parse import parse_qs

from upbeat.localorg.rest import Call, Reply


def token(call: Call) -> Reply:
    """`POST /services/oauth2/token` with the grant type `client_credentials`."""
    form = {name: values[0] for name, values in parse_qs(call.body.decode("latin-1")).items()}
    if form.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type", "grant type not supported")
    client_id, secret = _basic(call) or (form.get("client_id", ""), form.get("client_secret", ""))
    session = call.org.access.log_in(client_id, secret)
    if session is None:
        return _refused("invalid_client", "invalid client credentials")
    secret_token, user_id = session
    identity = f"{call.host}/id/{call.org.id}/{user_id}"
    issued = str(int(call.org.clock.now().timestamp() * 1000))
    content = {
        "access_token": secret_token,
        "scope": "api",
        "instance_url": call.host,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
    }
    return Reply(200, content)


def _refused(error: str, description: str) -> Reply:
    return Reply(400, {"error": error, "error_description": description})


def _basic(call: Call) -> tuple[str, str] | None:
    """Read client id and secret from the Authorization header, where they stand there."""
    scheme, _, text = call.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        client_id, _, secret = b64decode(text).decode().partition(":")
    except (NotBase64, ValueError):
        return None
    return client_id, secret
