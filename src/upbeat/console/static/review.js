// The queue as one page: the next item is there before it is asked for, keys answer, and what somebody else decides
// shows at once. Without this file every link and form does the same with a page in between.
import { keys } from "./keys.js";
import { toast } from "./shell.js";

const desk = document.getElementById("desk");
const detail = document.getElementById("detail");
const list = document.getElementById("list");
const token = document.querySelector("meta[name=form-token]").content;
const fetched = new Map(); // id → the item's HTML, promised, and how many acts there had been by then
const FRESH = 1500; // milliseconds after which what is shown is asked for again: the org tells nobody what changes in it
const typed = new Map(); // id → what was written for an item, by field, until it is answered
const wide = matchMedia("(min-width: 821px)");
let wanted = shown()?.dataset.item ?? "";
let undo = null; // what was decided last here, while it can be taken back

function shown() { return detail.querySelector("[data-item]"); }
function rows() { return list ? [...list.querySelectorAll(".items > [data-id]")] : []; }
function row(id) { return rows().find((one) => one.dataset.id === id); }
function address(id) { return `/review/${id}${location.search}`; }

async function part(url, target) {
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": `section#${target}` } });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw Object.assign(new Error("refused"), { words: (await answer.text()) });
  return answer.text();
}

function item(id) {
  const kept = fetched.get(id);
  if (kept) return kept.html;
  const { search } = location;
  const html = part(`/review/${id}${search}${search ? "&" : "?"}alone=true`, "detail");
  html.catch(() => fetched.delete(id));
  fetched.set(id, { html, moves: row(id)?.dataset.moves, at: Date.now() });
  return html;
}

function ahead(id) {
  const all = rows();
  const at = all.findIndex((one) => one.dataset.id === id);
  for (const other of [all[at + 1], all[at - 1]]) if (other) item(other.dataset.id).catch(() => {});
}

function mark(id) {
  for (const one of rows()) {
    const on = one.dataset.id === id;
    one.classList.toggle("on", on);
    const link = one.querySelector("a");
    if (on) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    if (on) one.scrollIntoView({ block: "nearest" });
  }
}

async function choose(id, { address: how = "push", focus = "" } = {}) {
  wanted = id;
  mark(id);
  let html;
  try { html = await item(id); } catch { missing(id); return; }
  if (wanted !== id) return;
  desk.classList.add("chosen");
  put(html);
  if (how === "push") history.pushState({}, "", address(id));
  if (how === "replace") history.replaceState({}, "", address(id));
  if (focus === "row") row(id)?.querySelector("a").focus({ preventScroll: true });
  if (focus === "detail") detail.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  ahead(id);
  renew(id);
}

// What was fetched a while ago is shown at once, and asked for again meanwhile.
async function renew(id) {
  if (Date.now() - fetched.get(id)?.at < FRESH) return;
  fetched.delete(id);
  try {
    const html = await item(id);
    if (wanted !== id || shown()?.dataset.item !== id) return;
    const now = new DOMParser().parseFromString(html, "text/html").querySelector("[data-item]");
    if (substance(now) === substance(shown())) return;
    if (writing()) { if (!detail.querySelector(".meanwhile")) detail.prepend(meanwhile(id)); } else put(html);
  } catch { /* what is shown stays; an answer is compared with the org once more */ }
}

function substance(article) {
  const copy = article.cloneNode(true);
  for (const one of copy.querySelectorAll("time")) one.remove();
  return copy.textContent.replace(/\s+/g, " ");
}

function fields() { return [...detail.querySelectorAll("form[data-act] :is(input:not([type=hidden]), textarea)")]; }
function called(one) { return `${one.form.dataset.act} ${one.name}`; }

function keepTyped() {
  const article = shown();
  if (!article || article.dataset.answered) return;
  const words = fields().filter((one) => one.value !== one.defaultValue).map((one) => [called(one), one.value]);
  if (words.length) typed.set(article.dataset.item, new Map(words)); else typed.delete(article.dataset.item);
}

function put(html) {
  const inside = detail.contains(document.activeElement);
  keepTyped();
  detail.innerHTML = html;
  const words = typed.get(shown()?.dataset.item);
  if (words) for (const one of fields()) one.value = words.get(called(one)) ?? one.value;
  if (inside) detail.focus({ preventScroll: true });
  const title = detail.querySelector("#item-title");
  if (title) document.title = `${title.textContent} · Upbeat`;
}

