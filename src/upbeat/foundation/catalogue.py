"""Every check of an audit, in the order in which they are asked."""

from upbeat.foundation import (
    amounts,
    close_dates,
    contacts,
    duplicates,
    fill,
    forecast_conditions,
    forecast_mapping,
    incomplete,
    lookalikes,
    next_steps,
    push_counts,
    roles,
    shared_ids,
    silos,
    stale_stages,
    write_rules,
    writers,
)
from upbeat.foundation.checks import Check

CHECKS: tuple[Check, ...] = (
    *contacts.CHECKS,
    *close_dates.CHECKS,
    *amounts.CHECKS,
    *stale_stages.CHECKS,
    *fill.CHECKS,
    *next_steps.CHECKS,
    *roles.CHECKS,
    *push_counts.CHECKS,
    *forecast_mapping.CHECKS,
    *forecast_conditions.CHECKS,
    *incomplete.CHECKS,
    *duplicates.CHECKS,
    *lookalikes.CHECKS,
    *writers.CHECKS,
    *write_rules.CHECKS,
    *silos.CHECKS,
    *shared_ids.CHECKS,
)
