"""Functions that Salesforce documents for other places than a record's formula, each with why none is here."""

_BUTTONS = "is for custom buttons, links and Visualforce pages"
_REPORTS = "compares the groups of a report"

REFUSED = {
    "GETRECORDIDS": _BUTTONS,
    "GETSESSIONID": "gives the key to a person's session, which Upbeat hands to nobody",
    "IMAGEPROXYURL": _BUTTONS,
    "INCLUDE": _BUTTONS,
    "JUNCTIONIDLIST": _BUTTONS,
    "LINKTO": _BUTTONS,
    "PARENTGROUPVAL": _REPORTS,
    "PREDICT": "asks an Einstein prediction of the org, which no record holds",
    "PREVGROUPVAL": _REPORTS,
    "REQUIRESCRIPT": _BUTTONS,
    "URLFOR": _BUTTONS,
}
