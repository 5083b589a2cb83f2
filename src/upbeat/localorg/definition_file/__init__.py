"""What an org is made of, as YAML that an admin reads and writes: applied to an org, and written from one."""

from upbeat.localorg.definition_file.applying import Applied, apply
from upbeat.localorg.definition_file.model import FILE, OrgDefinition
from upbeat.localorg.definition_file.reading import files_of, load, read_texts
from upbeat.localorg.definition_file.source import sources
from upbeat.localorg.definition_file.writing import write

__all__ = ["FILE", "Applied", "OrgDefinition", "apply", "files_of", "load", "read_texts", "sources", "write"]
