"""A pool's definition → the form that routing reads."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from upbeat.base.files import DefinitionError, Path, Problem
from upbeat.formula import UNREADABLE, Formula, Scope, Type, type_of
from upbeat.schema import Object, SchemaError
from upbeat.workflows.catalogue import Catalogue
from upbeat.workflows.pool import (
    Holding,
    Hours,
    Keeper,
    Keeps,
    MatchBy,
    Matching,
    Member,
    Pool,
    Promise,
    Pull,
    Skill,
    Territory,
    Work,
)
from upbeat.workflows.pool_file import (
    HoursDefinition,
    MatchDefinition,
    MemberDefinition,
    PoolDefinition,
    TerritoryDefinition,
)
from upbeat.workflows.pool_words import Cap, Days, Numbers, PostalCodes, hours
from upbeat.workflows.texts import Texts

_ADDRESS: Mapping[str, Mapping[str, str]] = {  # the fields of an object that territories compare
    "Lead": {
        "postal_code": "PostalCode",
        "country": "Country",
        "state": "State",
        "industry": "Industry",
        "employees": "NumberOfEmployees",
        "revenue": "AnnualRevenue",
        "company": "Company",
    },
    "Account": {
        "postal_code": "BillingPostalCode",
        "country": "BillingCountry",
        "state": "BillingState",
        "industry": "Industry",
        "employees": "NumberOfEmployees",
        "revenue": "AnnualRevenue",
        "company": "Name",
    },
    "Contact": {"postal_code": "MailingPostalCode", "country": "MailingCountry", "state": "MailingState"},
}
_COMPARES = {  # what a territory compares, and the field that it is compared with
    "postal_codes": "postal_code",
    "countries": "country",
    "states": "state",
    "industries": "industry",
    "employees": "employees",
    "revenue": "revenue",
    "accounts": "company",
}
_MATCHED: Mapping[str, Mapping[MatchBy, tuple[str, ...]]] = {  # what tells an object's existing account
    "Lead": {
        MatchBy.WEBSITE_DOMAIN: ("Website", "Email"),
        MatchBy.PHONE: ("Phone", "MobilePhone"),
        MatchBy.COMPANY_NAME: ("Company",),
        MatchBy.ADDRESS: ("Street", "City", "State", "PostalCode", "Country"),
    },
}
_ROUTING = re.compile(r"\$Routing\.(\w+)", re.IGNORECASE)
_WHO = ("FirstName", "LastName", "Email")  # what tells a person, where doubles are looked for
_TELLS_AGAIN = ("Email", "Website")  # the person and the company, where a pool keeps who had them last
_OVERTAKES = timedelta(hours=1)


def compile_pool(definition: PoolDefinition, catalogue: Catalogue) -> Pool:
    """Give a pool in the form that routing reads. Raises DefinitionError with every problem in it."""
    try:
        target = catalogue.schema.object(definition.object)
    except SchemaError as error:
        raise DefinitionError([Problem(definition.place("object"), error.what, error.fix)]) from error
    return _Compiler(definition, catalogue, target).run()


class _Compiler:
    """One pass over one definition."""

    def __init__(self, definition: PoolDefinition, catalogue: Catalogue, target: Object) -> None:
        self.definition = definition
        self.catalogue = catalogue
        self.target = target
        self.given = definition.given_types()
        known = {f"$Routing.{name}": kind for name, kind in self.given.items()}
        scope = Scope(catalogue.schema, target.name, {**known, **self._account()}, time_zone=catalogue.time_zone)
        self.texts = Texts(definition, scope)
        address = _ADDRESS.get(target.name, {})
        self.address = {name: field for name, field in address.items() if target.has(field)}

    def run(self) -> Pool:
        written, texts = self.definition, self.texts
        texts.fields |= {"OwnerId", *(self.address[one] for one in ("postal_code", "country") if one in self.address)}
        if not self.target.has("OwnerId"):
            texts.refuse(("object",), f"{self.target.name} has no owner", "Route an object whose records are owned.")
        hours_by_name = {name: _hours(name, one) for name, one in written.hours.items()}
        territories = tuple(self._territory(index, one) for index, one in enumerate(written.territories))
        match = self._match(written.match) if written.match else None
        needs = written.needs
        pool = Pool(
            name=written.pool,
            title=written.title,
            object=self.target.name,
            owner=written.owner,
            takes_from=written.takes_from,
            members=tuple(self._member(index, one, hours_by_name) for index, one in enumerate(written.members)),
            territories=territories,
            match=match,
            keeps=self._keeps(),
            language=self._formula(("needs", "language"), needs.language if needs else None, Type.TEXT),
            skills=self._skills(),
            units=self._formula(("units",), written.units, Type.NUMBER),
            rank=self._rank(written.rank),
            overtakes_for=written.overtakes_for or _OVERTAKES,
            work=self._work(),
            out_of_office=written.out_of_office,
            promise=self._promise(hours_by_name),
            pull=Pull(written.pull.most, written.pull.every) if written.pull else None,
            otherwise=Holding(written.otherwise.hold, written.otherwise.owner, written.otherwise.due),
            relax=tuple(dict.fromkeys(written.otherwise.relax)),
            given=self.given,
            address=self.address,
        )
        self._check_territories()
        self._check_members()
        if texts.problems:
            raise DefinitionError(texts.problems)
        return self._with_fields(pool)

    def _with_fields(self, pool: Pool) -> Pool:
        """Give the pool with all that it reads, now that every text has been."""
        account = {one.removeprefix("$Account.") for one in self.texts.globals if one.startswith("$Account.")}
        return replace(pool, fields=tuple(sorted(self.texts.fields)), account_fields=tuple(sorted(account)))

    def _account(self) -> Mapping[str, Type]:
        """Give what formulas may name of the account that a record was matched with, where it is."""
        if self.definition.match is None or not self.catalogue.schema.has("Account"):
            return {}
        fields = self.catalogue.schema.object("Account").fields.values()
        return {f"$Account.{one.name}": type_of(one) for one in fields if one.type not in UNREADABLE}

    def _formula(self, path: Path, text: str | None, kind: Type) -> Formula | None:
        if text is None:
            return None
        for name in dict.fromkeys(_ROUTING.findall(text)):
            if name not in self.given:
                fix = f"Add '{name}: text' below 'given', or number or boolean, and let the step give it below 'with'."
                return self.texts.refuse(path, f"the pool is given no $Routing.{name}", fix)
        if self.definition.match is None and "$account." in text.casefold():
            return self.texts.refuse(path, "no account is looked for, so there is no $Account", "Add 'match:'.")
        return self.texts.value(path, text, kind)

    def _rank(self, text: str | None) -> Formula | None:
        """Compile the rank, which is asked of what waits: no step has found anything then, and no account."""
        found = self._formula(("rank",), text, Type.NUMBER)
        for name in sorted(found.globals) if found else ():
            fix = "Write it over the record's own fields."
            return self.texts.refuse(("rank",), f"{name} is not known yet while a record waits for its turn", fix)
        return found

    def _over(self, name: str, path: Path, text: str | None, kind: Type) -> Formula | None:
        """Compile a formula over another object than the pool's; what it reads is none of the record's fields."""
        if text is None:
            return None
        try:
            target = self.catalogue.schema.object(name)
        except SchemaError as error:
            return self.texts.refuse(path, error.what, error.fix)
        other = Texts(self.definition, Scope(self.catalogue.schema, target.name, time_zone=self.catalogue.time_zone))
        found = other.value(path, text, kind)
        self.texts.problems += other.problems
        return found

    def _territory(self, index: int, one: TerritoryDefinition) -> Territory:
        for compared, field in _COMPARES.items():
            if not getattr(one, compared):
                continue
            if field not in self.address:
                what = f"{self.target.name} has no one field to compare {compared.replace('_', ' ')} with"
                self.texts.refuse(("territories", index), what, "Write a formula under 'when' instead.")
            else:
                self.texts.fields.add(self.address[field])
        return Territory(
            name=one.name,
            when=self._formula(("territories", index, "when"), one.when, Type.BOOLEAN),
            postal_codes=tuple(PostalCodes.parse(span) for span in one.postal_codes),
            countries=one.countries,
            states=one.states,
            industries=one.industries,
            employees=Numbers.parse(one.employees) if one.employees else None,
            revenue=Numbers.parse(one.revenue) if one.revenue else None,
            accounts=one.accounts,
        )

    def _match(self, written: MatchDefinition) -> Matching:
        known = _MATCHED.get(self.target.name, {})
        if not set(written.account) <= set(known):
            what = f"a {self.target.name}'s account is not looked for"
            self.texts.refuse(("match",), what, "Remove 'match': it is for leads.")
        told = (*chain.from_iterable(known.get(one, ()) for one in written.account), *_WHO)
        self.texts.fields |= {field for field in told if self.target.has(field)}
        return Matching(
            by=tuple(dict.fromkeys(written.account)),
            certain=written.certain,
            doubtful=written.doubtful,
            prefer=tuple(dict.fromkeys(written.prefer)),
            customer=self._over("Account", ("match", "customer"), written.customer, Type.BOOLEAN),
            tier=self._over("Account", ("match", "tier"), written.tier, Type.TEXT),
            doubles=written.doubles,
        )

    def _keeps(self) -> tuple[Keeps, ...]:
        written = self.definition.keeps
        if written is None:
            return (Keeps(Keeper.ACCOUNT_OWNER),) if self.definition.match else ()
        if any(one.by is Keeper.LAST_OWNER for one in written):
            self.texts.fields |= {field for field in _TELLS_AGAIN if self.target.has(field)}
        for index, one in enumerate(written):
            if one.by in {Keeper.ACCOUNT_OWNER, Keeper.CONTACT_OWNER} and self.definition.match is None:
                what = f"no account is looked for, so there is no {one.by}"
                self.texts.refuse(("keeps", index, "by"), what, "Add 'match:'.")
            if one.within is not None and one.by is not Keeper.LAST_OWNER:
                self.texts.refuse(("keeps", index, "within"), f"{one.by} knows no time", "Remove 'within'.")
        return tuple(Keeps(one.by, one.if_away, one.within) for one in written)

    def _skills(self) -> tuple[Skill, ...]:
        found = list[Skill]()
        for index, one in enumerate(self.definition.needs.skills if self.definition.needs else ()):
            when = self._formula(("needs", "skills", index, "when"), one.when, Type.BOOLEAN)
            if when is not None:
                found.append(Skill(one.skill, when))
        return tuple(found)

    def _work(self) -> tuple[Work, ...]:
        found = list[Work]()
        for index, one in enumerate(self.definition.work):
            when = self._over(one.object, ("work", index, "when"), one.when, Type.BOOLEAN)
            if when is not None:
                found.append(Work(one.object, when, one.units))
        return tuple(found)

    def _promise(self, known: Mapping[str, Hours]) -> Promise | None:
        written = self.definition.promise
        if written is None:
            return None
        if written.remind_after is not None and written.remind_after >= written.touch_within:
            what = "the reminder comes when the time is over"
            self.texts.refuse(("promise", "remind_after"), what, "Let it be less than 'touch_within'.")
        return Promise(
            touch_within=written.touch_within,
            by=self._named_hours(("promise", "by"), written.by, known),
            remind_after=written.remind_after,
            touched=self._formula(("promise", "touched"), written.touched, Type.BOOLEAN),
            accept=written.accept,
            reassign_at_most=written.reassign_at_most,
            credit_for=written.credit_for,
        )

    def _member(self, index: int, one: MemberDefinition, known: Mapping[str, Hours]) -> Member:
        if one.capacity is not None and not self.definition.work:
            what = "a capacity is counted in open work, and nothing says what that is"
            self.texts.refuse(("members", index, "capacity"), what, "Add 'work:'.")
        return Member(
            user=one.user,
            weight=one.weight,
            caps=tuple(Cap.parse(text) for text in one.caps),
            capacity=one.capacity,
            territories=one.territories,
            skills=one.skills,
            languages=one.languages,
            hours=self._named_hours(("members", index, "hours"), one.hours, known),
            away=tuple(Days.parse(text) for text in one.away),
        )

    def _named_hours(self, path: Path, name: str | None, known: Mapping[str, Hours]) -> Hours | None:
        if name is not None and name not in known:
            fix = f"Known: {', '.join(known) or 'none; add them below hours'}."
            return self.texts.refuse(path, f"the pool has no hours {name}", fix)
        return None if name is None else known[name]

    def _check_territories(self) -> None:
        times = Counter(one.name for one in self.definition.territories)
        for index, one in enumerate(self.definition.territories):
            if times[one.name] > 1:
                what = f"two territories are called {one.name}"
                self.texts.refuse(("territories", index, "name"), what, "Give each a name of its own.")

    def _check_members(self) -> None:
        written = self.definition
        times = Counter(one.user.casefold() for one in written.members)
        known = {one.name for one in written.territories}
        for index, one in enumerate(written.members):
            path = ("members", index)
            if times[one.user.casefold()] > 1:
                self.texts.refuse(
                    (*path, "user"), f"{one.user} is a member twice", "Keep one, with the weight of both."
                )
            for name in one.territories:
                if name not in known:
                    what = f"the pool has no territory {name}"
                    fix = f"Known: {', '.join(sorted(known)) or 'none'}."
                    self.texts.refuse((*path, "territories"), what, fix)
        served = {name for one in written.members for name in one.territories or known}
        for index, one in enumerate(written.territories):
            if one.name not in served:
                fix = "Add it to a member's territories."
                self.texts.refuse(("territories", index, "name"), f"nobody serves {one.name}", fix)


def _hours(name: str, one: HoursDefinition) -> Hours:
    spans = chain.from_iterable(hours(text) for text in one.open)
    return Hours(
        name=name,
        zone=ZoneInfo(one.zone),
        open=tuple(sorted(spans, key=lambda span: (span.first, span.last))),
        holidays=one.holidays or "",
        closed=tuple(Days.parse(text) for text in one.closed),
    )
