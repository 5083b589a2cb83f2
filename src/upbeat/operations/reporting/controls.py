"""The control-evidence map: what an auditor asks about, where it is held, and which command shows it.

The criteria are named by their ids in the AICPA's Trust Services Criteria of 2017 with the points of focus revised in
2022 (TSP section 100); what they ask is told in our own words. SOC 2 is an audit of an organisation: this map is
evidence for one, and no certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `criteria` are ids of the Trust Services Criteria, `laws` the numbers of docs/laws.md.

    `tests` hold it, each as `file::name`; `commands` show it on a workspace, and change nothing that runs.
    """

    name: str
    title: str
    criteria: tuple[str, ...]
    laws: tuple[int, ...]
    held: str
    tests: tuple[str, ...]
    commands: tuple[str, ...]


CRITERIA: Mapping[str, str] = {  # in our own words
    "CC2.1": "good information is used to run controls",
    "CC3.4": "changes that could matter are identified and weighed",
    "CC4.1": "controls are looked at, as they go and now and then",
    "CC4.2": "what falls short is told to those who must mend it",
    "CC5.3": "policies say what is expected, and procedures do it",
    "CC6.1": "access to systems and secrets is restricted",
    "CC6.3": "access follows roles, least privilege and separate duties",
    "CC6.7": "what leaves the house is restricted to who may have it",
    "CC7.1": "changes of configuration are detected",
    "CC7.2": "systems are watched for what is out of the ordinary",
    "CC7.3": "events are judged, and failures are told apart from them",
    "CC7.4": "incidents are answered by a procedure",
    "CC7.5": "what an incident damaged is brought back",
    "CC8.1": "changes are authorised, tested, approved and documented",
    "A1.2": "data is backed up, and can be recovered",
    "C1.1": "confidential information is known and protected",
    "C1.2": "confidential information is disposed of",
    "P4.3": "personal information is disposed of securely",
    "PI1.3": "processing is complete, accurate and authorised",
    "PI1.5": "what is stored stays complete and accurate",
}

_RECONCILE, _STOP = "tests/scenarios/test_reconcile.py", "tests/crash/test_stop_in_a_burst.py"
_GATE = "tests/unit/gate/test_laws.py"

