"""Whom a task, a meeting and a mail are related to, and what of a mail may still be changed."""

from typing import Any

import pytest

from upbeat.localorg import LocalOrg


def _made(org: LocalOrg, user: str, name: str, **values: Any) -> str:
    (saved,) = org.create(name, [values], user)
    assert saved.errors == ()
    return saved.id


def _related(org: LocalOrg, user: str, task: str) -> set[tuple[str, bool]]:
    found = org.query(f"SELECT RelationId, IsWhat FROM TaskRelation WHERE TaskId = '{task}'", user)
    return {(row["RelationId"], row["IsWhat"]) for row in found}


@pytest.fixture
def people(org: LocalOrg, ana: str) -> tuple[str, str, str]:
    """Give an account, and two contacts of it."""
    account = _made(org, ana, "Account", Name="Havelund Fresh")
    contacts = [_made(org, ana, "Contact", LastName=one, AccountId=account) for one in ("Aasheim", "Bellweather")]
    return account, contacts[0], contacts[1]


def test_a_task_is_related_to_the_person_and_the_record_that_it_names(
    org: LocalOrg, ana: str, people: tuple[str, str, str]
) -> None:
    account, first, second = people
    task = _made(org, ana, "Task", Subject="Call", WhoId=first, WhatId=account)
    assert _related(org, ana, task) == {(first, False), (account, True)}
    org.update("Task", [{"Id": task, "WhoId": second}], ana)
    assert _related(org, ana, task) == {(second, False), (account, True)}


def test_a_task_takes_a_further_person_once(org: LocalOrg, ana: str, people: tuple[str, str, str]) -> None:
    account, first, second = people
    task = _made(org, ana, "Task", Subject="Call", WhoId=first)
    made = _made(org, ana, "TaskRelation", TaskId=task, RelationId=second)
    assert org.record("TaskRelation", made)["AccountId"] == account
    (again,) = org.create("TaskRelation", [{"TaskId": task, "RelationId": second}], ana)
    assert again.errors[0].code == "DUPLICATE_VALUE"
    org.delete([task], ana)
    assert _related(org, ana, task) == set()


def test_a_mail_that_was_sent_stays_as_it_is_but_for_who_may_see_it(
    org: LocalOrg, ana: str, people: tuple[str, str, str]
) -> None:
    mail = _made(org, ana, "EmailMessage", Subject="Trailers", Status="3")
    (moved,) = org.update("EmailMessage", [{"Id": mail, "RelatedToId": people[0]}], ana)
    assert moved.errors[0].code == "INSUFFICIENT_ACCESS_OR_READONLY"
    (shown,) = org.update("EmailMessage", [{"Id": mail, "IsExternallyVisible": True}], ana)
    assert shown.errors == ()
    draft = _made(org, ana, "EmailMessage", Subject="Trailers", Status="5")
    (changed,) = org.update("EmailMessage", [{"Id": draft, "RelatedToId": people[0]}], ana)
    assert changed.errors == ()
    new = _made(org, ana, "EmailMessage", Subject="Trailers", Status="0", Incoming=True)
    (read,) = org.update("EmailMessage", [{"Id": new, "Status": "1"}], ana)
    assert read.errors == ()
