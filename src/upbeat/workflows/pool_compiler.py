"""A pool's definition → the form that routing reads."""

from collections import Counter
from collections.abc import Mapping

from upbeat.base.files import DefinitionError, Problem
from upbeat.formula import Scope
from upbeat.schema import SchemaError
from upbeat.workflows.catalogue import Catalogue
from upbeat.workflows.pool import Holding, Member, Pool, PoolDefinition, PostalCodes, Sticky, Territory
from upbeat.workflows.texts import Texts

_ADDRESS: Mapping[str, tuple[str, str]] = {  # an object's postal code and country
    "Lead": ("PostalCode", "Country"),
    "Account": ("BillingPostalCode", "BillingCountry"),
    "Contact": ("MailingPostalCode", "MailingCountry"),
}
_STICKY: Mapping[str, Mapping[Sticky, tuple[str, ...]]] = {  # what tells an object's existing account
    "Lead": {Sticky.WEBSITE_DOMAIN: ("Website", "Email"), Sticky.COMPANY_NAME: ("Company",)},
}


def compile_pool(definition: PoolDefinition, catalogue: Catalogue) -> Pool:
    """Give a pool in the form that routing reads. Raises DefinitionError with every problem in it."""
    schema = catalogue.schema
    try:
        target = schema.object(definition.object)
    except SchemaError as error:
        raise DefinitionError([Problem(definition.place("object"), error.what, error.fix)]) from error
    texts = Texts(definition, Scope(schema, target.name, time_zone=catalogue.time_zone))
    postal_code, country = _ADDRESS.get(target.name, ("", ""))
    texts.fields |= {"OwnerId", postal_code, country} - {""}
    if not target.has("OwnerId"):
        texts.refuse(("object",), f"{target.name} has no owner", "Route an object whose records are owned.")
    territories = tuple(
        Territory(
            one.name,
            None if one.when is None else texts.condition(("territories", index, "when"), one.when),
            tuple(PostalCodes.parse(span) for span in one.postal_codes),
            one.countries,
        )
        for index, one in enumerate(definition.territories)
    )
    _check_territories(definition, texts, has_address=bool(postal_code))
    _check_members(definition, texts)
    sticky = definition.sticky.account if definition.sticky else ()
    known = _STICKY.get(target.name, {})
    texts.fields |= {field for one in sticky for field in known.get(one, ())}
    if not set(sticky) <= set(known):
        texts.refuse(("sticky",), f"a {target.name}'s account is not looked for", "Remove 'sticky': it is for leads.")
    if texts.problems:
        raise DefinitionError(texts.problems)
    return Pool(
        name=definition.pool,
        title=definition.title,
        object=target.name,
        owner=definition.owner,
        takes_from=definition.takes_from,
        members=tuple(Member(one.user, one.weight, one.cap_per_day, one.territories) for one in definition.members),
        territories=territories,
        sticky=sticky,
        otherwise=Holding(definition.otherwise.hold, definition.otherwise.owner, definition.otherwise.due),
        postal_code=postal_code,
        country=country,
        fields=tuple(sorted(texts.fields)),
    )


def _check_territories(definition: PoolDefinition, texts: Texts, *, has_address: bool) -> None:
    times = Counter(one.name for one in definition.territories)
    for index, one in enumerate(definition.territories):
        path = ("territories", index)
        if times[one.name] > 1:
            texts.refuse((*path, "name"), f"two territories are called {one.name}", "Give each a name of its own.")
        if (one.postal_codes or one.countries) and not has_address:
            what = f"{definition.object} has no one address to compare"
            texts.refuse(path, what, "Write a formula under 'when' instead.")


def _check_members(definition: PoolDefinition, texts: Texts) -> None:
    times = Counter(one.user.casefold() for one in definition.members)
    known = {one.name for one in definition.territories}
    for index, one in enumerate(definition.members):
        path = ("members", index)
        if times[one.user.casefold()] > 1:
            texts.refuse((*path, "user"), f"{one.user} is a member twice", "Keep one, with the weight of both.")
        for name in one.territories:
            if name not in known:
                what = f"the pool has no territory {name}"
                texts.refuse((*path, "territories"), what, f"Known: {', '.join(sorted(known)) or 'none'}.")
    served = {name for one in definition.members for name in one.territories or known}
    for index, one in enumerate(definition.territories):
        if one.name not in served:
            texts.refuse(
                ("territories", index, "name"), f"nobody serves {one.name}", "Add it to a member's territories."
            )
