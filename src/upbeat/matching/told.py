"""One record as far as it tells which company or person it is of, whatever its object calls the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from upbeat.matching import addresses, hosts, names, people, phones
from upbeat.matching.addresses import Address
from upbeat.matching.names import Name
from upbeat.matching.people import Person


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of an object say what; several for one thing stand in the order in which they are asked.

    A field may be a path, as SOQL names it: `Account.Name`. One that a record does not have says nothing.
    """

    company: tuple[str, ...] = ()
    website: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    postal_code: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    first_name: tuple[str, ...] = ()
    last_name: tuple[str, ...] = ()


LEAD: Final = Fields(
    company=("Company",),
    website=("Website",),
    email=("Email",),
    phone=("Phone", "MobilePhone"),
    street=("Street",),
    postal_code=("PostalCode",),
    city=("City",),
    state=("State", "StateCode"),
    country=("Country", "CountryCode"),
    first_name=("FirstName",),
    last_name=("LastName",),
)
ACCOUNT: Final = Fields(
    company=("Name",),
    website=("Website",),
    phone=("Phone",),
    street=("BillingStreet",),
    postal_code=("BillingPostalCode",),
    city=("BillingCity",),
    state=("BillingState", "BillingStateCode"),
    country=("BillingCountry", "BillingCountryCode"),
)
CONTACT: Final = Fields(
    company=("Account.Name",),
    website=("Account.Website",),
    email=("Email",),
    phone=("Phone", "MobilePhone"),
    street=("MailingStreet",),
    postal_code=("MailingPostalCode",),
    city=("MailingCity",),
    state=("MailingState",),
    country=("MailingCountry",),
    first_name=("FirstName",),
    last_name=("LastName",),
)


class Told:
    """What a record tells of its company and its person. Texts are as the record has them; the rest is read of them.

    What is read is read when it is first asked for: a million accounts are told faster than they are understood.
    """

    __slots__ = (
        "_address",
        "_host",
        "_name",
        "_phone",
        "city_text",
        "code_text",
        "company",
        "country_text",
        "email",
        "first_name",
        "last_name",
        "phone_text",
        "state_text",
        "street_text",
        "website",
    )

    def __init__(
        self,
        company: str = "",
        website: str = "",
        email: str = "",
        phone: str = "",
        street: str = "",
        postal_code: str = "",
        city: str = "",
        state: str = "",
        country: str = "",
        first_name: str = "",
        last_name: str = "",
    ) -> None:
        """Keep the texts; all may be empty."""
        self.company, self.website, self.email = company, website, email
        self.phone_text, self.street_text, self.code_text = phone, street, postal_code
        self.city_text, self.state_text, self.country_text = city, state, country
        self.first_name, self.last_name = first_name, last_name
        self._name: Name | None = None
        self._host: str | None = None
        self._phone: str | None = None
        self._address: Address | None = None

    @property
    def name(self) -> Name:
        """The company's name as it compares."""
        if self._name is None:
            self._name = names.read(self.company)
        return self._name

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words of the company's name in one spelling, as an index needs them."""
        return names.words(self.company) if self._name is None else self._name.words

    @property
    def form(self) -> str:
        """The legal form that the company's name ends or begins with: `gmbh`, or an empty text."""
        return self.name.form

    @property
    def host(self) -> str:
        """The registered domain of the website, else of the email address; empty for one that many share."""
        if self._host is None:
            self._host = hosts.domain(self.website) or hosts.domain(self.email)
        return self._host

    @property
    def phone(self) -> str:
        """The telephone number as it is called within its country."""
        if self._phone is None:
            self._phone = phones.read(self.phone_text) if self.phone_text else ""
        return self._phone

    @property
    def address(self) -> Address:
        """The postal address as it compares."""
        if self._address is None:
            self._address = addresses.read(
                self.street_text, self.code_text, self.city_text, self.state_text, self.country_text
            )
        return self._address

    @property
    def placed(self) -> bool:
        """Whether the record tells anything of an address."""
        return bool(self.street_text or self.city_text or self.code_text or self.state_text or self.country_text)

    @property
    def person(self) -> Person:
        """The person's name as it compares."""
        return people.read(self.first_name, self.last_name)


def told(record: Mapping[str, Any], of: Fields) -> Told:
    """Give what a record tells, by the fields that say what; other values than texts are read as texts."""
    return Told(
        _first(record, of.company),
        _first(record, of.website),
        _first(record, of.email),
        _first(record, of.phone),
        _first(record, of.street),
        _first(record, of.postal_code),
        _first(record, of.city),
        _first(record, of.state),
        _first(record, of.country),
        _first(record, of.first_name),
        _first(record, of.last_name),
    )


def _first(record: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    for field in fields:
        value = record.get(field)
        if value is None and "." in field:
            value = _along(record, field)
        if value:
            return value if isinstance(value, str) else str(value)
    return ""


def _along(record: Mapping[str, Any], path: str) -> Any:
    found: Any = record
    for part in path.split("."):
        found = cast("Mapping[str, Any]", found).get(part) if isinstance(found, Mapping) else None
    return found
