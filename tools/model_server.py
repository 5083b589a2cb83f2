"""A real server on this machine that speaks the APIs of models and answers as it is told: for tests.

It is a `ProviderServer` with these answers; how it cuts off, hangs up and drips stands there. It speaks chat
completions at /v1/chat/completions and Anthropic's messages at /v1/messages, and reads the user's message, a JSON text.
"""

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

from provider_server import Answer

Reads = Callable[[dict[str, Any]], str]  # what the model makes of what it is given


def answers(reads: Reads) -> Answer:
    """Answer each call that is one of the two APIs and asks for a form with what a model makes of it."""

    def answer(handler: Any, asked: Any) -> None:
        call = json.loads(asked.body)
        content = call["messages"][-1]["content"]
        given = json.loads(content if isinstance(content, str) else content[0]["text"])
        if asked.path == "/v1/chat/completions" and call["response_format"]["type"] == "json_schema":
            message = {"role": "assistant", "content": reads(given)}
            handler.say(200, json.dumps(_completion(call["model"], message)).encode())
        elif asked.path == "/v1/messages":
            part = {"type": "text", "text": reads(given)}
            handler.say(200, json.dumps(_message(call["model"], part)).encode())
        else:
            handler.say(404, b'{"error": {"message": "no such call"}}')

    return answer


def _completion(model: str, message: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
    head = {"id": "answer-1", "object": "chat.completion", "created": 1_769_850_000, "model": model}
    return head | {"choices": [choice], "usage": usage}


def _message(model: str, part: dict[str, Any]) -> dict[str, Any]:
    usage = {"input_tokens": 120, "output_tokens": 30}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": model}
    return head | {"content": [part], "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}


def says(kind: str, quote: str, confidence: Any = 0.95) -> Answer:
    """Answer of which kind a text is."""
    return words(json.dumps({"kind": kind, "quote": quote, "confidence": confidence}))


def words(content: str) -> Answer:
    """Answer with these words, whatever form is asked for."""
    return answers(lambda _: content)


def obeys(given: dict[str, Any]) -> str:
    """Do what the text says, as a model that is taken in would: answer with all that stands behind 'answer '."""
    return given["text"].partition("answer ")[2]


def tool_call(handler: Any, asked: Any) -> None:
    """Ask for a tool to be called, which nobody offered."""
    call = json.loads(asked.body)
    if asked.path == "/v1/messages":
        part = {"type": "tool_use", "id": "t1", "name": "update_record", "input": {}}
        handler.say(200, json.dumps(_message(call["model"], part)).encode())
        return
    tool = {"id": "t1", "type": "function", "function": {"name": "update_record", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [tool]}
    handler.say(200, json.dumps(_completion(call["model"], message)).encode())


def packed(handler: Any, _: Any) -> None:
    """Answer in a few bytes that unpack to very many."""
    handler.say(200, gzip.compress(b'{"choices": "' + b" " * 20_000_000), Content_Encoding="gzip")


def later(seconds: float, answer: Answer) -> Answer:
    """Answer so, later."""

    def wait(handler: Any, asked: Any) -> None:
        time.sleep(seconds)
        answer(handler, asked)

    return wait