function missing() {
  toast("That item did not come. It may be gone, or the console does not answer: try again.", "danger");
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((one) => one.dataset.id === wanted);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next.dataset.id !== wanted || !shown()) choose(next.dataset.id, { focus: "row" });
}

// ---- Answers

function said(form, submitter) {
  const told = {};
  for (const [name, value] of new FormData(form, submitter)) {
    const inner = name.match(/^(\w+)\[(.+)\]$/);
    if (inner) (told[inner[1]] ??= {})[inner[2]] = value;
    else if (name !== "form_token") told[name] = value;
  }
  return told;
}

async function send(id, act, body) {
  const headers = { "Content-Type": "application/json", "X-Form-Token": token };
  const answer = await fetch(`/api/review/${id}/${act}`, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw Object.assign(new Error(told.error.what), { told: told.error });
  return told;
}

function refused(error) {
  const { what, fix } = error.told;
  toast(`${what[0].toUpperCase()}${what.slice(1)}. ${fix}`.trim(), "danger");
}

async function act(form, submitter) {
  const article = form.closest("[data-item]");
  const id = article ? article.dataset.item : form.action.split("/").at(-2);
  const body = said(form, submitter); // a button that is switched off says nothing any more
  const buttons = [...detail.querySelectorAll(".answers button:not([hidden])")];
  for (const one of buttons) one.disabled = true;
  row(id)?.classList.add("pending");
  try {
    const told = await send(id, form.dataset.act, body);
    fetched.delete(id);
    typed.delete(id);
    if (article) article.dataset.answered = "";
    if (form.dataset.act === "recall") { toast(told.said); await again(id); return; }
    if (told.state === "outdated") { toast(told.said, "danger"); await again(id); return; }
    confirm([id], told);
    await onward(id);
  } catch (error) {
    if (error.told) { refused(error); await ifMoved(id, article); }
    else await lost(id, article);
  } finally {
    for (const one of buttons) one.disabled = false;
    row(id)?.classList.remove("pending");
    if (document.activeElement === document.body && submitter?.isConnected) submitter.focus({ preventScroll: true });
  }
}

function confirm(ids, told) {
  const note = toast(told.said);
  if (!told.undo_for) return;
  const button = document.createElement("button");
  button.type = "button";
  note.dataset.stays = ""; // until its time is over
  note.querySelector("span").after(button);
  let left = told.undo_for;
  const count = () => {
    button.textContent = `Undo (${left} s)`;
    if (left <= 0) { clearInterval(timer); if (undo?.ids === ids) undo = null; note.remove(); }
    left -= 1;
  };
  const timer = setInterval(count, 1000);
  count();
  undo = { ids, run: async () => {
    clearInterval(timer);
    undo = null;
    note.remove();
    try {
      for (const id of ids.slice(1)) await send(id, "recall", {});
      const { said } = await send(ids[0], "recall", {});
      toast(ids.length > 1 ? `Taken back, they wait again: ${ids.length}` : said);
    } catch (error) { if (error.told) refused(error); else toast("The console does not answer: look whether it was taken back.", "danger"); }
    await again(ids[0]);
  } };
  button.addEventListener("click", undo.run);
}

async function onward(id) {
  const all = rows();
  const at = all.findIndex((one) => one.dataset.id === id);
  const next = all[at + 1] ?? all[at - 1];
  const { view } = Object.fromEntries(new URLSearchParams(location.search));
  if (location.hash === "#sample") { location.assign(`/review/${id}/pattern`); return; }
  if (at >= 0 && view !== "done") all[at].remove();
  if (next) await choose(next.dataset.id, { address: "replace", focus: wide.matches ? "row" : "detail" });
  else if (list) { wanted = ""; desk.classList.remove("chosen"); history.replaceState({}, "", `/review${location.search}`); detail.replaceChildren(); await relist(); list.focus({ preventScroll: true }); }
  else await again(id);
}

// An answer whose word never came: what stands is looked up, and what was written stays until it is known.
async function lost(id, article) {
  try {
    fetched.delete(id);
    if (await ifMoved(id, article)) toast("The line was cut, and your answer had arrived.");
    else toast("The line was cut, and your answer did not arrive: send it again.", "danger");
  } catch {
    toast("The console does not answer. What you wrote stays here: send it again when it does.", "danger");
  }
}

async function hasMoved(id, article) {
  fetched.delete(id);
  const now = new DOMParser().parseFromString(await item(id), "text/html").querySelector("[data-item]");
  return Boolean(now && article && now.dataset.moves !== article.dataset.moves);
}

async function ifMoved(id, article) {
  const moved = await hasMoved(id, article);
  if (moved && shown()?.dataset.item === id) put(await item(id));
  return moved;
}

async function again(id) {
  fetched.clear();
  await relist();
  await choose(id, { address: "replace", focus: wide.matches && row(id) ? "row" : "detail" });
}

// ---- The list, and what others do

async function relist() {
  if (!list) return;
  const kept = new Set([...list.querySelectorAll("[data-select]:checked")].map((one) => one.closest("[data-id]").dataset.id));
  const top = list.scrollTop;
  const html = await part(`/review${location.search}`, "list");
  const held = list.contains(document.activeElement) ? document.activeElement : null;
  const at = held && rows().indexOf(held.closest("[data-id]"));
  list.innerHTML = html;
  for (const one of rows()) if (kept.has(one.dataset.id)) one.querySelector("[data-select]").checked = true;
  list.scrollTop = top;
  mark(wanted);
  count();
  if (held) focusAgain(held, at);
}

// The same control, or where its row is gone the one that took its place: focus never falls out of the list.
function focusAgain(held, at) {
  const key = held.closest("[data-id]")?.dataset.id;
  const near = (key && row(key)) ?? row(wanted) ?? rows()[Math.min(Math.max(at, 0), rows().length - 1)];
  const same = key ? near?.querySelector(held.matches("input") && near.dataset.id === key ? "input" : "a")
    : (held.id && document.getElementById(held.id)) || (held.href && [...list.querySelectorAll("a")].find((one) => one.href === held.href));
  if (same?.matches("input[type=search]")) same.value = held.value;
  (same ?? near?.querySelector("a") ?? list).focus({ preventScroll: true });
}

function writing() {
  return [...detail.querySelectorAll("input:not([type=hidden]), textarea, select")].some((one) =>
    one.tagName === "SELECT" ? [...one.options].some((each) => each.selected !== each.defaultSelected && one.closest("[open]") && one === document.activeElement) : one.value !== one.defaultValue);
}

// News: the list is read anew, from the store alone; an item only where its count of acts says that it is not as it was.
async function hear() {
  const article = shown();
  try {
    await relist();
    for (const [id, kept] of fetched) if (row(id)?.dataset.moves !== kept.moves) fetched.delete(id);
    if (!article?.isConnected || row(article.dataset.item)?.dataset.moves === article.dataset.moves) return;
    if (!writing()) {
      if (await ifMoved(article.dataset.item, article)) toast("Somebody changed this one: it is shown as it is now.");
    } else if (!detail.querySelector(".meanwhile") && await hasMoved(article.dataset.item, article)) detail.prepend(meanwhile(article.dataset.item));
  } catch { /* the band says that the console does not answer; the next news tries again */ }
}

function meanwhile(id) {
  const note = document.createElement("p");
  note.className = "problem review meanwhile";
  note.setAttribute("role", "status");
  note.textContent = "Somebody changed this one meanwhile. What you wrote stays until you look. ";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Show it as it is now";
  button.addEventListener("click", () => choose(id, { address: "", focus: "detail" }));
  note.append(button);
  return note;
}

let soon = 0;
document.body.addEventListener("live:queue", () => {
  clearTimeout(soon);
  soon = setTimeout(hear, 200);
});

// ---- Several at once

function picked() { return rows().filter((one) => one.querySelector("[data-select]:checked")); }

function count() {
  const bar = list?.querySelector("[data-selected]");
  if (!bar) return;
  const number = picked().length;
  bar.hidden = number === 0;
  bar.querySelector("[data-count]").textContent = number;
}

async function together(what) {
  const chosen = picked();
  const ids = chosen.map((one) => one.dataset.id);
  const clear = () => { for (const one of chosen) one.querySelector("[data-select]").checked = false; count(); };
  if (what === "clear") { clear(); return; }
  try {
    if (what === "release") {
      const patterns = new Set(chosen.map((one) => one.dataset.pattern));
      if (patterns.size > 1 || patterns.has("")) { toast("Only alike changes are approved together, and never what needs approval.", "danger"); return; }
      const told = await send(ids[0], "release", { only: ids });
      confirm(told.released, told);
    } else {
      for (const id of ids) await send(id, "snooze", { until: "tomorrow" });
      toast(`Put off until tomorrow at nine: ${ids.length}`);
    }
    clear();
  } catch (error) {
    if (error.told) refused(error); else toast("The console does not answer. Look at what stands before you try again.", "danger");
  }
  await hear();
}

// ---- Events

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-act]")) { event.preventDefault(); act(form, event.submitter); }
  if (form.matches(".narrow")) for (const one of form.elements) if (one.name && !one.value) one.disabled = true;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-narrows]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-select]")) count();
});
document.addEventListener("click", (event) => {
  const open = event.target.closest("details.menu-up");
  for (const one of document.querySelectorAll("details.menu-up[open]")) if (one !== open) one.open = false;
  const button = event.target.closest("[data-together]");
  if (button) together(button.dataset.together);
  const link = event.target.closest(".items a, .weighed .back a");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const one = link.closest("[data-id]");
  if (one) choose(one.dataset.id, { focus: "detail" });
  else leave();
});
document.addEventListener("toggle", (event) => {
  if (!wide.matches && event.target.matches(".menu-up[open]")) event.target.scrollIntoView({ block: "nearest" });
}, true);
addEventListener("popstate", () => {
  const id = location.pathname.match(/^\/review\/([^/]+)$/)?.[1];
  if (id) choose(id, { address: "" }); else leave(false);
});

