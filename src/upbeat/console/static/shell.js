// What every page has: dialogs, the menu, the theme, toasts, keys, and what is new.
import { keys } from "./keys.js";
import "./live.js";

document.addEventListener("click", (event) => {
  const on = (name) => event.target.closest(`[data-${name}]`);
  const opener = on("opens");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (on("closes")) event.target.closest("dialog")?.close();
  if (on("dismisses")) event.target.closest(".toast")?.remove();
  const toggler = on("toggles");
  if (toggler) {
    const open = document.getElementById(toggler.dataset.toggles).classList.toggle("open");
    toggler.setAttribute("aria-expanded", String(open));
  }
  if (on("theme-switch")) switchTheme();
});

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("upbeat-theme", root.dataset.theme); } catch { /* it holds for this page */ }
}

// An answer that never came: the reader is told, and what they wrote stays where it is.
document.addEventListener("htmx:error", (event) => {
  if (event.detail?.ctx) toast("The console does not answer. Nothing you wrote is lost: try again.", "danger");
});

// What only tells goes by itself, unless somebody is at it; errors stay. No more than three stand at once.
const TOLD = 8000; // milliseconds
const MOST = 3;
const toasts = document.getElementById("toasts");

function goes(one) {
  setTimeout(() => {
    if (one.matches(":hover, :focus-within")) goes(one);
    else if (!("stays" in one.dataset)) one.remove();
  }, TOLD);
}

function added(one) {
  if (!one.matches?.(".toast")) return;
  if (!one.matches(".danger")) goes(one);
  const all = [...toasts.querySelectorAll(".toast")];
  const first = all.slice(0, -1);
  for (let over = all.length - MOST; over > 0; over -= 1) {
    const out = first.find((each) => !each.matches(".danger, [data-stays], :hover, :focus-within")) ?? first[0];
    first.splice(first.indexOf(out), 1);
    out.remove();
  }
}

if (toasts) {
  for (const one of toasts.querySelectorAll(".toast")) added(one);
  new MutationObserver((changes) => { for (const { addedNodes } of changes) for (const one of addedNodes) added(one); }).observe(toasts, { childList: true });
}

export function toast(words, kind = "") {
  const shown = document.createElement("p");
  shown.className = `toast ${kind}`;
  if (kind === "danger") shown.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = words;
  const close = document.createElement("button");
  close.className = "quiet";
  close.type = "button";
  close.dataset.dismisses = "";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "×";
  shown.append(text, close);
  toasts.append(shown);
  return shown;
}

// Elements with data-key are keys: a press clicks them, or puts the cursor into them.
for (const element of document.querySelectorAll("[data-key]")) {
  keys.on(element.dataset.key, element.dataset.keySays ?? element.textContent.trim(), () => {
    if (element.matches("input, select, textarea")) element.focus();
    else element.click();
  });
}
keys.on("g h", "Go home", () => { location.href = "/"; });
if (document.querySelector('nav a[href="/review"]')) keys.on("g q", "Go to the queue", () => { location.href = "/review"; });

// Writes were stopped, or go on: the band alone is exchanged, so that what somebody is writing stays.
document.body.addEventListener("live:stop", async () => {
  const band = document.getElementById("band");
  const answer = await fetch("/band", { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const within = band.contains(document.activeElement);
  band.innerHTML = await answer.text();
  if (within) band.querySelector("button")?.focus();
  const stopped = band.querySelector("[data-stopped]");
  toast(stopped ? `${stopped.textContent.trim()}.` : "Writes go on.", stopped ? "danger" : "");
});
document.documentElement.dataset.ready = "";
