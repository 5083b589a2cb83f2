"""People as an admin adds them: users, and queues that own records in their place."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from upbeat.localorg.problems import OrgError
from upbeat.localorg.storage import Storage

Make = Callable[[str, Mapping[str, Any]], str]


class People:
    """The users and queues of an org; `make` creates a record and gives its id, or raises OrgError."""

    def __init__(self, storage: Storage, make: Make) -> None:
        """Look among the records of this storage."""
        self._storage = storage
        self._make = make

    def user(self, username: str, profile: str, time_zone: str, fields: Mapping[str, Any]) -> str:
        """Give the id of the active user of that name, who is created with these fields where there is none."""
        found = self._storage.find("User", "Username", [username], ["Id"])
        if found:
            return str(found[0]["Id"])
        profiles = self._storage.find("Profile", "Name", [profile], ["Id"])
        if not profiles:
            raise OrgError(f"there is no profile {profile}", fix="Use Standard User or System Administrator.")
        row: dict[str, Any] = {
            "Username": username,
            "Email": username,
            "Alias": username[:8],
            "ProfileId": profiles[0]["Id"],
            "IsActive": True,
            "EmailEncodingKey": "UTF-8",
            "LanguageLocaleKey": "en_US",
            "LocaleSidKey": "en_US",
            "TimeZoneSidKey": time_zone,
        }
        return self._make("User", {**row, **fields})

    def queue(self, name: str, objects: Iterable[str], members: Iterable[str]) -> str:
        """Give the id of the queue of that name, which is made for these objects and users where there is none."""
        found = [row for row in self._storage.find("Group", "Name", [name], ["Id", "Type"]) if row["Type"] == "Queue"]
        if found:
            return str(found[0]["Id"])
        key = self._make("Group", {"Name": name, "DeveloperName": name.replace(" ", "_"), "Type": "Queue"})
        for one in objects:
            self._make("QueueSobject", {"QueueId": key, "SobjectType": one})
        for member in members:
            self._make("GroupMember", {"GroupId": key, "UserOrGroupId": member})
        return key
