"""The models of a workspace: those that upbeat.yaml allows, with their keys."""

from upbeat.app.secrets import named_secret
from upbeat.base import Clock
from upbeat.llm import Chat, Endpoint
from upbeat.workflows import Settings


class OpenModels:
    """Opens each model once; `close` ends them all."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._clock = clock
        self._open: dict[str, Chat] = {}

    def __call__(self, name: str) -> Chat:
        """Give an allowed model by its name. Raises UpbeatError where its key is not there."""
        if name not in self._open:
            one = self._settings.models.allow[name]
            keyed = one.secret_env is not None or one.secret_file is not None
            secret = named_secret(self._settings, one, f"the key of the model {name}") if keyed else ""
            self._open[name] = Chat(Endpoint(one.url, one.model, secret, one.timeout), self._clock)
        return self._open[name]

    def close(self) -> None:
        """End every connection that stands open."""
        for one in self._open.values():
            one.close()
        self._open.clear()
