"""A mistake in a workspace's file gets one message with file, line, field and fix; nothing runs until it is mended."""

import pytest
from tests.bad_input.conftest import Site

from upbeat.steps import FUNCTIONS

ROUTE, WELCOME = "workflows/route-leads.yaml", "workflows/welcome-leads.yaml"

MISTAKES = [
    pytest.param(
        ROUTE,
        "NOT(IsConverted)",
        "NOT(IsConvertd)",
        "workflows/route-leads.yaml:16:9 trigger.when: Lead has no field IsConvertd\n  Did you mean IsConverted?\n",
        id="a wrong field",
    ),
    pytest.param(
        ROUTE,
        "NOT(IsConverted)",
        "LEN(IsConverted) > 3",
        "workflows/route-leads.yaml:16:9 trigger.when: LEN needs a text here, and IsConverted is a boolean\n"
        "  A checkbox is true or false, never blank: write IsConverted, or NOT(IsConverted).\n",
        id="a wrong type",
    ),
    pytest.param(
        ROUTE,
        "owner: priya.shah@acme.example\nproblem",
        "owner: priya.sha@acme.example\nproblem",
        "workflows/route-leads.yaml:5:1 owner: the org has no user priya.sha@acme.example\n"
        "  Did you mean priya.shah@acme.example?\n",
        id="an unknown owner",
    ),
    pytest.param(
        ROUTE,
        "when: |\n    NOT(IsConverted)",
        "when: NOT(IsConverted) # not yet",
        "workflows/route-leads.yaml:15:3 trigger.when: a formula stands without quotes, where YAML cuts it at a # and "
        "trips over a colon\n  Write it below a '|', indented, or put it in quotes.\n",
        id="an unquoted formula",
    ),
    pytest.param(
        ROUTE,
        "use: assign_owner",
        "use: send_fax",
        "workflows/route-leads.yaml:21:5 steps[1].use: there is no function send_fax\n"
        f"  Known: {', '.join(FUNCTIONS)}.\n",
        id="an unmapped action",
    ),
    pytest.param(
        "agents/greeter.yaml",
        "may_call: [create_task]",
        "may_call: [update_record]",
        "workflows/welcome-leads.yaml:21:5 steps[1].use: greeter may not call create_task\n"
        "  Add it to 'may_call' in agents/greeter.yaml.\n",
        id="an action that the agent may not take",
    ),
    pytest.param(
        ROUTE,
        "pool: inbound",
        "pool: inbound\n    tier: auto",
        "workflows/route-leads.yaml:23:5 steps[1].tier: policy asks review for 'lead owner'; a step may ask for more, "
        "and never for less, such as auto\n  Write 'tier: review', or remove the line.\n",
        id="a tier lowered below policy",
    ),
    pytest.param(
        "policy.yaml",
        "  - {effect: task,",
        "  - {effect: price, tier: auto, owner: priya.shah@acme.example, why: Ours}\n  - {effect: task,",
        "policy.yaml:12:21 rules[2].tier: 'price' always needs approval; a policy may add to that and never take away\n"
        "  Write 'tier: approval'.\n",
        id="a policy below the floor",
    ),
    pytest.param(
        ROUTE,
        "NOT(IsConverted)",
        "NOT(IsConverted",
        "workflows/route-leads.yaml:16:8 trigger.when: this bracket is not closed\n  Add the closing ).\n",
        id="a formula that does not parse",
    ),
    pytest.param(
        ROUTE,
        "trigger:\n",
        "trigger\n",
        "workflows/route-leads.yaml:13:8: could not find expected ':'\n"
        "  Check the indentation and the quotes of this line and of the one above.\n",
        id="a file that is no YAML",
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "message"), MISTAKES)
def test_check_names_the_place_and_the_fix(site: Site, path: str, old: str, new: str, message: str) -> None:
    if "tier: auto" in new and path == ROUTE:
        site.rewrite(
            "policy.yaml", "effect: lead owner, tier: auto", "effect: lead owner, tier: review, roles: [revops]"
        )
    site.rewrite(path, old, new)
    found = site.upbeat("check")
    assert found.err == f"error: {message}"
    assert found.code == 1


def test_two_workflows_that_write_one_field_name_each_other(site: Site) -> None:
    text = (site.folder / ROUTE).read_text(encoding="utf-8")
    (site.folder / "workflows" / "again.yaml").write_text(text.replace("workflow: route-leads", "workflow: again"))
    found = site.upbeat("check")
    assert found.err == (
        "error: workflows/route-leads.yaml:21:5 steps[1].use: Lead.OwnerId is written by again too "
        "(workflows/again.yaml:21)\n  Let one workflow own the field, or write another field.\n"
    )
    assert found.code == 1


def test_nothing_runs_while_a_file_is_wrong_and_nothing_is_lost(site: Site) -> None:
    site.arrive(2)
    site.rewrite(ROUTE, "NOT(IsConverted)", "NOT(IsConvertd)")
    refused = site.run()
    assert refused.err.startswith("workflows/route-leads.yaml:16:9 trigger.when: Lead has no field IsConvertd\n")
    assert refused.code == 1
    site.rewrite(ROUTE, "NOT(IsConvertd)", "NOT(IsConverted)")
    assert site.run().out.startswith("0 written, 4 would have been")


def test_a_secret_in_the_settings_is_refused_before_anything_is_done_with_it(site: Site) -> None:
    site.rewrite("upbeat.yaml", "secret_file: secrets/reader", "secret: hunter2")
    found = site.upbeat("check")
    assert found.err == (
        f"{site.folder}/upbeat.yaml:4:3 org.reading: secret is written in the file, where everyone who reads the file "
        "reads it\n"
        "  Write 'secret_env: NAME' of an environment variable, or 'secret_file: path' of a file only you can read.\n"
    )
    assert found.code == 1
