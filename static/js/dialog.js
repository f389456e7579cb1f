// @ts-check
// Links marked data-dialog open their page's fragment in the one dialog; forms inside it answer there.
// Without JavaScript the same link is a page and the same form posts to it.

/** @type {{ajax: Function, process: Function}} */
const htmx = /** @type {any} */ (window).htmx;
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("dialog"));
const body = /** @type {HTMLElement} */ (document.getElementById("dialog-body"));
const title = /** @type {HTMLElement} */ (document.getElementById("dialog-title"));
let dirty = false;

/** @param {MouseEvent} event */
const wantsNewTab = (event) => event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;

/** @param {HTMLAnchorElement} link */
async function open(link) {
  title.textContent = link.dataset.dialog || link.textContent?.trim() || "";
  try {
    await htmx.ajax("GET", link.href, { source: body, target: body, swap: "innerHTML" });
  } finally {
    if (body.childElementCount && !dialog.open) dialog.showModal();
  }
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = target.closest("a[data-dialog]");
  if (opener && !wantsNewTab(event)) {
    event.preventDefault();
    open(/** @type {HTMLAnchorElement} */ (opener));
  } else if (dialog.open && target.closest("[data-dialog-close]")) {
    event.preventDefault();
    dialog.close();
  } else if (target === dialog && !dirty) {
    dialog.close();
  }
});

// Where something was done, the page below shows what was so before: closing goes where Done goes.
dialog.addEventListener("close", () => {
  const done = body.querySelector("a[data-dialog-done]");
  body.replaceChildren();
  if (done instanceof HTMLAnchorElement) location.assign(done.href);
});
body.addEventListener("input", () => (dirty = true));

// An answer from another address (signed out meanwhile, or done) is a page: go there.
body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = /** @type {CustomEvent} */ (event).detail;
  const asked = new URL(pathInfo.requestPath, location.href).pathname;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname === asked) return;
  event.preventDefault();
  location.assign(xhr.responseURL);
});

// What arrives names itself; its forms are sent by htmx, and the first field takes the focus.
body.addEventListener("htmx:afterSwap", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.target !== body) return; // a part, such as a preview
  dirty = body.querySelector("[aria-invalid=true], .refusal") !== null;
  const form = body.querySelector("form");
  const heading = body.querySelector("[data-heading]");
  if (heading instanceof HTMLElement && heading.dataset.heading) title.textContent = heading.dataset.heading;
  for (const each of body.querySelectorAll("form:not([hx-post], [hx-get])")) {
    const verb = each.getAttribute("method") === "post" ? "hx-post" : "hx-get";
    each.setAttribute(verb, each.getAttribute("action") ?? location.href);
    each.setAttribute("hx-disabled-elt", "find button:not([type=button])");
    htmx.process(each);
  }
  if (!dialog.open) dialog.showModal();
  const first = body.querySelector("[aria-invalid=true], .refusal") ?? form?.querySelector("input:not([type=hidden]), select, textarea") ?? title;
  if (first instanceof HTMLElement) {
    if (first.matches(".refusal, #dialog-title")) first.tabIndex = -1;
    first.focus();
  }
});
