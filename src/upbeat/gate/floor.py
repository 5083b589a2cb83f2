"""The floor: what no policy goes below, whatever its file says (laws 4, 6 and 8)."""

from collections.abc import Mapping

from upbeat.domain import Effect, Tier

FLOOR: Mapping[Effect, Tier] = {  # an effect that is not named here may be auto
    Effect.COMMIT: Tier.APPROVAL,
    Effect.CLOSED_WON: Tier.APPROVAL,
    Effect.ACCOUNT_OWNER: Tier.APPROVAL,
    Effect.PRICE: Tier.APPROVAL,
    Effect.MERGE: Tier.APPROVAL,
    Effect.CONVERT: Tier.APPROVAL,
    Effect.MESSAGE: Tier.REVIEW,
    Effect.STAGE: Tier.REVIEW,  # approval where a late stage begins: `Policy.late_from`
}

OF_THE_TAKEN: Mapping[Effect, Tier] = {  # once somebody has accepted or touched the record that the write is to
    Effect.LEAD_OWNER: Tier.REVIEW,
}

OF_A_MODEL = frozenset({Effect.FIELD, Effect.LOG, Effect.CREATE, Effect.CREATE_TASK, Effect.NOTICE})
"""What a model's value may do by itself, where policy says auto: everything else it does, a person reviews."""
