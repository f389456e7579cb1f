// @ts-check
// Where a page has several lists they share its address: each asks for its own part of it anew, and
// keeps the parts of the others as they are by now.

/** @returns {string[]} */
const prefixes = () => [...document.querySelectorAll("[data-prefix]")].map((list) => /** @type {HTMLElement} */ (list).dataset.prefix ?? "");

document.addEventListener("htmx:configRequest", (event) => {
  const { target, formData, elt, ...detail } = /** @type {CustomEvent} */ (event).detail;
  if (!(target instanceof HTMLElement) || target.dataset.prefix === undefined) return;
  const prefix = target.dataset.prefix;
  /** @param {string} name */
  const isOwn = (name) => (prefixes().find((each) => each && name.startsWith(each)) ?? "") === prefix;
  const asked = new URL(detail.path, location.href);
  const own = [...asked.searchParams, ...formData].filter(([name, value]) => value && isOwn(name));
  const others = [...new URLSearchParams(location.search)].filter(([name]) => !isOwn(name));
  for (const name of [...formData.keys()]) formData.delete(name);
  /** @type {CustomEvent} */ (event).detail.path = `${asked.pathname}?${new URLSearchParams([...others, ...own])}`;
});