function leave(push = true) {
  desk.classList.remove("chosen");
  if (push) history.pushState({}, "", `/review${location.search}`);
  if (!list) location.assign("/review");
  else (row(wanted)?.querySelector("a") ?? list).focus();
}

// ---- Keys

function open(selector) {
  const found = detail.querySelector(selector);
  if (!found) return;
  found.open = true;
  found.querySelector("form :is(input:not([type=hidden]), select, textarea, button)")?.focus();
}

function ask(selector) {
  const found = detail.querySelector(selector);
  if (!found) return;
  found.classList.add("asked");
  found.querySelector("button:not([hidden])")?.focus();
}

const has = (selector) => ({ when: () => detail.querySelector(selector) !== null });
keys.on("j", "The next one", () => step(1), { when: () => rows().length > 0 });
keys.on("k", "The one before", () => step(-1), { when: () => rows().length > 0 });
keys.on("a", "Approve, or choose an answer", () => {
  const button = detail.querySelector("[data-approve]");
  if (button) button.click(); else ask(".question");
}, has("[data-approve], .question"));
keys.on("e", "Write another value", () => open("[data-edit]"), has("[data-edit]"));
keys.on("r", "Reject: then 1 to 4 for the reason", () => ask(".refuse"), has(".refuse"));
for (const digit of "123456789") {
  keys.on(digit, digit === "1" ? "After r or a: the first reason or answer; 2 the second, and so on" : "", () => {
    detail.querySelector(`.asked [data-reason="${digit}"], .asked [data-choice="${digit}"]`)?.click();
  }, has(`.asked [data-reason="${digit}"], .asked [data-choice="${digit}"]`));
}
keys.on("s", "Put off", () => open("[data-snooze]"), has("[data-snooze]"));
keys.on("x", "Select", () => {
  const box = row(wanted)?.querySelector("[data-select]");
  if (box) { box.checked = !box.checked; count(); }
}, { when: () => rows().length > 0 });
keys.on("u", "Undo", () => { if (undo) undo.run(); else detail.querySelector("[data-undo]")?.click(); });
if (list?.querySelector("[data-filter]")) { // the key goes by the nearer of the two boxes
  document.getElementById("search")?.removeAttribute("aria-keyshortcuts");
  document.querySelector(".search kbd")?.remove();
}
keys.on("/", "Filter the queue", () => list?.querySelector("[data-filter]")?.select(), { when: () => Boolean(list?.querySelector("[data-filter]")) });
keys.on("Escape", "Close what is open", () => {
  for (const one of detail.querySelectorAll("details[open]")) one.open = false;
  detail.querySelector(".asked")?.classList.remove("asked");
});

const first = detail.querySelector("[data-first]");
if (first && wide.matches) choose(first.dataset.first, { address: "replace" });
else if (wanted) ahead(wanted);