CONTROLS = (
    Control(
        "one-gate",
        "Nothing is written or sent but through one gate",
        ("PI1.3", "CC6.7"),
        (1,),
        "Import contracts, a clearance that only the gate makes, and a second look at the recorded decision by apply.",
        (
            "tests/unit/apply/test_clearance.py::test_with_a_decision_that_is_not_in_the_ledger",
            "tests/attack/test_attacks.py::test_an_attack_is_caught_by_what_the_page_says",
        ),
        ("upbeat explain RUN",),
    ),
    Control(
        "approval",
        "High-stakes changes wait for the people who must approve them",
        ("CC6.3", "PI1.3"),
        (6,),
        "The tier follows the effect: Commit, Closed Won, an account's owner and price are always approval, in code.",
        (
            "tests/unit/gate/test_laws.py::test_nothing_on_the_floor_passes_without_stored_approvals_of_different_people_who_may",
        ),
        ("upbeat packet", "upbeat explain RUN"),
    ),
    Control(
        "separate-duties",
        "Nobody releases what they ask for themselves",
        ("CC6.3", "CC5.3"),
        (6,),
        "The gate counts no approval by the author, and the queue takes none.",
        ("tests/scenarios/test_author.py::test_the_author_does_not_approve_though_they_hold_the_role",),
        ("upbeat ledger export",),
    ),
    Control(
        "publishing",
        "What runs was published by a person, under a number, and is in the register",
        ("CC8.1", "CC7.1", "CC3.4"),
        (12,),
        "A version never changes; a file counts once somebody who may build publishes it.",
        (
            "tests/scenarios/test_publishing.py::test_a_file_that_was_edited_and_not_published_does_not_run",
            "tests/scenarios/test_register.py::test_every_workflow_that_runs_is_in_it_as_it_was_compiled",
        ),
        ("upbeat versions", "upbeat register -o register.html"),
    ),
    Control(
        "going-live",
        "A workflow goes live after monitor mode, in the names of two people",
        ("CC8.1", "CC6.3"),
        (7,),
        "Every workflow starts in monitor mode; `upbeat promote` asks two different people of the policy's roles.",
        (
            "tests/scenarios/test_promotion.py::test_two_people_of_the_two_roles_take_it_live_and_the_ledger_names_them",
            "tests/unit/workflows/test_playbooks.py::test_every_shipped_workflow_starts_in_monitor",
        ),
        ("upbeat register",),
    ),
    Control(
        "foundation",
        "What a workflow rests on is sound before it goes live, or people say why not",
        ("CC3.4", "CC2.1", "CC8.1"),
        (),
        "Going live asks the last audit about each item that the workflow rests on; `despite` names what was let go.",
        (
            "tests/scenarios/test_foundation_first.py::test_what_fails_is_named_with_its_score_its_harm_and_its_fix",
            "tests/scenarios/test_foundation_first.py::test_without_an_audit_nothing_goes_live",
        ),
        ("upbeat audit --last", "upbeat attest"),
    ),
    Control(
        "roles",
        "Who builds, who connects and who lifts a stop are separate permissions",
        ("CC6.1", "CC6.3"),
        (),
        "The policy's block permissions names roles by act; Salesforce's own rights hold for each connection.",
        (
            "tests/unit/workflows/test_policy.py::test_to_connect_is_another_permission_than_to_build",
            "tests/scenarios/test_permissions.py::test_whoever_releases_changes_does_not_therefore_lift_a_stop",
        ),
        ("upbeat org access",),
    ),
    Control(
        "secrets",
        "Keys, tokens and the store can be read by their owner alone",
        ("CC6.1", "C1.1"),
        (),
        "Secrets stand in the system's keyring or an encrypted file; files are made with mode 0600.",
        ("tests/unit/app/test_vault.py::test_the_file_holds_no_secret_in_the_clear_and_others_cannot_read_it",),
        ("ls -l",),
    ),
    Control(
        "ledger",
        "History cannot be changed unnoticed",
        ("PI1.5", "CC7.2", "CC2.1"),
        (),
        "Entries are hashed, sealed in a chain, signed, and anchored outside the store.",
        (
            "tests/unit/ledger/test_verify.py::test_any_changed_bit_is_found",
            "tests/unit/ledger/test_verify.py::test_history_rewritten_with_the_keys_is_found_by_the_anchor",
        ),
        ("upbeat ledger verify",),
    ),
    Control(
        "replay",
        "Decisions are made by rules, and come out the same again",
        ("PI1.3", "CC2.1"),
        (4, 9),
        "Each decision keeps what it stood on; the same functions decide it again, without the org or a model.",
        ("tests/scenarios/test_replay.py::test_every_run_of_the_shipped_playbooks_comes_out_the_same_after_a_restart",),
        ("upbeat replay RUN",),
    ),
    Control(
        "reconcile",
        "The org's own history is held against the ledger each night",
        ("CC7.2", "CC4.1"),
        (1,),
        "What our user changed in the org and the ledger does not know is an incident.",
        (f"{_RECONCILE}::test_a_change_with_our_credentials_that_the_ledger_does_not_know_is_an_alarm",),
        ("upbeat reconcile",),
    ),
    Control(
        "nothing-lost",
        "Everything taken in ends, or stands with a person and a time",
        ("PI1.3", "CC7.3"),
        (2,),
        "A watchdog lists what has neither an outcome nor an owner with time left.",
        ("tests/crash/test_faults.py::test_a_row_that_stays_locked_goes_to_a_person_and_takes_no_other_with_it",),
        ("upbeat status",),
    ),
    Control(
        "misfires",
        "Reports that something was wrong are answered by a time",
        ("CC7.3", "CC7.4", "CC4.2"),
        (),
        "Anybody reports; the owner is asked with a due time; too many reports take a workflow back to monitor.",
        ("tests/scenarios/test_misfire.py::test_a_report_not_answered_in_time_goes_up_and_stays_visible_as_late",),
        ("upbeat review list",),
    ),
    Control(
        "stop",
        "A person halts every write within five seconds",
        ("CC7.4",),
        (15,),
        "A stop is a row that apply reads before each call; it holds over a restart, and only a person lifts it.",
        (f"{_STOP}::test_after_a_stop_in_a_full_burst_nothing_is_written_and_all_of_it_later",),
        ("upbeat status",),
    ),
    Control(
        "way-back",
        "What was written can be taken back, and never over a person's change",
        ("CC7.5", "PI1.5"),
        (8,),
        "Every write keeps its values before and after; taking one back is a suggested change through the same gate.",
        ("tests/scenarios/test_rollback.py::test_a_field_that_a_person_changed_since_is_refused_in_words",),
        ("upbeat explain RUN",),
    ),
    Control(
        "weekly-review",
        "Somebody looks at what the system did each week, and signs",
        ("CC4.1", "CC4.2"),
        (),
        "The packet of a week is kept as it was shown; its signature holds its digest.",
        ("tests/scenarios/test_packet.py::test_what_is_signed_is_what_was_shown_though_more_has_happened_since",),
        ("upbeat packet",),
    ),
    Control(
        "leaving-the-machine",
        "What leaves the machine is declared",
        ("CC6.7", "C1.1"),
        (13,),
        "An agent's file names the fields that it may send; without a model there are none.",
        ("tests/scenarios/test_register.py::test_as_a_page_it_stands_alone",),
        ("upbeat register",),
    ),
    Control(
        "forgetting",
        "What is known of a person is erased when they ask, and history still proves itself",
        ("C1.2", "P4.3"),
        (),
        "Payloads are erased beside entries that stay; the entry that erased them says who asked and why.",
        (
            "tests/scenarios/test_forgetting.py::test_nothing_of_a_forgotten_person_stands_in_any_file",
            "tests/scenarios/test_forgetting.py::test_the_seals_still_verify_also_after_a_restart",
        ),
        ("upbeat ledger export",),
    ),
    Control(
        "system-of-record",
        "Losing our database loses no fact of the CRM",
        ("A1.2",),
        (10,),
        "Salesforce holds every fact; the store holds the history of runs. Back up the store and its keys, apart.",
        ("tests/scenarios/test_system_of_record.py::test_losing_it_changes_nothing_in_the_org",),
        ("upbeat reconcile",),
    ),
)
