"""The org's topics and their schemas, as the org is defined at the moment."""

from upbeat.localorg.org import LocalOrg
from upbeat.localorg.stream.refusals import no_schema, no_topic
from upbeat.localorg.stream.schemas import EventSchema
from upbeat.pubsub import event_name

ALL_EVENTS = "/data/ChangeEvents"


class Topics:
    """What can be subscribed to: every selected object's own topic, and the one of them all."""

    def __init__(self, org: LocalOrg) -> None:
        """Look at this org."""
        self._org = org
        self._of = org.schema
        self._by_object: dict[str, EventSchema] = {}
        self._by_id: dict[str, EventSchema] = {}

    def objects(self, topic: str, user_id: str) -> tuple[str, ...]:
        """Give the objects whose changes a topic tells a user, who sees all of their records.

        Events do not ask who may see which record, so Salesforce tells them to those who see all (Change Data Capture
        guide, Required Permissions for Receiving Change Events). Raises Refusal where there is no such topic.
        """
        reach = self._org.rights.reach(user_id)
        told = tuple(name for name in self._org.streamed if reach.sees_all(name))
        if topic == ALL_EVENTS and told:
            return told
        for name in told:
            if topic == f"/data/{event_name(name)}":
                return (name,)
        raise no_topic(self._org.id, topic)

    def schema(self, name: str) -> EventSchema:
        """Give the schema of an object's events; a new one once the object is defined anew."""
        if self._of is not self._org.schema:
            self._of, self._by_object = self._org.schema, {}
        found = self._by_object.get(name)
        if found is None:
            found = self._by_object[name] = EventSchema(self._of.object(name))
            self._by_id[found.id] = found
        return found

    def schema_by_id(self, schema_id: str) -> EventSchema:
        """Give the schema that an event names. Raises Refusal where there is none."""
        if schema_id not in self._by_id:
            for name in self._org.streamed:
                self.schema(name)
        found = self._by_id.get(schema_id)
        if found is None:
            raise no_schema(schema_id)
        return found
