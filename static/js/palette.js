// @ts-check
// The command palette. htmx fetches its list while one types (the latest answer wins); this moves
// among the options, goes where Enter points, and gives the focus back.

/** @type {{trigger: Function}} */
const htmx = /** @type {any} */ (window).htmx;
const palette = /** @type {HTMLDialogElement} */ (document.getElementById("palette"));
const field = /** @type {HTMLInputElement} */ (palette.querySelector("[role=combobox]"));
const list = /** @type {HTMLElement} */ (document.getElementById("palette-list"));
const status = /** @type {HTMLElement} */ (palette.querySelector("[role=status]"));
// Enter was pressed before the answer to what was typed is here.
let hurried = false;

const options = () => /** @type {HTMLAnchorElement[]} */ ([...list.querySelectorAll("[role=option]")]);
const chosen = () => options().findIndex((option) => option.ariaSelected === "true");

/** @param {number} index */
function choose(index) {
  const all = options();
  const wanted = all.at(all.length ? index % all.length : 0);
  for (const option of all) option.ariaSelected = String(option === wanted);
  wanted?.scrollIntoView({ block: "nearest" });
  if (wanted) field.setAttribute("aria-activedescendant", wanted.id);
  else field.removeAttribute("aria-activedescendant");
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  field.value = "";
  hurried = false;
  palette.showModal();
  htmx.trigger(field, "palette:open");
}

function go() {
  const shown = list.querySelector("[data-asked]");
  hurried = !(shown instanceof HTMLElement) || shown.dataset.asked !== field.value.trim();
  if (!hurried) options()[chosen()]?.click();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  ArrowDown: () => choose(chosen() + 1),
  ArrowUp: () => choose(chosen() - 1),
  Enter: go,
};

field.addEventListener("keydown", (event) => {
  const act = event.isComposing ? undefined : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
field.addEventListener("input", () => (hurried = false));

list.addEventListener("htmx:afterSwap", () => {
  choose(0);
  const said = list.querySelector("[data-said]");
  status.textContent = said instanceof HTMLElement ? said.dataset.said ?? "" : "";
  if (hurried) go();
});

// Closed before it leads on, so that a form opens over the page, and its close leads back there.
list.addEventListener("click", (event) => {
  const option = /** @type {Element} */ (event.target).closest("[role=option]");
  if (option && !event.ctrlKey && !event.metaKey && !event.shiftKey) palette.close();
});
palette.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});
palette.addEventListener("close", () => list.replaceChildren());

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-palette]")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
});
