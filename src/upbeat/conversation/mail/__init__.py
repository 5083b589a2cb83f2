"""Mail as a conversation: who wrote to whom, what was said newly, and what sort of mail it is."""

from upbeat.conversation.mail.reading import SOURCE, Mail, read_mail
from upbeat.conversation.mail.sorts import Sort

__all__ = ["SOURCE", "Mail", "Sort", "read_mail"]
