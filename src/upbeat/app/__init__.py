"""Settings and wiring: a workspace's folder becomes an opened house."""

from upbeat.app.approvers import Left, Lending, Lent, connect_approver, disconnect_approver
from upbeat.app.code import code_version
from upbeat.app.connecting import ByConsent, ByKey, BySecret, Connected, LogIn, Wish, connect
from upbeat.app.connecting_messages import (
    MailConnected,
    MessagesWish,
    SlackConnected,
    connect_mail,
    connect_slack,
)
from upbeat.app.disconnecting import Disconnected, disconnect
from upbeat.app.finding import DEMO, SETTINGS, NoWorkspaceError, find_workspace
from upbeat.app.folder import (
    add_template,
    connect_local,
    copy_definitions,
    keep_secret,
    name_people,
    set_examples_aside,
)
from upbeat.app.process import collect_rarely, configure_logs
from upbeat.app.serving import Serving
from upbeat.app.vault import Vault
from upbeat.app.workspace import Workspace

__all__ = [
    "DEMO",
    "SETTINGS",
    "ByConsent",
    "ByKey",
    "BySecret",
    "Connected",
    "Disconnected",
    "Left",
    "Lending",
    "Lent",
    "LogIn",
    "MailConnected",
    "MessagesWish",
    "NoWorkspaceError",
    "Serving",
    "SlackConnected",
    "Vault",
    "Wish",
    "Workspace",
    "add_template",
    "code_version",
    "collect_rarely",
    "configure_logs",
    "connect",
    "connect_approver",
    "connect_local",
    "connect_mail",
    "connect_slack",
    "copy_definitions",
    "disconnect",
    "disconnect_approver",
    "find_workspace",
    "keep_secret",
    "name_people",
    "set_examples_aside",
]
