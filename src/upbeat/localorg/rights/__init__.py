"""What a user may see and do: permission sets, field-level security and sharing, kept as the org's own records.

`grants` are values, `places` says where an object's permissions come from, `sharing` which rows a user reaches.
`reading` makes values of records and `granting` records of values. `reach` is one user's part of the org, which
`describing` tells, and `gate` stands before the save path.
"""

from upbeat.localorg.rights.describing import described, listed
from upbeat.localorg.rights.gate import Gate, not_to_delete
from upbeat.localorg.rights.granting import READING, WRITING, every_field
from upbeat.localorg.rights.grants import Can
from upbeat.localorg.rights.record_access import RECORD_ACCESS, record_access
from upbeat.localorg.rights.room import WELCOMING, OrgRights
from upbeat.localorg.rights.sharing import Level, SharingModel, models_of

__all__ = [
    "READING",
    "RECORD_ACCESS",
    "WELCOMING",
    "WRITING",
    "Can",
    "Gate",
    "Level",
    "OrgRights",
    "SharingModel",
    "described",
    "every_field",
    "listed",
    "models_of",
    "not_to_delete",
    "record_access",
]
