"""A model as one more source that is asked before the transaction: the same rows, the same budget, the same ledger.

What a call says in full stands among its keys, so that it is told in the ledger and known by its digest.
"""

from collections.abc import Mapping
from typing import Any, Final

from upbeat.base import UpbeatError, decode, encode
from upbeat.channels.enrich import Reply, Said
from upbeat.engine.parts import Parts
from upbeat.llm import Answer, Model, Question
from upbeat.workflows import AllowedModel, Given, Http, Key, Provider

INSTRUCTION: Final = (
    "Say of which kind the text is, by what its writer asks for. Answer with one of the kinds, or with an empty one "
    "where it is none of them; with the words of the text that say so, copied exactly and as few as prove it; and with "
    "how sure you are, from 0 to 1."
)


def provider_of(name: str, allowed: AllowedModel) -> Provider:
    """Give an allowed model as a source: what it is asked with, for how long, how often and for how much."""
    beside = ("timeout", "calls_per_day", "cost", "currency", "keeps", "in_monitor")
    http = Http(url=allowed.url, method="POST", body={"model": allowed.model})
    source = Provider(
        provider=name,
        title=f"The model {allowed.model}",
        owner=allowed.owner,
        takes=dict.fromkeys(("instruction", "kinds", "text"), Key.TEXT),
        http=http.model_copy(update={one: getattr(allowed, one) for one in beside}),
        gives={one: Given(at=one) for one in ("kind", "quote", "confidence")},
    )
    return source.model_copy(update={"wait": allowed.wait})


def keys_of(args: Mapping[str, Any]) -> Mapping[str, str]:
    """Give what a model is asked with, all that leaves this machine; nothing where there is no text to read."""
    text = str(args["text"] or "").strip()
    if not text:
        return {}
    kinds = {row["kind"]: row.get("cues", ()) for row in args["kinds"]}
    return {"instruction": INSTRUCTION, "kinds": encode(kinds), "text": text}


class Reading:
    """A model, asked as a source is; it is opened when it is asked first."""

    def __init__(self, model: Model) -> None:
        """Ask this one."""
        self._model = model

    def ask(self, keys: Mapping[str, str]) -> Reply:
        """Put the question that the keys hold; what cannot be answered later is for somebody to mend."""
        found = self._model.ask(Question(keys["instruction"], keys["text"], decode(keys["kinds"])))
        if isinstance(found, Answer):
            return Reply(Said.FOUND, {"kind": found.kind, "quote": found.quote, "confidence": found.confidence})
        return Reply(Said.LATER if found.passes else Said.REFUSED, why=found.why, after=found.after)

    def close(self) -> None:
        """Leave the model open: it is the workspace's."""


def open_reading(parts: Parts, name: str) -> Reading | Reply:
    """Give a model to ask, or why it cannot be asked at all: its key is not there."""
    try:
        return Reading(parts.open_model(name))
    except UpbeatError as error:
        return Reply(Said.REFUSED, why=error.what)
