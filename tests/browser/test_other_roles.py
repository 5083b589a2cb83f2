"""Who audits, who keeps the connections and who leads: each from coming in to done."""

from collections.abc import Callable
from pathlib import Path

import httpx2
from playwright.sync_api import Page, expect
from tests.browser.conftest import DANA, PRIYA

SignIn = Callable[[str], Page]


def test_an_auditor_verifies_the_seal_finds_who_did_what_and_takes_it_away_with_its_proof(
    sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in(PRIYA)
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name="Verify the seal").press("Enter")
    expect(page.get_by_role("status").filter(has_text="entries")).to_be_visible()
    page.get_by_label("Who").fill(PRIYA)
    page.get_by_label("Who").press("Enter")
    expect(page.get_by_role("list", name="Entries").get_by_role("listitem").first).to_contain_text(PRIYA)
    with page.expect_download() as kept:
        page.get_by_role("button", name="CSV").click()
    kept.value.save_as(tmp_path / "history.csv")
    assert PRIYA in (tmp_path / "history.csv").read_text(encoding="utf-8")


def test_a_token_is_shown_once_reads_what_it_is_for_and_is_worth_nothing_once_revoked(
    sign_in: SignIn, console: str
) -> None:
    page = sign_in(PRIYA)
    page.goto("/settings/tokens")
    page.get_by_label("What will use it").fill("The weekly sheet")
    page.get_by_role("checkbox", name="see how work goes").check()
    page.get_by_role("button", name="Make the token").press("Enter")
    token = page.locator("main code").filter(has_text="upbeat_").first.inner_text()
    asking = {"Authorization": f"Bearer {token}"}
    assert httpx2.get(f"{console}/api/workflows", headers=asking).status_code == 200
    page.goto("/settings/tokens")
    assert token not in page.content()
    page.get_by_role("button", name="Revoke The weekly sheet").click()
    expect(page.get_by_role("row", name="The weekly sheet")).to_contain_text("revoked")
    assert httpx2.get(f"{console}/api/workflows", headers=asking).status_code == 401


def test_who_leads_comes_from_the_register_to_the_scorecard_of_a_trigger(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    page.get_by_role("link", name="Register").click()
    page.get_by_role("main").get_by_role("link", name="Scorecards").press("Enter")
    page.get_by_role("link", name="30 days").click()
    expect(page.get_by_role("region", name="Scorecards").get_by_role("row")).to_have_count(6)
