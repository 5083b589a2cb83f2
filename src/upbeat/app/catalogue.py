"""What definitions are compiled against, asked of the org: the objects that the files and published workflows name."""

from typing import Final

from upbeat.salesforce import Reader
from upbeat.schema import as_written
from upbeat.steps import SPECS
from upbeat.timeline import SIGNALS
from upbeat.workflows import RELATIONS, Catalogue, Definitions

_ALWAYS: Final = (  # objects whose describe is read whatever the workflows name: people, and what their paths lead to
    "Account",
    "Contact",
    "Group",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "OpportunityFieldHistory",
    "OpportunityHistory",
    "Task",
    "User",
)


def read_catalogue(files: Definitions, named: set[str], reader: Reader, time_zone: str) -> Catalogue:
    """Ask the org for all that these files lead to, and these objects among it."""
    written = {flow.trigger.object for flow in files.workflows}
    of_tools = {one.object for tool in files.tools.tools.values() for one in tool.writes}
    logged = {*RELATIONS, *RELATIONS.values()} if RELATIONS.keys() & (written | named) else set[str]()
    granted = {one.partition(".")[0] for agent in files.agents.values() for one in (*agent.reads, *agent.writes)}
    perhaps = (of_tools | logged | granted | files.fields.objects()) - {*_ALWAYS}
    there = perhaps.intersection(reader.objects()) if perhaps else set[str]()
    schema = as_written(reader.schema(sorted({*_ALWAYS, *written, *named, *there})))
    return Catalogue(schema, SPECS, SIGNALS, time_zone=time_zone)
