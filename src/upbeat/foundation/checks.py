"""A check is a conversation: it asks, the org answers, it judges.

```python
def _look(ground: Ground) -> Look:
    answer = yield from ask(Question(Way.COUNT, "SELECT COUNT() FROM Contact WHERE AccountId = NULL"))
    if answer.denied:
        return Found(unseen=(Unseen("Contact", "AccountId", answer.denied),))
    ...
    return Found(findings, measures)
```

What it asks may depend on what it was told; what it asks first is known, and counted, before anything is spent.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from upbeat.foundation.findings import Found
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question

Look = Generator[Sequence[Question], Sequence[Answer], Found]


def _nothing_more(_ground: Ground) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that an audit looks at.

    `name` is what people call it, and stays; `title` says in words what it looks at. `more` is the most API calls
    that its later questions take, beyond those of the first.
    """

    name: str
    title: str
    look: Callable[[Ground], Look]
    more: Callable[[Ground], int] = _nothing_more


def ask(question: Question) -> Generator[Sequence[Question], Sequence[Answer], Answer]:
    """Put one question and give its answer; a look says `answer = yield from` before it."""
    (answer,) = yield (question,)
    return answer
