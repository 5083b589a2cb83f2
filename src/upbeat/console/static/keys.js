// Single keys, as on a mail client. They are quiet while somebody types, and can be switched off (WCAG 2.1.4).
const PAUSE = 1000; // milliseconds between the two keys of `g q`
const bound = new Map();
let before = "";
let timer = 0;

function off() {
  try { return localStorage.getItem("upbeat-keys") === "off"; } catch { return false; }
}

function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .cm-editor") !== null;
}

export const keys = {
  // Have `act` called when `key` is pressed; `says` is what the help shows, if anything, `when` whether it counts now.
  on(key, says, act, { when = () => true } = {}) {
    bound.set(key, { says, act, when, before: bound.get(key) });
    tell();
  },
  typing,
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]") || off()) return;
  const pressed = before ? `${before} ${event.key}` : event.key;
  let found = bound.get(pressed) ?? bound.get(event.key);
  while (found && !found.when()) found = found.before; // what the key did before counts where this does not
  clearTimeout(timer);
  before = [...bound.keys()].some((key) => key.startsWith(`${event.key} `)) ? event.key : "";
  timer = setTimeout(() => { before = ""; }, PAUSE);
  if (!found) return;
  before = "";
  event.preventDefault();
  found.act(event);
});

function tell() {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  list.replaceChildren(...[...bound].filter(([, { says }]) => says).flatMap(([key, { says }]) => {
    const name = document.createElement("dt");
    for (const part of key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = part;
      name.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = says;
    return [name, meaning];
  }));
}

const box = document.querySelector("[data-keys-off]");
if (box) {
  box.checked = off();
  box.addEventListener("change", () => {
    try { localStorage.setItem("upbeat-keys", box.checked ? "off" : "on"); } catch { /* it holds for this page */ }
  });
}
