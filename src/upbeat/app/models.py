"""The models of a workspace: those that upbeat.yaml allows, with their keys."""

from upbeat.app.secrets import named_secret
from upbeat.base import Clock
from upbeat.llm import Endpoint, Model
from upbeat.llm.opening import open_model
from upbeat.workflows import Settings


class OpenModels:
    """Opens each model once."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._clock = clock
        self._open: dict[str, Model] = {}

    def __call__(self, name: str) -> Model:
        """Give an allowed model by its name. Raises UpbeatError where its key is not there."""
        if name not in self._open:
            one = self._settings.models.allow[name]
            keyed = one.secret_env is not None or one.secret_file is not None
            secret = named_secret(self._settings, one, f"the key of the model {name}") if keyed else ""
            self._open[name] = open_model(Endpoint(one.url, one.model, secret, one.timeout, one.speaks), self._clock)
        return self._open[name]
