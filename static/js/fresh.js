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

/** @param {number} wait */
function later(wait) {
  clearTimeout(due);
  due = setTimeout(renew, wait + Math.random() * SPREAD);
}

const LISTS = ":is([data-fresh], .list-page, .list-bar [role=status])[id]";
const lists = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(LISTS)]);

const pause = () => (document.querySelector("[data-fresh][data-waiting]") ? WAITING : EVERY);

async function renew() {
  later(pause());
  if (document.hidden || !lists().length) return;
  if (inUse()) return later(SOON);
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (inUse()) return later(SOON);
    for (const list of lists()) replace(list, page.getElementById(list.id));
    const along = document.querySelectorAll("[data-along][id]:not(:hover, :focus-within)");
    for (const each of along) replace(/** @type {HTMLElement} */ (each), page.getElementById(each.id));
  } catch {
    // The next change or the next minute tries again.
  }
}

const inUse = () =>
  document.querySelector(`${LISTS}:is(:hover, :focus-within), dialog[open], [form=selection]:checked`) !== null;

/**
 * @param {HTMLElement} list
 * @param {HTMLElement | null} fresh
 */
function replace(list, fresh) {
  if (!fresh || fresh.textContent === list.textContent) return;
  const folds = [...fresh.querySelectorAll("details")];
  for (const [index, fold] of [...list.querySelectorAll("details")].entries()) {
    if (fold.open) folds[index]?.setAttribute("open", "");
  }
  list.replaceWith(fresh);
  /** @type {any} */ (window).htmx?.process(fresh);
  // live.js asks for the numbers that came with it.
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
}

document.addEventListener("seatdash:changed", (event) => {
  const { used } = /** @type {CustomEvent} */ (event).detail;
  if (lists().some(({ dataset }) => dataset.fresh === "" || (dataset.fresh === "used" && used))) later(SOON);
});

later(pause());
