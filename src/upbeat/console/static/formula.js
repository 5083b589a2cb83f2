// <formula-field>: a text area becomes an editor that the engine's own parser checks and completes.
// The text area stays: it is what a form sends, and what is there where this does not load.
import {
  Decoration, EditorState, EditorView, StateEffect, StateField, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, history, historyKeymap, hoverTooltip, keymap, startCompletion,
} from "./vendor/codemirror.js";

const LONG = 32; // characters of a label that stand beside what is offered
const PAUSE = 200; // milliseconds after the last key, before what was written is checked
const nonce = document.querySelector("script[nonce]")?.nonce ?? "";
const token = () => document.querySelector('meta[name="form-token"]')?.content ?? "";

async function ask(what, body) {
  const answer = await fetch(`/api/formula/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Form-Token": token() },
    body: JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  const { error } = await answer.json().catch(() => ({}));
  throw new Error(error ? [error.what, error.fix].filter(Boolean).join(". ") : "The console does not answer.");
}

// The engine counts characters, a browser counts halves of some of them.
const toUnits = (text, characters) => [...text].slice(0, characters).join("").length;
const toCharacters = (text, units) => [...text.slice(0, units)].length;

// --- what the words are, as the engine says ---

const marked = StateEffect.define();
const words = StateField.define({
  create: () => ({ told: [], drawn: Decoration.none }),
  update(now, change) {
    let next = change.docChanged ? { told: [], drawn: now.drawn.map(change.changes) } : now;
    for (const effect of change.effects) if (effect.is(marked)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field, (held) => held.drawn),
});

function drawn(told) {
  return Decoration.set(told.filter((one) => one.from < one.to).map((one) => Decoration.mark({ class: `word-${one.kind}` }).range(one.from, one.to)), true);
}

const hover = hoverTooltip((view, place) => {
  const found = view.state.field(words).told.find((one) => one.from <= place && place <= one.to && one.title);
  if (!found) return null;
  return { pos: found.from, end: found.to, above: true, create: () => ({ dom: told(found.title, found.about) }) };
});

function told(title, about) {
  const card = document.createElement("div");
  card.className = "formula-says";
  const head = document.createElement("strong");
  head.textContent = title;
  const body = document.createElement("span");
  body.textContent = about;
  card.append(head, body);
  return card;
}

// Where text is typed over a selection, a browser keeps the look of what goes by a style of its own, which the page's
// policy forbids. So that is done here.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || empty || view.composing || !event.data) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
});

function goes(writes, type) {
  if (writes === "condition") return "Reads well: true or false.";
  if (writes === "text" && type === "text") return ""; // as every text does
  return `Reads well: gives ${type === "id" ? "an" : "a"} ${type}.`;
}

// --- the element ---

class FormulaField extends HTMLElement {
  #view = null;
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    const area = this.querySelector("textarea");
    if (!area || this.#view) return;
    this.area = area;
    this.says = document.createElement("p");
    this.says.className = "formula-verdict";
    this.says.id = `${area.id || area.name}-verdict-${Math.random().toString(36).slice(2, 8)}`;
    this.says.setAttribute("role", "status");
    const label = area.getAttribute("aria-label") ?? area.labels?.[0]?.textContent.trim() ?? area.name;
    this.#view = new EditorView({
      parent: this,
      state: EditorState.create({
        doc: area.value,
        extensions: [
          nonce ? EditorView.cspNonce.of(nonce) : [],
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ override: [(context) => this.#offer(context)], icons: false, maxRenderedOptions: 60, interactionDelay: 40 }),
          words,
          hover,
          typedOver,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": this.says.id, "aria-multiline": "true" }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((change) => { if (change.docChanged) this.#wrote(); }),
        ],
      }),
    });
    area.hidden = true;
    area.addEventListener("input", () => { if (area.value !== this.value) this.value = area.value; });
    this.append(this.says);
    this.#check();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#view?.destroy();
    this.#view = null;
    this.says?.remove();
    if (this.area) this.area.hidden = false;
  }

  static observedAttributes = ["object", "writes", "known", "wants"];
  attributeChangedCallback() { if (this.#view) this.#soon(); }

  get value() { return this.#view ? this.#view.state.doc.toString() : this.querySelector("textarea").value; }
  set value(text) {
    if (this.#view && text !== this.value) this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
    else if (!this.#view) this.querySelector("textarea").value = text;
  }
  focus() { (this.#view ?? this.querySelector("textarea"))?.focus(); }

  #place() {
    return {
      object: this.getAttribute("object") ?? "",
      writes: this.getAttribute("writes") || "condition",
      known: JSON.parse(this.getAttribute("known") || "{}"),
      wants: this.getAttribute("wants") || null,
    };
  }

  #wrote() {
    this.area.value = this.value;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.#soon();
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), PAUSE);
  }

  async #check() {
    const text = this.value, turn = ++this.#asked;
    if (!this.getAttribute("object")) return this.#say("", "Choose an object first: its fields are what a formula names.");
    if (!text.trim()) return this.#say("", "");
    let found;
    try {
      found = await ask("check", { text, ...this.#place() });
    } catch (error) {
      if (turn === this.#asked) this.#say("review", `Not checked. ${error.message}`);
      return;
    }
    if (turn !== this.#asked || !this.#view || this.value !== text) return;
    const at = (characters) => toUnits(text, characters);
    const marks = found.marks.map((one) => ({ ...one, from: at(one.start), to: at(one.end) }));
    const wrong = found.wrong;
    if (wrong) marks.unshift({ kind: "wrong", from: at(wrong.start), to: at(wrong.end), title: wrong.what, about: wrong.fix });
    this.#view.dispatch({ effects: marked.of({ told: marks, drawn: drawn(marks) }) });
    if (wrong) this.#say("danger", `${wrong.what[0].toUpperCase()}${wrong.what.slice(1)}.${wrong.fix ? ` ${wrong.fix}` : ""}`, at(wrong.start));
    else this.#say("auto", goes(this.#place().writes, found.type));
    this.dispatchEvent(new CustomEvent("formula-checked", { bubbles: true, detail: { holds: !wrong, text, found } }));
  }

  #say(kind, text, at = -1) {
    this.says.className = `formula-verdict ${kind}`;
    this.says.textContent = text;
    this.#view?.contentDOM.setAttribute("aria-invalid", String(kind === "danger"));
    if (at >= 0) {
      const go = document.createElement("button");
      go.type = "button";
      go.className = "quiet";
      go.textContent = "Show where";
      go.addEventListener("click", () => { this.#view.dispatch({ selection: { anchor: at }, scrollIntoView: true }); this.#view.focus(); });
      this.says.append(" ", go);
    }
  }

  async #offer(context) {
    const text = context.state.doc.toString();
    const word = context.matchBefore(/[\w$.:]+|["'][^"'\n]*/);
    if (!context.explicit && !word) return null;
    let found;
    try {
      found = await ask("complete", { text, at: toCharacters(text, context.pos), ...this.#place() });
    } catch { return null; }
    if (context.aborted || !found.options.length) return null;
    return {
      from: toUnits(text, found.start),
      filter: false,
      options: found.options.map((one) => ({
        label: one.text,
        type: one.kind,
        detail: one.kind === "function" ? "" : [one.label === one.text ? "" : one.label, one.of].filter(Boolean).join(", "),
        info: one.kind === "function" ? () => told(one.of, `${one.label}.`) : one.label.length > LONG ? () => told(one.text, one.label) : undefined,
        apply: (view, _option, from, to) => {
          view.dispatch({ changes: { from, to, insert: one.text }, selection: { anchor: from + one.text.length }, userEvent: "input.complete" });
          if (one.goes_on) startCompletion(view);
        },
      })),
    };
  }
}

customElements.define("formula-field", FormulaField);
