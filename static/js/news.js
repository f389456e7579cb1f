// @ts-check
// Says what moved, and who moved it, to those who listen rather than look: one sentence, and not
// more often than a person would want to be spoken to.

const PAUSE = 10_000;
const SOON = 1_000;
const MOST = 3;

const place = document.getElementById("live-news");
/** @type {Map<string, string>} */
const waiting = new Map();
let spoke = 0;
let due = 0;

/** @param {Element} counter */
function nameOf(counter) {
  const name = counter.closest("tr, li, article, .card")?.querySelector("th a, h3, h2, a");
  const words = name ? name.textContent : document.querySelector("h1")?.firstChild?.textContent;
  return words?.trim().replaceAll(/\s+/g, " ") ?? "";
}

function speak() {
  due = 0;
  spoke = Date.now();
  const said = [...waiting].slice(-MOST).map(([name, news]) => `${name}: ${news}`);
  waiting.clear();
  if (place) place.textContent = said.join("; ");
}

document.addEventListener("seatdash:changed", (event) => {
  const { news, element } = /** @type {CustomEvent} */ (event).detail;
  if (!news) return;
  waiting.set(nameOf(element), news.replace("\u2212", "-"));
  due ||= setTimeout(speak, Math.max(SOON, spoke + PAUSE - Date.now()));
});
