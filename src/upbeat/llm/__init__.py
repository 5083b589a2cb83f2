"""Models that read: a text goes out as data, a typed answer comes back, and nothing is done on it here.

A model has no tools and sees nothing but the question. `port` says what every adapter promises, `opening` opens one.
"""

from upbeat.llm.port import AS_DATA, Answer, Endpoint, Model, NoAnswer, Question, Speaks

__all__ = ["AS_DATA", "Answer", "Endpoint", "Model", "NoAnswer", "Question", "Speaks"]
