"""Contacts that hang in the air."""

from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import first_of
from upbeat.foundation.findings import Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Way

_LOOSE = "FROM Contact WHERE AccountId = NULL"
_MINUTES = 2  # to find one contact's account and set it


def _without_account(ground: Ground) -> Look:
    if not ground.has("Contact", "AccountId"):
        return Found(unseen=(ground.unseen("Contact", "AccountId"),))
    person = " AND IsPersonAccount = false" if ground.has("Contact", "IsPersonAccount") else ""
    [whole, loose] = yield (
        Question(Way.COUNT, "SELECT COUNT() FROM Contact"),
        Question(Way.COUNT, f"SELECT COUNT() {_LOOSE}{person}"),
    )
    if denied := whole.denied or loose.denied:
        return Found(unseen=(Unseen("Contact", "AccountId", denied),))
    email = ", Email" if ground.has("Contact", "Email") else ""
    query = f"SELECT Id, Name{email} {_LOOSE}{person} ORDER BY Id"
    name = WITHOUT_ACCOUNT.name
    says = f"{whole.total - loose.total:,} of {whole.total:,} contacts stand below an account"
    measure = Measure(name, whole.total - loose.total, whole.total, says, queries=(query,))
    if not loose.total:
        return Found(measures=(measure,))
    some = yield from behind("Contact", "AccountId", first_of(query, loose.total))
    found = Finding(
        check=name,
        key=f"{name}:Contact.AccountId",
        weight=Weight.MEDIUM,
        says=f"{loose.total:,} of {whole.total:,} contacts have no account: no deal and no activity finds them.",
        object="Contact",
        fields=("AccountId",),
        count=loose.total,
        of=whole.total,
        fix="Set the account of each by its email domain, or delete the contact.",
        minutes=_MINUTES * loose.total,
        queries=(query,),
        records=tuple(RecordAt(row["Id"], "Contact", row["Name"] or "", row.get("Email") or "") for row in some.rows),
    )
    return Found((found,), (measure,), some.unseen)


WITHOUT_ACCOUNT = Check("contacts-without-account", "Contacts below no account", _without_account, lambda _: 1)
CHECKS = (WITHOUT_ACCOUNT,)
