"""The SOAP API: what only SOAP can do (log-in by password, lead conversion, merge, undelete), and records beside it.

Operations on records go through the REST resources, from inside, so that both doors have one set of rules.
"""

from upbeat.localorg.soap.service import ADDRESSES

__all__ = ["ADDRESSES"]
