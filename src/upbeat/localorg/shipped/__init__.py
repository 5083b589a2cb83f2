"""Objects that Upbeat ships: defined once, taken by a local org as they are, and by Salesforce as metadata source."""

from pathlib import Path
from typing import Final

CONVERSATIONS: Final = Path(__file__).parent / "conversations.yaml"
"""The definition of what conversations are kept in: Conversation__c and Conversation_Insight__c."""

__all__ = ["CONVERSATIONS"]
