"""A methodology as a user writes it, `methodologies/<name>.yaml`: what a deal must answer, and where it is kept."""

from typing import Annotated

from pydantic import Field

from upbeat.base.files import ApiName, FileModel, Model, Name, Sentence, Username, Word


class Element(Model):
    """One question that a deal must answer."""

    title: Sentence
    """What people call it: Economic Buyer."""
    means: Sentence
    """What is asked, as one would tell a new colleague: whoever reads talk for it goes by these words."""
    field: ApiName
    """The field of `object` that has the answer: `Economic_Buyer__c`."""
    examples: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """How customers say it."""


class Methodology(FileModel):
    """What must be known of a deal: MEDDIC, MEDDPICC, or your own."""

    methodology: Name
    """The methodology's name, and its file's."""
    title: Sentence
    """What people call it."""
    owner: Username
    """The active user who answers for it."""
    object: ApiName = "Opportunity"
    """The object whose fields have the answers."""
    elements: Annotated[dict[Word, Element], Field(min_length=1)]
    """The questions, by the names that findings have: the rules know the eight of MEDDPICC, a model any."""
    competitors: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """Names of competitors that talk is searched for, beside those that it calls so itself."""
    products: Annotated[tuple[Sentence, ...], Field(strict=False)] = ()
    """Names of what you sell: asking for another one is a signal of expansion."""
