"""What users write, and what it means: YAML ↔ definitions and policy, checks, the register, shipped playbooks.

`load` reads a workspace's files; `check` says all that is wrong with them, against catalogues that it takes as values;
`compile_workflow` gives the form that runs. Nothing here runs anything or touches a database.
"""

from upbeat.base.files import DefinitionError, Problem, Severity
from upbeat.workflows.arguments import compiled_in
from upbeat.workflows.capture_file import (
    Capture,
    CaptureSource,
    Consent,
    FolderSource,
    ImapSource,
    SignalKind,
    SignalMap,
    WebhookSource,
)
from upbeat.workflows.catalogue import Catalogue, FunctionSpec, Kind, Parameter, Person
from upbeat.workflows.checks import check, unsent
from upbeat.workflows.columns import Cell, Column
from upbeat.workflows.compiler import compile_workflow
from upbeat.workflows.conflicts import Clash, Conflict, conflicts, interrupts
from upbeat.workflows.definition import Agent, Definition, Limits, OutcomeDefinition, StillTrue
from upbeat.workflows.differences import Difference, differences
from upbeat.workflows.effects import created
from upbeat.workflows.field_map import FieldMap
from upbeat.workflows.files import PLAYBOOKS, Definitions, load, load_capture, load_settings
from upbeat.workflows.filled_form import with_form
from upbeat.workflows.filling import Fill, filled, listed
from upbeat.workflows.findings import FOUND, Questions
from upbeat.workflows.fits import doubtful, misfit
from upbeat.workflows.form import FormField, Takes, form, step_at
from upbeat.workflows.json_schema import FILES, json_schema
from upbeat.workflows.merging import Clash as EditClash
from upbeat.workflows.merging import Merged, merged
from upbeat.workflows.message_checks import check_messages
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.model_checks import check_models
from upbeat.workflows.model_settings import AllowedModel, Models, Task
from upbeat.workflows.permissions import EVERYBODY, OVER_ALL, Permission, named_by, permissions, takes_live
from upbeat.workflows.policy import Policy, Promotion
from upbeat.workflows.pool import (
    Criterion,
    Doubles,
    Holding,
    Hours,
    IfAway,
    Keeper,
    Keeps,
    MatchBy,
    Matching,
    Member,
    Pool,
    Prefer,
    Promise,
    Pull,
    Skill,
    Territory,
    Work,
)
from upbeat.workflows.pool_compiler import compile_pool
from upbeat.workflows.pool_file import PoolDefinition
from upbeat.workflows.pool_sheets import sheets, with_sheet
from upbeat.workflows.pool_words import Cap, Days, Numbers, Open, PostalCodes, plain_code
from upbeat.workflows.provider import Given, Http, Key, Provider, Table, asked_with, compared
from upbeat.workflows.register import ActionLine, Row, RuleLine, ThresholdLine, register
from upbeat.workflows.rule import Rule, Written
from upbeat.workflows.rulings import Act, Alerts, Cost, Foundation, Triggers
from upbeat.workflows.settings import Connection, Console, Mail, OrgSettings, Settings, Slack
from upbeat.workflows.templates import TEMPLATES, Template, templates
from upbeat.workflows.texts import no_condition, not_given
from upbeat.workflows.times import Schedule, duration, duration_words, schedule
from upbeat.workflows.tool_checks import MADE_BY_EACH
from upbeat.workflows.tool_register import Tool, ToolKind, ToolRegister
from upbeat.workflows.version import (
    POLICY,
    FileKind,
    Named,
    content_of,
    gathered,
    named,
    placed,
    restore,
    restore_file,
    version_of,
)
from upbeat.workflows.workflow import ACTIVITIES, RELATIONS, Outcome, Step, Workflow

__all__ = [
    "ACTIVITIES",
    "EVERYBODY",
    "FILES",
    "FOUND",
    "MADE_BY_EACH",
    "OVER_ALL",
    "PLAYBOOKS",
    "POLICY",
    "RELATIONS",
    "TEMPLATES",
    "Act",
    "ActionLine",
    "Agent",
    "Alerts",
    "AllowedModel",
    "Cap",
    "Capture",
    "CaptureSource",
    "Catalogue",
    "Cell",
    "Clash",
    "Column",
    "Conflict",
    "Connection",
    "Consent",
    "Console",
    "Cost",
    "Criterion",
    "Days",
    "Definition",
    "DefinitionError",
    "Definitions",
    "Difference",
    "Doubles",
    "EditClash",
    "FieldMap",
    "FileKind",
    "Fill",
    "FolderSource",
    "FormField",
    "Foundation",
    "FunctionSpec",
    "Given",
    "Holding",
    "Hours",
    "Http",
    "IfAway",
    "ImapSource",
    "Keeper",
    "Keeps",
    "Key",
    "Kind",
    "Limits",
    "Mail",
    "MatchBy",
    "Matching",
    "Member",
    "Merged",
    "Methodology",
    "Models",
    "Named",
    "Numbers",
    "Open",
    "OrgSettings",
    "Outcome",
    "OutcomeDefinition",
    "Parameter",
    "Permission",
    "Person",
    "Policy",
    "Pool",
    "PoolDefinition",
    "PostalCodes",
    "Prefer",
    "Problem",
    "Promise",
    "Promotion",
    "Provider",
    "Pull",
    "Questions",
    "Row",
    "Rule",
    "RuleLine",
    "Schedule",
    "Settings",
    "Severity",
    "SignalKind",
    "SignalMap",
    "Skill",
    "Slack",
    "Step",
    "StillTrue",
    "Table",
    "Takes",
    "Task",
    "Template",
    "Territory",
    "ThresholdLine",
    "Tool",
    "ToolKind",
    "ToolRegister",
    "Triggers",
    "WebhookSource",
    "Work",
    "Workflow",
    "Written",
    "asked_with",
    "check",
    "check_messages",
    "check_models",
    "compared",
    "compile_pool",
    "compile_workflow",
    "compiled_in",
    "conflicts",
    "content_of",
    "created",
    "differences",
    "doubtful",
    "duration",
    "duration_words",
    "filled",
    "form",
    "gathered",
    "interrupts",
    "json_schema",
    "listed",
    "load",
    "load_capture",
    "load_settings",
    "merged",
    "misfit",
    "named",
    "named_by",
    "no_condition",
    "not_given",
    "permissions",
    "placed",
    "plain_code",
    "register",
    "restore",
    "restore_file",
    "schedule",
    "sheets",
    "step_at",
    "takes_live",
    "templates",
    "unsent",
    "version_of",
    "with_form",
    "with_sheet",
]
