// @ts-check
// The shell: messages that can be put away, the tab that one is at, and a word when a fragment fails
// to come.

const notices = /** @type {HTMLElement} */ (document.getElementById("notices"));

for (const button of notices.querySelectorAll("[data-dismiss]")) {
  button.removeAttribute("hidden");
}

notices.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-dismiss]");
  if (!button) return;
  button.closest(".notice")?.remove();
  notices.hidden = notices.childElementCount === 0;
});

// What can be undone can be undone for ten minutes; a page left open says nothing else.
const UNDO_FOR = 10 * 60_000;
setTimeout(() => notices.querySelectorAll("[data-undo]").forEach((form) => form.remove()), UNDO_FOR);

// Where a row of tabs is wider than the page, the one that is shown is in sight.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const [row, place] = [/** @type {Element} */ (tab.parentElement), tab.getBoundingClientRect()];
  row.scrollLeft = place.left + place.width / 2 - row.clientWidth / 2;
}

/** @param {string} text */
function complain(text) {
  const notice = document.createElement("div");
  notice.className = "notice notice--error";
  const words = document.createElement("p");
  words.textContent = text;
  notice.append(words);
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("dialog"));
  notices.hidden = false;
  (dialog.open ? dialog.querySelector("#dialog-body") : notices)?.prepend(notice);
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, () => complain(document.body.dataset.failed ?? ""));
}
