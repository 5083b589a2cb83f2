"""Contacts below no account."""

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.contacts import WITHOUT_ACCOUNT

LOOSE = [{"Id": "003000000000001AAA", "Name": "Ada Brook", "Email": "ada@brook.example"}]
SOME = {"COUNT() FROM Contact WHERE": 1, "COUNT() FROM Contact": 40, "SELECT Id": LOOSE}


def test_each_contact_below_no_account_is_named() -> None:
    found = held(WITHOUT_ACCOUNT, an_org(), SOME)
    [one] = found.findings
    assert (one.count, one.of, one.records[0].name) == (1, 40, "Ada Brook")
    assert found.measures[0].percent == 97.5


def test_an_org_whose_contacts_all_have_an_account_has_nothing_to_fix() -> None:
    found = held(WITHOUT_ACCOUNT, an_org(), SOME | {"COUNT() FROM Contact WHERE": 0})
    assert found.findings == ()
    assert found.measures[0].percent == 100


def test_an_org_without_contacts_has_nothing_to_measure() -> None:
    assert held(WITHOUT_ACCOUNT, an_org(), {"COUNT()": 0}).measures[0].percent is None


@pytest.mark.parametrize("ground", [without(an_org(), "Contact", "AccountId"), without(an_org(), "Contact"), an_org()])
def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it(ground: Ground) -> None:
    denied = held(WITHOUT_ACCOUNT, ground, {"COUNT()": "insufficient access"})
    assert (denied.findings, denied.measures) == ((), ())
    assert denied.unseen[0].field == "AccountId"
