"""An audit as its readers get it: a screenful on the terminal, one page, Markdown, and a row for each record to fix."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.unit.foundation.audits import a_finding, a_messy_audit, an_audit

from upbeat.cli.pages import Format, Report, deliver
from upbeat.cli.pages.audit import COLUMNS, document, rows, summary
from upbeat.cli.pages.html import html
from upbeat.cli.pages.markdown import markdown
from upbeat.foundation import Consequence, Exhibit, Finding, Measure, RecordAt, Status, Told, Unseen, tell
from upbeat.foundation.automation import FIELDS_DRAFT

LONG = "A sentence that never comes to its end, about deals and more deals, " * 8
VOID = {"meta", "br", "circle", "rect", "line", "path"}


class Page(HTMLParser):
    """What a page is made of, which fails where a tag is closed that was not the last one opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def every(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


@pytest.fixture(scope="module")
def messy() -> Told:
    audit = a_messy_audit()
    flow = Consequence(audit.findings[0].key, "missing-next-step", "asks about 88 deals that nobody expects")
    earlier = replace(audit, at=audit.at - timedelta(days=7), findings=(a_finding("gone:Lead.X"), *audit.findings[1:]))
    return tell(replace(audit, consequences=(flow,)), earlier)


@pytest.fixture(scope="module")
def page(messy: Told) -> Page:
    return Page(html(document(messy)))


def terminal(told: Told) -> str:
    return "\n".join(line for line, _ in summary(told))


def test_the_terminal_says_the_verdict_three_things_each_item_and_where_to_go(messy: Told) -> None:
    said = terminal(messy)
    assert said.startswith("The foundation of Acme (sandbox): 2 of 19 items pass\n2 fail, 14 could not be seen")
    assert "61 API calls of at most 80 planned. Nothing was changed." in " ".join(said.split())
    assert re.findall(r"^(\d)  (\S+)", said, re.MULTILINE) == [("1", "88"), ("2", "301"), ("3", "120")]
    assert "breaks  missing-next-step" in said
    assert "work    about 4.4 hours; 88 of 412, 21 %; EUR 450,000 in open deals, 45 % of the open pipeline" in said
    assert len(re.findall(r"^[✓✗?·] ", said, re.MULTILINE)) == 19
    assert "Account.ICP_Tier__c: the reading user does not see it" in said
    assert "upbeat audit --last -o audit.html" in said


@pytest.mark.parametrize("words", ["short", LONG, "x" * 500])
def test_nothing_scrolls_off_a_terminal_of_sixty_lines_and_a_hundred_columns_whatever_was_found(
    messy: Told, words: str
) -> None:
    def longer(one: Finding) -> Finding:
        return replace(one, says=f"{words} {one.key}", fix=words)

    org = replace(messy.audit.org, name=words)
    findings = tuple(longer(one) for one in messy.audit.findings)
    unseen = tuple(Unseen(f"Object{at}__c", "Field__c", words) for at in range(300))
    flows = tuple(Consequence(one.key, f"flow-{at}-{words}", words) for one in findings for at in range(3))
    figures = (Measure("incomplete-deals", 1, 2, words),)
    waiting = tuple(replace(one, status=Status.TO_ATTEST) for one in messy.audit.items)
    drafted = replace(messy.audit, items=waiting, exhibits=(replace(messy.audit.exhibits[0], key=FIELDS_DRAFT),))
    worst = replace(drafted, org=org, findings=findings, unseen=unseen, consequences=flows, beyond=figures)
    lines = [line for line, _ in summary(tell(worst, replace(messy.audit, findings=())))]
    assert len(lines) < 60
    assert max(map(len, lines)) <= 100


def test_the_open_pipeline_is_told_above_all_whole_and_without_incomplete_deals(messy: Told) -> None:
    figures = (Measure("incomplete-deals", 320, 412, "open pipeline is EUR 9, and EUR 7 without 92 incomplete deals"),)
    said = terminal(replace(messy, audit=replace(messy.audit, beyond=figures)))
    assert "Open pipeline is EUR 9, and EUR 7 without 92 incomplete deals.\n" in said.partition("FIX FIRST")[0]


def test_an_org_in_which_nothing_was_found_is_told_so() -> None:
    told = tell(an_audit(), None)
    assert "Nothing to fix was found in what could be seen." in terminal(told)
    assert "Nothing to fix was found in what could be seen." in html(document(told))


def test_the_page_stands_alone_and_every_link_leads_somewhere(page: Page) -> None:
    assert page.open == []
    assert {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe"} == set()
    assert {one[1:] for one in page.every("href")} <= set(page.every("id"))
    assert all(one.startswith("#") for one in page.every("href"))
    assert len(page.every("id")) == len(set(page.every("id")))


def test_every_link_leads_somewhere_where_more_is_found_than_is_told_in_full() -> None:
    found = [a_finding(f"duplicate-accounts:Account.F{at}__c", minutes=at) for at in range(60)]
    flows = tuple(Consequence(one.key, "missing-next-step", "asks about deals") for one in found)
    page = Page(html(document(tell(an_audit(*found, consequences=flows), None))))
    ids = page.every("id")
    assert {one.key for one in found} <= {one[1:] for one in page.every("href")} <= set(ids)
    assert len(ids) == len(set(ids))


def test_what_a_record_is_called_is_never_markup(messy: Told) -> None:
    text = html(document(messy))
    assert "Cascade &lt;b&gt;Freight&lt;/b&gt; 1" in text
    assert "<b>" not in text
    assert "Cascade \\<b\\>Freight\\</b\\> 1" in markdown(document(messy))


def test_the_three_things_come_before_all_else_with_their_workflows_fix_work_and_first_records(messy: Told) -> None:
    text = html(document(messy))
    first = text[text.index('<section id="first">') : text.index('<section id="compared">')]
    for words in (
        "88 of 412 open deals were to close before today",
        "<code>missing-next-step</code>",
        "Ask each owner for the true close date",
        "about 4.4 hours",
        "The first 5 of 88 records",
        "120 of 400 contacts have no account",
        "How this is ranked",
        "divided by the square root of one plus its work in days of eight hours",
    ):
        assert words in first


def test_each_chart_says_its_figures_to_who_cannot_see_it_and_has_its_table(page: Page, messy: Told) -> None:
    drawn = [attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("role") == "img"]
    said = [attrs["aria-label"] or "" for attrs in drawn]
    assert len(said) == 4
    assert "the first owner change: 3.5; the first activity: 52" in said[1]
    assert "Buyer__c: Prospecting 0, Qualification 2, Needs Analysis 11, Proposal/Price Quote ?" in said[3]
    assert "Opportunity.StageName: People 410, Tools 0, Automations 33" in said[2]
    assert html(document(messy)).count("The figures as a table") == len(said)


def test_a_chart_of_nothing_says_so_and_draws_nothing(messy: Told) -> None:
    text = html(document(messy))
    figure = text[text.index("<figcaption>Nothing here") :]
    assert figure[: figure.index("</figure>")].count("<svg") == 0
    assert "There is nothing to show here yet." in figure


@pytest.mark.parametrize(
    ("percent", "told"), [(99.6, "99"), (100, "100"), (0, "0"), (0.2, "1"), (50, "50")]
)  # fmt: skip
def test_only_what_is_all_is_told_as_a_hundred_and_only_what_is_none_as_none(
    messy: Told, percent: float, told: str
) -> None:
    one = replace(messy.audit.exhibits[1], rows=(("Amount", percent),), columns=("Field", "Prospecting"))
    text = html(document(replace(messy, audit=replace(messy.audit, exhibits=(one,)))))
    assert f">{told}</text>" in text


def test_a_record_leads_into_the_org_where_people_open_it_in_a_browser_and_nowhere_on_this_machine(
    messy: Told,
) -> None:
    def page_of(url: str) -> str:
        org = replace(messy.audit.org, url=url)
        return html(document(replace(messy, audit=replace(messy.audit, org=org))))

    key = messy.audit.findings[0].records[0].id
    address = f"https://acme.my.salesforce.com/{key}"
    assert f'<a href="{address}" rel="noreferrer">{key}</a>' in page_of("https://acme.my.salesforce.com")
    assert f"<code>{key}</code>" in page_of("http://127.0.0.1:8765")


def test_what_was_measured_for_no_item_is_told_beside_them(messy: Told) -> None:
    figures = (Measure("close-dates-past", 324, 412, "324 of 412 open deals close today or later"),)
    text = html(document(replace(messy, audit=replace(messy.audit, beyond=figures))))
    assert "Beyond the nineteen" in text
    assert "Figures of no item. 324 of 412 open deals close today or later: 79 %." in text
    assert "Beyond the nineteen" not in html(document(messy))


def test_a_long_table_folds_on_the_page_and_stands_whole_in_markdown(messy: Told) -> None:
    long = Exhibit("map", "What fires", "By field.", ("Field", "Flows"), tuple((f"F{at}__c", at) for at in range(15)))
    page = document(replace(messy, audit=replace(messy.audit, exhibits=(long,))))
    shown, _, rest = html(page).partition("<summary>and 3 more</summary>")
    assert "F11__c" in shown
    assert "F12__c" not in shown
    assert "F14__c" in rest
    assert "| F14\\_\\_c | 14 |" in markdown(page)


def test_what_was_estimated_is_drawn_with_where_it_may_lie(messy: Told) -> None:
    text = html(document(messy))
    assert text.count('class="reach"') == 1
    assert '<line class="reach" x1="64.70%" x2="73.52%"' in text
    assert '<line class="mark" x1="89.20%" x2="89.20%"' in text


def scored(*items: tuple[float, int]) -> Told:
    """An audit whose first items have these scores, and must reach so much."""
    whole = an_audit()
    some = tuple(
        replace(one, score=score, least=least, status=Status.FAILS)
        for one, (score, least) in zip(whole.items, items, strict=False)
    )
    return tell(replace(whole, items=(*some, *whole.items[len(some) :])), None)


def test_the_line_that_each_item_must_reach_is_drawn_only_where_it_is_the_same_for_all() -> None:
    said = "which each must reach"
    assert f"The dashed line stands at 90 %, {said}." in html(document(scored((80, 90), (70, 90))))
    several = html(document(scored((80, 90), (70, 60))))
    assert said not in several
    assert 'class="mark"' not in several


def test_a_score_just_below_its_mark_is_nowhere_told_as_at_it() -> None:
    told = scored((89.7, 90))
    assert "89 %, and needs 90 %" in html(document(told))
    assert "90 %, and needs" not in html(document(told))
    assert re.search(r"fails +89 %", terminal(told))


def test_markdown_tells_each_chart_as_its_table(messy: Told) -> None:
    text = markdown(document(messy))
    assert "| Field | Prospecting | Qualification | Needs Analysis |" in text
    assert "### 1. 88 of 412 open deals were to close before today" in text
    assert "<svg" not in text


def test_the_table_has_a_row_for_each_record_to_fix_with_what_the_value_should_be(messy: Told) -> None:
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows(messy)]
    assert len(found) == sum(max(1, len(one.records)) for one in messy.audit.findings)
    assert found[0]["finding"] == messy.first[0].finding
    [one] = {(row["value"], row["should be"], row["field"]) for row in found if "technolgy" in str(row["finding"])}
    assert one == ("technolgy", "Technology", "Industry")
    assert found[0]["query"] == messy.audit.findings[0].queries[0]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("inactive-owners:Opportunity.OwnerId", ("Maya Chen", "Omar Diaz")),
        ("forecast-mapping:OpportunityStage.ForecastCategory:Won", ("Won", "Pipeline")),
    ],
)
def test_what_a_finding_is_about_is_never_told_as_what_it_should_be(key: str, values: tuple[str, ...]) -> None:
    told = tell(an_audit(a_finding(key, values=values)), None)
    [row] = [dict(zip(COLUMNS, one, strict=True)) for one in rows(told)]
    assert (row["value"], row["should be"]) == ("; ".join(values), "")
    assert "→" not in html(document(told))


def test_what_changed_since_the_last_audit_is_told_in_every_form(messy: Told) -> None:
    said = "Since 9 November 2026, findings: 1 new, 1 gone."
    assert said in terminal(messy)
    assert said in html(document(messy))
    assert said in markdown(document(messy))


@pytest.mark.parametrize("form", [Format.PAGE, Format.MARKDOWN, Format.CSV])
def test_nothing_that_a_terminal_would_obey_comes_out_of_a_record(form: Format, tmp_path: Path) -> None:
    audit = a_messy_audit()
    hostile = replace(audit.findings[0], records=(RecordAt("003000000000001AAA", "Contact", "Eve\x1b[2J\x07 Lang"),))
    told = tell(replace(audit, findings=(hostile, *audit.findings[1:])), None)
    report = Report(told, document(told), COLUMNS, rows(told))
    deliver(report, form, tmp_path / "out", as_json=False)
    written = (tmp_path / "out").read_text(encoding="utf-8")
    assert "Lang" in written
    assert not any(sign in written for sign in "\x1b\x07")
