// @ts-check
// Forms: a second click sends nothing twice; a pasted list says how many lines it holds.

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.ariaBusy === "true") return event.preventDefault();
  form.ariaBusy = "true";
  event.submitter?.setAttribute("aria-busy", "true");
});

// A form that came back as a page: to what is wrong with it.
const wrong = document.querySelector("#main :is([aria-invalid=true], .refusal)");
if (wrong instanceof HTMLElement) {
  if (wrong.matches(".refusal")) wrong.tabIndex = -1;
  wrong.focus();
}

// A page brought back by the Back button must be able to send again.
addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

/** @param {HTMLTextAreaElement} area */
function count(area) {
  const lines = area.value.split("\n").filter((line) => line.trim()).length;
  let said = area.nextElementSibling;
  if (!said?.matches(".line-count")) {
    said = document.createElement("output");
    said.className = "line-count";
    area.after(said);
  }
  const [one, many] = (area.dataset.lines || "|").split("|");
  said.textContent = lines ? `${lines.toLocaleString(document.documentElement.lang)} ${lines === 1 ? one : many}` : "";
}

document.addEventListener("input", (event) => {
  const area = event.target;
  if (area instanceof HTMLTextAreaElement && "lines" in area.dataset) count(area);
});

// A filter form sends itself when a choice changes; its button stays for those without JavaScript.
document.addEventListener("change", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (field instanceof HTMLSelectElement) field.closest("form")?.matches("[data-autosend]") && field.form?.requestSubmit();
});
