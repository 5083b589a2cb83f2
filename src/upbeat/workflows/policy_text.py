"""A policy's version is its content, as a workflow's is: the digest of what it says.

Comments, the order of keys, the way a text is quoted and what is written out although it is the default are no content.
The order of the rules is, as the first that asks the most is the one that is named.
"""

from upbeat.base import decode, encode
from upbeat.workflows.policy import Policy


def policy_content(policy: Policy) -> str:
    """Give the canonical JSON of a policy. What has its default is left out."""
    return encode(policy.model_dump(exclude_defaults=True))


def restore_policy(text: str) -> Policy:
    """Give back the policy that `policy_content` wrote, so that what it decided can be decided again."""
    return Policy.model_validate(decode(text))
