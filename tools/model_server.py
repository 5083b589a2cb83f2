"""A real server on this machine that speaks the chat completions API and answers as it is told: for tests.

It is a `ProviderServer` with these answers; how it cuts off, hangs up and drips stands there.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from provider_server import Answer

Reads = Callable[[dict[str, Any]], str]  # what the model makes of what it is shown: `kinds` and `text`


def answers(reads: Reads) -> Answer:
    """Answer each call that is one of the API, and asks for a form, with what a model makes of it."""

    def answer(handler: Any, asked: Any) -> None:
        call = json.loads(asked.body)
        if asked.path != "/v1/chat/completions" or call["response_format"]["type"] != "json_schema":
            handler.say(404, b'{"error": {"message": "no such call"}}')
            return
        content = reads(json.loads(call["messages"][-1]["content"]))
        message = {"role": "assistant", "content": content}
        handler.say(200, json.dumps({"choices": [{"index": 0, "message": message}]}).encode())

    return answer


def says(kind: str, quote: str, confidence: Any = 0.95) -> Answer:
    """Answer in the form that is asked for."""
    return words(json.dumps({"kind": kind, "quote": quote, "confidence": confidence}))


def words(content: str) -> Answer:
    """Answer with these words, whatever form is asked for."""
    return answers(lambda _: content)


def obeys(shown: dict[str, Any]) -> str:
    """Do what the text says, as a model that is taken in would: answer with all that stands behind 'answer '."""
    return shown["text"].partition("answer ")[2]


def later(seconds: float, answer: Answer) -> Answer:
    """Answer so, later."""

    def wait(handler: Any, asked: Any) -> None:
        time.sleep(seconds)
        answer(handler, asked)

    return wait
