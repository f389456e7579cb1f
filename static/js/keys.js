// @ts-check
// Keys: what carries data-key="g t" is pressed by g and then t; j and k go through the rows of a
// list. Single keys can be switched off, for those who speak to their computer (WCAG 2.1.4).

const WITHIN = 1_500;
const OFF = "seatdash.keys.off";
const WRITING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const ROWS = "#main tbody tr :is(th, td:first-child) a, #main .list > li a";

let before = "";
let at = 0;

const isOff = () => localStorage.getItem(OFF) === "yes";

/** @param {string} keys */
function press(keys) {
  const target = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  if (target instanceof HTMLElement) target.click();
  return target !== null;
}

/** @param {number} by */
function step(by) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(ROWS)]);
  const row = document.activeElement?.closest("tr, li");
  const here = rows.findIndex((link) => row?.contains(link));
  const next = here < 0 ? (by > 0 ? 0 : -1) : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows.at(next)?.focus();
  return rows.length > 0;
}

/** @param {KeyboardEvent} event */
function heard(event) {
  if (event.key === "j" || event.key === "k") return step(event.key === "j" ? 1 : -1);
  const two = event.timeStamp - at < WITHIN && press(`${before} ${event.key}`);
  before = two ? "" : event.key;
  at = event.timeStamp;
  return two || press(event.key);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const { key, ctrlKey, metaKey, altKey } = event;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k") {
    if (press("/")) event.preventDefault();
  } else if (!ctrlKey && !metaKey && !altKey && !isOff()) {
    const isWriting = event.target instanceof Element && event.target.matches(WRITING);
    if (!isWriting && key.length === 1 && heard(event)) event.preventDefault();
  }
});

function showSwitches() {
  for (const each of document.querySelectorAll("[data-keys-switch]")) {
    /** @type {HTMLInputElement} */ (each).checked = !isOff();
    each.closest("[hidden]")?.removeAttribute("hidden");
  }
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLInputElement && "keysSwitch" in field.dataset) {
    localStorage.setItem(OFF, field.checked ? "no" : "yes");
  }
});
document.addEventListener("htmx:afterSettle", showSwitches);
showSwitches();
