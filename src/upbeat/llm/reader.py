"""A model of any provider that pydantic-ai speaks with, asked once a question and bounded as every call of ours is.

Of that library nothing is used but how a request is put to a provider and its answer read. There is no agent, no tool,
no streaming and no trace, and nothing is repeated below our own rows. Importing it takes seconds, so this module is
imported when a model is first opened.
"""

import asyncio
from typing import Final

import msgspec
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, TextPart, UserPromptPart
from pydantic_ai.models import Model as Spoken
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import OutputObjectDefinition, StructuredOutputMode
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from upbeat.base import Clock, decode, encode, retry_after_seconds
from upbeat.llm.port import Answer, Endpoint, Form, NoAnswer, Question, Speaks
from upbeat.web import Lent

LARGEST: Final = 400_000  # bytes of an answer; all that was found in an hour of talk, each with its quote, is a tenth
_PASSES: Final = frozenset({408, 409, 425, 429})


class Reader:
    """One model of one server. Each call is by itself, and no connection is kept."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        """Connect to nothing; `clock` reads a Retry-After that is a date."""
        self._endpoint = endpoint
        self._clock = clock

    def ask(self, question: Question[Form]) -> Answer[Form] | NoAnswer:
        """Ask once; see the port for what it promises."""
        lent = Lent(self._endpoint.url, LARGEST, keyed=bool(self._endpoint.secret))
        try:
            said = asyncio.run(self._ask(question, lent))
        except TimeoutError:
            return NoAnswer(f"no whole answer within {self._endpoint.timeout.total_seconds():g} seconds", passes=True)
        except Exception:  # noqa: BLE001 - what a server answers breaks the libraries in ways of their own
            return self._unheard(lent)
        return _read(said, question)

    async def _ask(self, question: Question[Form], lent: Lent) -> ModelResponse:
        async with asyncio.timeout(self._endpoint.timeout.total_seconds()), lent.client:
            model = _spoken(self._endpoint, lent)
            told = ModelRequest([SystemPromptPart(question.instruction), UserPromptPart(encode(question.given))])
            return await model_request(
                model, [told], model_request_parameters=_by_schema(model, question), instrument=False
            )

    def _unheard(self, lent: Lent) -> NoAnswer:
        if lent.unheard is not None:
            return NoAnswer(lent.unheard.what, lent.unheard.passes)
        if lent.status == 0:
            return NoAnswer("it could not be reached", passes=True)
        if lent.status != 200:
            passes = lent.status in _PASSES or lent.status >= 500
            after = retry_after_seconds(lent.retry_after, self._clock.now()) if passes else 0
            return NoAnswer(f"it answered {lent.status}", passes, after)
        return NoAnswer("its answer is cut off, or none that such a server gives", passes=True)


def _spoken(endpoint: Endpoint, lent: Lent) -> Spoken:
    """Give the model with a client that neither repeats nor goes elsewhere."""
    url, key = endpoint.url.rstrip("/"), endpoint.secret or "none"  # which does not leave: the libraries want one
    if endpoint.speaks is Speaks.ANTHROPIC:
        of_anthropic = AsyncAnthropic(base_url=url, api_key=key, max_retries=0, http_client=lent.client)
        return AnthropicModel(endpoint.model, provider=AnthropicProvider(anthropic_client=of_anthropic))
    of_openai = AsyncOpenAI(base_url=url, api_key=key, max_retries=0, http_client=lent.client)
    provider = OpenAICompatibleProvider("of-the-workspace", openai_client=of_openai)
    return OpenAIChatModel(endpoint.model, provider=provider)


def _by_schema(model: Spoken, question: Question[Form]) -> ModelRequestParameters:
    """Ask for JSON by the schema, held by the server where it can do that, else told in the instruction."""
    held = model.profile.get("supports_json_schema_output", False)
    mode: StructuredOutputMode = "native" if held else "prompted"
    form = OutputObjectDefinition(json_schema=dict(question.schema), name=question.form.__name__.lower(), strict=held)
    return ModelRequestParameters(output_mode=mode, output_object=form, allow_text_output=False)


def _read(said: ModelResponse, question: Question[Form]) -> Answer[Form] | NoAnswer:
    if any(not isinstance(one, TextPart) for one in said.parts if one.part_kind != "thinking"):
        return NoAnswer("it wants to do something, and may only answer", passes=False)
    content = "".join(one.content for one in said.parts if isinstance(one, TextPart)).strip()
    if not content:
        return NoAnswer("it refuses to answer", passes=False)
    if said.finish_reason == "length":
        return NoAnswer("its answer is longer than it may speak", passes=False)
    try:
        value = decode(content, question.form)
    except msgspec.DecodeError:
        return NoAnswer("its answer is not in the form that was asked for", passes=False)
    return Answer(value, said.usage.input_tokens, said.usage.output_tokens)
