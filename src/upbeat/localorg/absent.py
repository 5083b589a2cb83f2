"""What Salesforce answers of features that an org has and makes no use of: no layouts, no approvals, no actions."""

from typing import Any, Final

from upbeat.localorg.problems import Problem, Refused
from upbeat.localorg.rest import Call, Reply, Resource

_LAYOUTS: Final[dict[str, dict[str, Any]]] = {
    "layouts": {"layouts": [], "recordTypeMappings": [], "recordTypeSelectorRequired": [False]},
    "compactLayouts": {"compactLayouts": [], "defaultCompactLayoutId": None, "recordTypeCompactLayoutMappings": []},
    "approvalLayouts": {"approvalLayouts": []},
}


def _layouts(kind: str) -> Resource:
    def layouts(call: Call) -> Reply:
        call.org.object(call.path["name"], call.user_id)
        return Reply(200, _LAYOUTS[kind])

    return Resource(get=layouts)


def _list_views(call: Call) -> Reply:
    name = call.org.object(call.path["name"], call.user_id).name
    return Reply(200, {"done": True, "listviews": [], "nextRecordsUrl": None, "size": 0, "sobjectType": name})


def _quick_actions(call: Call) -> Reply:
    call.org.object(call.path["name"], call.user_id)
    return Reply(200, [])


def _submit(_: Call) -> Reply:
    raise Refused(400, Problem("NO_APPLICABLE_PROCESS", "No applicable approval process was found."))


def _actions(call: Call) -> Reply:
    return Reply(200, {name: f"{call.base_url}/actions/{name}" for name in ("standard", "custom")})


def _nothing(content: Any) -> Resource:
    return Resource(get=lambda _: Reply(200, content))


ADDRESSES: Final = {
    **{f"/sobjects/{{name}}/describe/{kind}": _layouts(kind) for kind in _LAYOUTS},
    "/sobjects/{name}/quickActions": Resource(get=_quick_actions),
    "/sobjects/{name}/listviews": Resource(get=_list_views),
    "/quickActions": _nothing([]),
    "/recent": _nothing([]),
    "/tabs": _nothing([]),
    "/actions": Resource(get=_actions),
    "/actions/standard": _nothing({"actions": []}),
    "/actions/custom": _nothing({}),
    "/process/rules": _nothing({"rules": {}}),
    "/process/approvals": Resource(get=lambda _: Reply(200, {"approvals": {}}), post=_submit),
}
"""Where they stand below a version's address."""
