// @ts-check
// Keeps lists true whose rows the stream does not name: an element with data-fresh and an id is
// fetched anew soon after a number on the page has moved, and every minute. data-fresh="used" heeds
// only seats taken or freed, data-fresh="slowly" no number; with data-waiting in it, somebody waits
// for an answer that moves none, and the page looks more often. Pages of rows are renewed slowly too.
// What has data-along is renewed with them, but asks for nothing itself. Never under somebody's hand:
// not while it is pointed at, has the focus or a row that is selected, nor behind a dialog.

const SOON = 1_500;
const EVERY = 60_000;
const WAITING = 10_000;
const SPREAD = 1_500;

let due = 0;
// Something has changed that is under somebody's hand.
let behind = false;

/** @param {number} wait */
function later(wait) {
  clearTimeout(due);
  due = setTimeout(renew, wait + Math.random() * SPREAD);
}

const LISTS = ":is([data-fresh], .list-page, .list-bar [role=status])[id]";
const lists = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(LISTS)]);
const HELD = ":is([data-fresh], [data-along], .list-page):is(:hover, :focus-within)";
const along = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-along][id]")]);

const pause = () => (document.querySelector("[data-fresh][data-waiting]") ? WAITING : EVERY);

/** @param {HTMLElement} list */
const inUse = (list) =>
  list.closest(HELD) !== null || list.querySelector("[form=selection]:checked") !== null;

const isBehindDialog = () => document.querySelector("dialog[open]") !== null;

async function renew() {
  later(pause());
  if (document.hidden || !lists().length) return;
  if (isBehindDialog() || lists().every(inUse)) return void (behind = true);
  const asked = location.href;
  try {
    const answer = await fetch(asked, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
    // Filtered or sorted otherwise meanwhile, the page shows something else by now.
    if (!answer.ok || answer.redirected || location.href !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    behind = isBehindDialog();
    if (!behind) for (const list of [...lists(), ...along()]) replace(list, page.getElementById(list.id));
  } catch {
    // The next change or the next minute tries again.
  }
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement | null} fresh
 */
function replace(list, fresh) {
  if (!fresh || fresh.textContent === list.textContent) return;
  if (inUse(list)) return void (behind = true);
  const folds = [...fresh.querySelectorAll("details")];
  for (const [index, fold] of [...list.querySelectorAll("details")].entries()) {
    if (fold.open) folds[index]?.setAttribute("open", "");
  }
  keepNumbers(list, fresh);
  list.replaceWith(fresh);
  /** @type {any} */ (window).htmx?.process(fresh);
  // live.js asks for the numbers that came with it.
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
}

/**
 * The stream may have told a number since the page was made that brings the list.
 * @param {HTMLElement} list
 * @param {HTMLElement} fresh
 */
function keepNumbers(list, fresh) {
  for (const number of /** @type {NodeListOf<HTMLElement>} */ (fresh.querySelectorAll("[data-live]"))) {
    const known = list.querySelector(`[data-live="${CSS.escape(number.dataset.live ?? "")}"]`);
    if (known) number.replaceWith(known);
  }
}

document.addEventListener("seatdash:changed", (event) => {
  const { used } = /** @type {CustomEvent} */ (event).detail;
  if (lists().some(({ dataset }) => dataset.fresh === "" || (dataset.fresh === "used" && used))) later(SOON);
});

// What was under a hand is renewed once it is let go.
for (const letGo of ["pointerout", "focusout", "close"]) {
  document.addEventListener(letGo, () => behind && later(SOON), { capture: true });
}

later(pause());
