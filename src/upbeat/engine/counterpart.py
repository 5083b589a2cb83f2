"""Whom questions go to, a source of facts or a model: what a call may take and cost, and what it is known by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from upbeat.workflows import AllowedModel, Provider, asked_with


@dataclass(frozen=True, slots=True)
class Calls:
    """What calls over HTTP may take: time, so many a day, so much money. `cost_of` a question is known before it."""

    timeout: timedelta
    keeps: timedelta  # how long an answer is used again
    per_day: int
    per_month: Decimal | None
    per_question: Decimal | None
    currency: str
    cost_of: Callable[[Mapping[str, str]], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """One of them. `known_by` is what makes the same words to another address, or by another mapping, another question.

    `to` is where a question goes, as the ledger says it. Without `calls` it is a table; what `leaves` this machine does
    so in monitor mode only where it says `in_monitor`.
    """

    name: str
    owner: str
    to: str
    known_by: Any
    wait: timedelta
    leaves: bool
    in_monitor: bool
    calls: Calls | None
    form: Callable[[str, str], str]  # a key's name and text → as it is asked with


def of_provider(provider: Provider) -> Counterpart:
    """Give a source of facts."""
    http, calls = provider.http, None
    if http is not None:
        cost = Decimal(http.cost)
        month = None if http.per_month is None else Decimal(http.per_month)
        calls = Calls(http.timeout, http.keeps, http.calls_per_day, month, None, http.currency, lambda _: cost)
    beside = {"calls_per_day", "cost", "currency", "keeps", "in_monitor", "per_month", "timeout"}
    return Counterpart(
        name=provider.provider,
        owner=provider.owner,
        to=provider.to,
        known_by=provider.model_dump(include={"provider", "takes", "http", "gives"}, exclude={"http": beside}),
        wait=provider.wait,
        leaves=provider.leaves,
        in_monitor=provider.in_monitor,
        calls=calls,
        form=lambda name, text: asked_with(provider.takes[name], text),
    )


def of_model(name: str, model: AllowedModel) -> Counterpart:
    """Give a model, whose calls cost by what it reads."""
    month = None if model.per_month is None else Decimal(model.per_month)
    item = None if model.per_item is None else Decimal(model.per_item) / model.samples
    return Counterpart(
        name=name,
        owner=model.owner,
        to=model.url,
        known_by=["model", name, model.speaks, model.url, model.model],
        wait=model.wait,
        leaves=True,
        in_monitor=model.in_monitor,
        calls=Calls(
            model.timeout,
            model.keeps,
            model.calls_per_day,
            month,
            item,
            model.currency,
            lambda sent: model.cost_of(sum(map(len, sent.values()))),
        ),
        form=lambda _name, text: text,
    )
