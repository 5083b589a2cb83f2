"""What an org may use, and what is left of it: `limits`, and `limits/recordCount`."""

from typing import Final

from upbeat.localorg import jobs
from upbeat.localorg.problems import NO_ACCESS, Refused
from upbeat.localorg.rest import Call, Reply

_UNUSED: Final = {
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250_000,
    "DailyDurableGenericStreamingApiEvents": 10_000,
    "DailyDurableStreamingApiEvents": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStandardVolumePlatformEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 390,
    "DataStorageMB": 5,
    "DurableStreamingApiConcurrentClients": 20,
    "FileStorageMB": 20,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5_000,
    "HourlyLongTermIdMapping": 100_000,
    "HourlyODataCallout": 1_000,
    "HourlyPublishedPlatformEvents": 50_000,
    "HourlyShortTermIdMapping": 100_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 50,
    "MassEmail": 10,
    "SingleEmail": 15,
    "StreamingApiConcurrentClients": 20,
}
"""Limits of a Developer Edition org of which nothing here is ever used (REST API guide, Limits)."""
_UNCOUNTED: Final = ("History", "Share", "Feed", "ChangeEvent")


def limits(call: Call) -> Reply:
    """`GET limits`."""
    access = call.org.access
    calls = {"DailyApiRequests": {"Max": access.allowed, "Remaining": access.allowed - access.used}}
    unused = {name: {"Max": most, "Remaining": most} for name, most in _UNUSED.items()}
    return Reply(200, dict(sorted((unused | calls | jobs.limits(call.org.jobs, call.org.clock.now())).items())))


def record_count(call: Call) -> Reply:
    """`GET limits/recordCount?sObjects=...`: of the objects named, or of all. Needs the right to view the set-up."""
    org = call.org
    if not org.rights.of(call.user_id).may("ViewSetup"):
        raise Refused(403, NO_ACCESS)
    asked = [name.strip() for name in call.query.get("sObjects", "").split(",") if name.strip()]
    named = [org.schema.object(name) for name in asked if org.schema.has(name)]
    kept = [one for one in (named if asked else org.schema) if one.key_prefix]  # without one, rows are worked out
    names = [one.name for one in kept if asked or not one.name.endswith(_UNCOUNTED)]
    counts = [
        {"count": org.answer(f"SELECT COUNT() FROM {name}", org.process_user).total, "name": name}  # noqa: S608 (the schema's)
        for name in dict.fromkeys(names)
    ]
    return Reply(200, {"sObjects": counts})
