"""The client of one Salesforce org, real or local: sessions, reads, limits. `salesforce.write` alone changes records.

```python
session = Session(ClientCredentials(login_url, client_id, client_secret), clock=SystemClock())
leads = Reader(session).query("SELECT Id, Company FROM Lead WHERE Id IN :ids", {"ids": ids})
```
"""

from upbeat.salesforce.authorizing import Try
from upbeat.salesforce.budget import RESERVE, Budget, Lines, as_work, at_most, on_account
from upbeat.salesforce.bulk import NotTaken
from upbeat.salesforce.changes import Change, ChangeType, Gap
from upbeat.salesforce.consent import PORT, ask_for_consent, callback
from upbeat.salesforce.credentials import ClientCredentials, Credentials, JwtBearer, Kept, WebServer
from upbeat.salesforce.errors import (
    CallsSpent,
    Cause,
    Fault,
    LimitReached,
    Rejected,
    Result,
    Retryable,
    SalesforceError,
    SessionDead,
    Unanswered,
)
from upbeat.salesforce.jobs import JobLate, Watch
from upbeat.salesforce.limits import Usage
from upbeat.salesforce.listen import Listener
from upbeat.salesforce.login import API_VERSION
from upbeat.salesforce.read import Changed, Organization, Reader
from upbeat.salesforce.retries import Retries
from upbeat.salesforce.session import LONGEST_URL, Identity, Session
from upbeat.salesforce.subscribe import ALL_EVENTS, PUBSUB, Batch, Expired, Subscriber
from upbeat.salesforce.visitor import Visitor, begin_visit, visitor
from upbeat.web import is_loopback

__all__ = [
    "ALL_EVENTS",
    "API_VERSION",
    "LONGEST_URL",
    "PORT",
    "PUBSUB",
    "RESERVE",
    "Batch",
    "Budget",
    "CallsSpent",
    "Cause",
    "Change",
    "ChangeType",
    "Changed",
    "ClientCredentials",
    "Credentials",
    "Expired",
    "Fault",
    "Gap",
    "Identity",
    "JobLate",
    "JwtBearer",
    "Kept",
    "LimitReached",
    "Lines",
    "Listener",
    "NotTaken",
    "Organization",
    "Reader",
    "Rejected",
    "Result",
    "Retries",
    "Retryable",
    "SalesforceError",
    "Session",
    "SessionDead",
    "Subscriber",
    "Try",
    "Unanswered",
    "Usage",
    "Visitor",
    "Watch",
    "WebServer",
    "as_work",
    "ask_for_consent",
    "at_most",
    "begin_visit",
    "callback",
    "is_loopback",
    "on_account",
    "visitor",
]
