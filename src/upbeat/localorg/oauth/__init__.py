"""OAuth 2.0 as Salesforce speaks it: tokens, the log-in page, who is logged in, and what becomes of tokens."""

from upbeat.localorg.oauth import authorize, identity, lifetime, token
from upbeat.localorg.oauth.endpoint import resource
from upbeat.localorg.oauth.signing import Signer
from upbeat.localorg.rest import Resource

__all__ = ["addresses"]


def addresses() -> dict[str, Resource]:
    """Give the resources of an org's OAuth by their addresses."""
    signer = Signer()
    tokens = token.Tokens(signer)
    return {
        "/services/oauth2/token": resource(tokens.answer, "POST"),
        "/services/oauth2/authorize": resource(authorize.answer, "GET", "POST", is_page=True),
        "/services/oauth2/revoke": resource(lifetime.revoke, "GET", "POST"),
        "/services/oauth2/introspect": resource(lifetime.introspect, "POST"),
        "/services/oauth2/userinfo": resource(identity.userinfo, "GET", "POST"),
        "/id/keys": resource(lambda _: signer.keys(), "GET"),
        "/id/{org}/{user}": resource(identity.identity, "GET", "POST"),
        "/.well-known/openid-configuration": resource(identity.configuration, "GET"),
    }
