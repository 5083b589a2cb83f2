"""Models that read: a text goes out as data, a typed answer comes back, and nothing is done on it here.

A model has no tools and sees nothing but the question. `port` says what every adapter promises.
"""

from upbeat.llm.chat import Chat, Endpoint
from upbeat.llm.port import Answer, Model, NoAnswer, Question

__all__ = ["Answer", "Chat", "Endpoint", "Model", "NoAnswer", "Question"]
