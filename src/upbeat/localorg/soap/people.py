"""Operations about who calls: login, logout, getUserInfo, getServerTimestamp."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from typing import Any, Final

from upbeat.base.xmltext import text, xml
from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.soap.request import Request

_NO_LOGIN: Final = Problem("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.")
_SECONDS: Final = 7200  # a session's, where the org says nothing else


def login(request: Request) -> Iterable[str]:
    """`login(username, password)`: the session, where to use it, and who it is of."""
    call = request.call
    session = call.org.access.session_for(text(request.operation, "username"), text(request.operation, "password"))
    if session is None:
        raise Refused(500, _NO_LOGIN)
    token, user_id = session
    known = replace(request, call=replace(call, user_id=user_id))
    short = "u" if request.dialect.name == "partner" else "c"
    values: dict[str, Any] = {
        "metadataServerUrl": f"{call.host}/services/Soap/m/{request.version}/{call.org.id}",
        "passwordExpired": False,
        "sandbox": bool(_organization(known)["IsSandbox"]),
        "serverUrl": f"{call.host}/services/Soap/{short}/{request.version}/{call.org.id}",
        "sessionId": token,
        "userId": user_id,
        "userInfo": _info(known),
    }
    return [xml(values)]


def logout(request: Request) -> Iterable[str]:
    """`logout()`: the session in the header ends."""
    request.call.org.access.sessions.end(token=request.header("SessionHeader", "sessionId"))
    return []


def user_info(request: Request) -> Iterable[str]:
    """`getUserInfo()`."""
    return [xml(_info(request))]


def server_timestamp(request: Request) -> Iterable[str]:
    """`getServerTimestamp()`."""
    now = request.call.org.clock.now().astimezone(UTC)
    return [xml({"timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")})]


def _organization(request: Request) -> dict[str, Any]:
    org = request.call.org
    return org.record("Organization", org.id)


def _info(request: Request) -> dict[str, Any]:
    """Give GetUserInfoResult, in the order of the WSDL."""
    org, company = request.call.org, _organization(request)
    user = org.record("User", request.call.user_id)
    return {
        "accessibilityMode": False,
        "chatterExternal": False,
        "currencySymbol": "$",
        "orgAttachmentFileSizeLimit": 5_242_880,
        "orgDefaultCurrencyIsoCode": "USD",
        "orgDefaultCurrencyLocale": "en_US",
        "orgDisallowHtmlAttachments": False,
        "orgHasPersonAccounts": False,
        "organizationId": org.id,
        "organizationMultiCurrency": False,
        "organizationName": company["Name"],
        "profileId": user["ProfileId"],
        "roleId": user["UserRoleId"],
        "sessionSecondsValid": _SECONDS,
        "userDefaultCurrencyIsoCode": None,
        "userEmail": user["Email"],
        "userFullName": user["Name"],
        "userId": user["Id"],
        "userLanguage": user["LanguageLocaleKey"],
        "userLocale": user["LocaleSidKey"],
        "userName": user["Username"],
        "userTimeZone": user["TimeZoneSidKey"],
        "userType": user["UserType"],
        "userUiSkin": "Theme3",
    }
