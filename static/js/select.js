// @ts-check
// Selecting rows of a list: all of the page, a range with Shift, none with Escape. What to do with
// them is a plain form (id "selection") whose buttons lead to its pages; here they open in the dialog.

const ROWS = "input[name=selected][form=selection]";
/** @returns {HTMLInputElement[]} */
const boxes = () => [...document.querySelectorAll(ROWS)].filter((box) => box instanceof HTMLInputElement);
const bar = () => /** @type {HTMLFormElement | null} */ (document.getElementById("selection"));
/** @type {HTMLInputElement | null} */
let last = null;

function tell() {
  const form = bar();
  if (!form) return;
  const chosen = boxes().filter((box) => box.checked).length;
  const every = form.querySelector("[name=all]:checked");
  const number = every instanceof HTMLInputElement ? Number(every.dataset.total) : chosen;
  const said = form.querySelector("output");
  if (said) said.value = (said.dataset.text ?? "").replace("{n}", number.toLocaleString(document.documentElement.lang));
  const head = headBox();
  if (!head) return;
  head.checked = chosen > 0 && chosen === boxes().length;
  head.indeterminate = chosen > 0 && !head.checked;
}

/** The box in the header, which only a script can make work. @returns {HTMLInputElement | null} */
function headBox() {
  const cell = document.querySelector("th.select");
  if (!cell) return null;
  const known = cell.querySelector("input");
  if (known) return known;
  const box = document.createElement("input");
  box.type = "checkbox";
  box.ariaLabel = bar()?.dataset.page ?? "";
  box.autocomplete = "off";
  cell.replaceChildren(box);
  return box;
}

/** @param {boolean} checked */
function all(checked) {
  for (const box of boxes()) box.checked = checked;
  const every = bar()?.querySelector("[name=all]");
  if (every instanceof HTMLInputElement && !checked) every.checked = false;
  tell();
}

/** @param {HTMLInputElement} box */
function upTo(box) {
  const rows = boxes();
  const ends = [rows.indexOf(box), last ? rows.indexOf(last) : -1].sort((a, b) => a - b);
  if (ends[0] < 0) return;
  for (const row of rows.slice(ends[0], ends[1] + 1)) row.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box === document.querySelector("th.select input")) return all(box.checked);
  if (!box.matches(ROWS)) return;
  if (event.shiftKey) upTo(box);
  last = box;
});
document.addEventListener("change", tell);
document.addEventListener("htmx:afterSettle", tell);
addEventListener("pageshow", tell);

document.addEventListener("keydown", (event) => {
  const isBusy = event.defaultPrevented || document.querySelector("dialog[open]");
  if (event.key === "Escape" && !isBusy && boxes().some((box) => box.checked)) all(false);
});

document.addEventListener("reset", (event) => {
  if (event.target !== bar()) return;
  event.preventDefault();
  all(false);
  boxes()[0]?.focus();
});

// The dialog opens for links, so the form becomes one.
document.addEventListener("submit", (event) => {
  const form = bar();
  const button = event.submitter;
  if (event.target !== form || !form || !(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  const sent = new FormData(form);
  if (sent.has("all")) sent.delete("selected");
  const link = document.createElement("a");
  link.href = `${button.formAction}?${new URLSearchParams(/** @type {any} */ (sent))}`;
  link.dataset.dialog = button.textContent?.trim();
  link.hidden = true;
  form.append(link);
  link.click();
  link.remove();
});

tell();
