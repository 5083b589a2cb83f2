// The editor's part form: what stands in it is kept before anybody goes on to another part, and rows are added as needed.
const form = document.querySelector("[data-editor]");
let touched = false;
let sending = false;

form?.addEventListener("input", (event) => {
  touched = true;
  const row = event.target.closest("[data-new]");
  if (row && event.target.value) grow(row);
});
form?.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) form.requestSubmit();
});
form?.addEventListener("submit", () => { sending = true; });

// A link to another part keeps this one first.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || !touched || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  form.querySelector("[data-then]").value = link.dataset.part;
  form.requestSubmit();
});
window.addEventListener("beforeunload", (event) => {
  if (touched && !sending) event.preventDefault();
});

// The empty row at the end of a table becomes one of its rows, and another stands below it.
function grow(row) {
  const table = row.closest(".field-table");
  const count = table.querySelector("[data-rows]");
  const at = Number(count.value) - 1;
  const next = row.cloneNode(true);
  row.removeAttribute("data-new");
  for (const field of next.querySelectorAll("[name]")) {
    field.name = field.name.replace(`.${at}.`, `.${at + 1}.`);
    field.id = field.id.replace(`-${at}-`, `-${at + 1}-`);
    field.value = "";
    field.hidden = false;
    field.setAttribute("aria-label", (field.getAttribute("aria-label") ?? "").replace(` ${at + 1}:`, ` ${at + 2}:`));
  }
  for (const extra of next.querySelectorAll("formula-field > :not(textarea)")) extra.remove();
  count.value = String(at + 2);
  row.after(next);
}
