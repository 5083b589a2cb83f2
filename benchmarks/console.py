"""The console in Chromium on ten thousand open reviews and a million runs, beside what each page is meant to take.

The baseline is the queue's page as a file: the same bytes from the same server, with nothing read and nothing rendered.
What is above it is the console's own work. Times are medians of many, in the browser: from the click to the page whose
keys answer, and from a key to the item that is shown. `UPBEAT_BENCH_RUNS=50000` fills a smaller store, in less time.
"""

import gzip
import os
import shutil
import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import Request, urlopen

import many_runs
from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlalchemy import ColumnElement, Connection, Table, insert, select
from starlette.responses import HTMLResponse, Response

from upbeat import operations
from upbeat.app import Serving
from upbeat.base import digest
from upbeat.console import application
from upbeat.store import tables
from upbeat.testing import House

RUNS, OPEN, TIMES = int(os.environ.get("UPBEAT_BENCH_RUNS", str(many_runs.RUNS))), 10_000, 15
MANAGER = "dana.whitfield@acme.example"
READY = """
new MutationObserver((_, watch) => {
  if (document.documentElement.dataset.ready === undefined) return;
  window.readyAfter = performance.now();
  watch.disconnect();
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] });
addEventListener("keydown", () => { window.pressed = performance.now(); window.shownAfter = null; }, true);
document.addEventListener("DOMContentLoaded", () => {
  const detail = document.getElementById("detail");
  if (!detail) return;
  new MutationObserver(() => { window.shownAfter ??= performance.now() - window.pressed; })
    .observe(detail, { childList: true });
});
"""
SHOWN = """async () => {
  while (window.shownAfter === null) await new Promise((go) => setTimeout(go, 5));
  return window.shownAfter;
}"""


def main() -> None:
    """Fill a store, serve it, and print what a person waits for."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("There is no Chromium to measure in. Install it (Debian, Ubuntu: apt install chromium).")
    with House(only=[many_runs.ADVANCE, many_runs.ROUTE, many_runs.STALLED]) as house, ThreadPoolExecutor(1) as aside:
        print(f"filling a store with {RUNS:,} runs and {OPEN:,} open reviews", flush=True)
        deal = aside.submit(_fill, house).result()  # Playwright has a loop in this thread, which no engine takes
        app = application(house.space.house, dev=True)
        held = dict[str, bytes]()
        app.add_api_route("/as-a-file", lambda: _file(held), include_in_schema=False, response_model=None)
        with (
            Serving(app, host="127.0.0.1", port=0, lifespan="on", ends_within=1) as server,
            sync_playwright() as driver,
        ):
            arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = driver.chromium.launch(executable_path=chromium, args=arguments)
            context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
            context.add_init_script(READY)
            _measure(context, server.url, held, deal)
            browser.close()


def _measure(context: BrowserContext, url: str, held: dict[str, bytes], deal: str) -> None:
    page = context.new_page()
    page.goto("/sign-in")
    page.locator(f'button[value="{MANAGER}"]').click()
    page.locator("html[data-ready]").wait_for(state="attached")
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    packed = _packed(f"{url}/review", cookie)
    held["page"] = gzip.decompress(packed)
    base = _opened(page, "/as-a-file")
    words = many_runs.record_name(4_711)
    print(f"{'queue page, gzipped':<44}{len(packed) / 1000:>9.1f} kB   aim: under 30")
    rows: dict[str, tuple[float, int]] = {
        "the queue's page as a file, until keys answer": (base, 300),
        "queue, until keys answer": (_opened(page, "/review"), 300),
        "j, until the next item is shown": (_stepped(page), 50),
        "search for a word of many names": (_opened(page, f"/search?q={words.split()[0]}"), 200),
        "search for one record": (_opened(page, f"/search?q={words.replace(' ', '+')}"), 200),
        "a record's whole journey": (_opened(page, f"/records/{deal}"), 150),
    }
    for name, (took, aim) in rows.items():
        ratio = "1.00 (baseline)" if took is base else f"{took / base:.2f}"
        print(f"{name:<44}{took:>9.1f} ms   aim: under {aim:<5}{ratio:>16}")


def _file(held: dict[str, bytes]) -> Response:
    return HTMLResponse(held["page"])


def _packed(url: str, cookie: str) -> bytes:
    with urlopen(Request(url, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})) as answer:
        return answer.read()


def _median(act: Callable[[], float]) -> float:
    act()
    return statistics.median(act() for _ in range(TIMES))


def _opened(page: Page, path: str) -> float:
    """Give the milliseconds from asking for a page until its keys answer."""

    def act() -> float:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path} answers {answer.status}"
        page.locator("html[data-ready]").wait_for(state="attached")
        return page.evaluate("window.readyAfter")

    return _median(act)


def _stepped(page: Page) -> float:
    """Give the milliseconds from a `j` until the next item is shown, as somebody presses it who looks at each."""
    page.goto("/review")
    page.locator("#detail [data-item]").wait_for()

    def act() -> float:
        page.wait_for_timeout(400)  # the next one is fetched while a person reads
        page.keyboard.press("j")
        return page.evaluate(SHOWN)

    return _median(act)


def _fill(house: House) -> str:
    house.promote(many_runs.ADVANCE, many_runs.ROUTE)
    deal = many_runs.fill(house, runs=RUNS)
    values = {"StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31", "Amount": 42_000}
    other = house.create("Opportunity", by=many_runs.REP, Name="Harbor Foods - Renewal", **values)
    house.play("1 minute")
    house.update("Opportunity", other, by=many_runs.REP, Verbal_Commitment__c=True)
    house.play()
    [one] = operations.reviews(house.space.house)
    with house.space.store.writing() as conn:
        _again(conn, one)
    return deal


def _again(conn: Connection, one: operations.Review) -> None:
    """Have a review many times more, each of another record, with the run and the suggestions that it is about."""
    items, proposals, reviews, bodies = tables.items, tables.proposals, tables.reviews, tables.review_bodies

    def copy(table: Table, where: ColumnElement[bool], changed: Callable[[int], dict[str, Any]]) -> None:
        for row in conn.execute(select(table).where(where)).mappings().all():
            kept = {name: value for name, value in row.items() if name != "seq"}
            conn.execute(insert(table), [kept | changed(number) for number in range(OPEN - 1)])

    def own(number: int) -> dict[str, Any]:
        item = digest([one.item_id, number])
        return {"item_id": item, "record_id": many_runs.record_id(number), "group": f"{item}:again"}

    def renamed(number: int) -> str:
        return f"{many_runs.record_name(number)}: {one.title.rpartition(': ')[2]}"

    def review(number: int) -> str:
        return digest([one.id, number])

    copy(
        items,
        items.c.id == one.item_id,
        lambda n: {"id": own(n)["item_id"], "record_id": own(n)["record_id"], "review_id": review(n)},
    )
    for key in conn.scalars(select(proposals.c.id).where(proposals.c.item_id == one.item_id)).all():
        copy(proposals, proposals.c.id == key, lambda n, key=key: {**own(n), "id": digest([key, n])})
    copy(reviews, reviews.c.id == one.id, lambda n: {**own(n), "id": review(n), "title": renamed(n)})
    copy(bodies, bodies.c.review_id == one.id, lambda n: {"review_id": review(n)})


if __name__ == "__main__":
    main()
