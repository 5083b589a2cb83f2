"""What holds for every page: who may come in, what an answer says to the browser, and how a fault is told."""

import re
from pathlib import Path

import pytest
from tests.unit.console.conftest import DANA, MAYA, SignIn

from upbeat.console import areas, rendering
from upbeat.console.area import Page

CONSOLE = Path(rendering.__file__).parent
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    browser.cookies.clear()
    answer = browser.get("/?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?to=%2F%3Fa%3D1")
    assert browser.get("/api/home").status_code == 401


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_from_sign_in(sign_in: SignIn, to: str) -> None:
    assert sign_in(DANA).post("/sign-in", data={"username": DANA, "to": to}).headers["Location"] == "/"


def test_scripts_and_styles_are_the_consoles_own(sign_in: SignIn) -> None:
    policy = sign_in(DANA).get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_a_template_holds_nothing_that_the_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"\|\s*safe\b", text) == []
    page = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    assert re.findall(r"\s(?:on\w+|style|hx-on\S*)\s*=|javascript:|\bjs:|<style", page) == []
    scripts = re.findall(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", page)
    assert scripts == []


def test_a_form_of_another_site_is_refused(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    answer = browser.post("/stop", data={"why": "x"}, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, "another site" in answer.text) == (403, True)


def test_a_form_without_the_pages_token_is_refused(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    del browser.headers["X-Form-Token"]
    assert browser.post("/stop", data={"why": "x"}).status_code == 403


def test_all_writes_stop_on_one_click_of_anybody_and_the_next_page_says_so(sign_in: SignIn) -> None:
    rep, manager = sign_in(MAYA), sign_in(DANA)
    assert rep.post("/stop", data={"why": "odd mails"}).headers["Location"] == "/"
    page = rep.get("/").text
    assert "All writes stopped by Maya Chen" in page
    assert "Let writes go on?" in page  # a confirm, as a stop has one
    assert "Nothing leaves until a person lets it" in page
    assert manager.post("/api/resume", json={}).json()["said"] == "Writes go on."


def test_a_page_that_is_not_there_says_so_in_words(sign_in: SignIn) -> None:
    answer = sign_in(DANA).get("/nothing-here")
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
    assert 'role="search"' in answer.text  # which it tells its reader to use
    assert 'href="/review"' in answer.text
    assert sign_in(DANA).get("/api/nothing").json()["error"]["fix"]


def test_a_page_that_is_refused_keeps_the_frame_for_whoever_is_signed_in(sign_in: SignIn) -> None:
    answer = sign_in(MAYA).get("/workflows/none/monitor")
    assert answer.status_code in {403, 404}
    assert 'aria-label="Org and modes"' in answer.text
    assert "Maya Chen" in answer.text


def test_every_page_has_its_twin_for_programs(sign_in: SignIn) -> None:
    described = sign_in(DANA).get("/api/openapi.json").json()["paths"]
    pages = [one for area in areas.AREAS for one in area.routes if isinstance(one, Page)]
    missing = [one.path for one in pages if f"/api{one.path if one.path != '/' else '/home'}" not in described]
    assert (bool(pages), missing) == (True, [])
