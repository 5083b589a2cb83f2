"""A model that reads labelled calls as it reads captured ones: beside the rules, covered, held against the talk."""

from decimal import Decimal

from upbeat.base import decode, encode
from upbeat.conversation import RULES, Conversation, Reading, Terms
from upbeat.conversation.reading_by_model import extraction, merged, read_answers
from upbeat.conversation.redaction import COMPANY, Covers
from upbeat.llm import AS_DATA, Answer, Model, Question
from upbeat.workflows import AllowedModel


class ByModel:
    """One allowed model as an extractor. It counts what it asked, and what that may have cost at the most."""

    def __init__(self, name: str, allowed: AllowedModel, model: Model) -> None:
        """Read with this model, as upbeat.yaml allows it."""
        self.name = name
        self.currency = allowed.currency
        self.calls = 0
        self.cost = Decimal(0)
        self.unheard: list[str] = []
        """Why there was no answer, for each call that had none."""
        self._allowed = allowed
        self._model = model

    def read(self, conversation: Conversation, terms: Terms) -> Reading:
        """Give what rules find and the model adds; where it gives no answer, what rules find."""
        rules, question = RULES.read(conversation, terms), extraction(conversation, terms)
        if question is None:
            return rules
        covers = self._covers(conversation, terms)
        given = {name: covers.cover(text) for name, text in question.given.items()}
        asked = Question(f"{question.instruction}\n\n{AS_DATA}", given, question.schema, question.form)
        answers = list[dict[str, object]]()
        for _ in range(self._allowed.samples):
            self.calls += 1
            self.cost += self._allowed.cost_of(sum(map(len, given.values())))
            found = self._model.ask(asked)
            if isinstance(found, Answer):
                answers.append(covers.uncover_all(decode(encode(found.value))))
            else:
                self.unheard.append(found.why)
        return merged(rules, read_answers(answers, conversation, terms, self.name, rules, None)) if answers else rules

    def _covers(self, talk: Conversation, terms: Terms) -> Covers:
        if not self._allowed.redacts:
            return Covers({})
        companies = filter(None, (terms.account, *(one.company for one in talk.parties)))
        return Covers(dict.fromkeys(companies, COMPANY), talk.called)
