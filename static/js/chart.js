// @ts-check
// Reads out the day of a chart that is pointed at; else the figures of now stand there.

const language = document.documentElement.lang || undefined;
const figures = new Intl.NumberFormat(language);
const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
const DAY = 86_400_000;

/** @type {WeakMap<Element, string[]>} */
const texts = new WeakMap();

/** @param {HTMLElement} chart */
const fields = (chart) => /** @type {HTMLElement[]} */ ([...chart.querySelectorAll("[data-reading]")]);

/**
 * @param {HTMLElement} chart
 * @param {number} share how far from the left, 0 to 1
 */
function read(chart, share) {
  const readings = (chart.dataset.chart ?? "").split(" ");
  const place = Math.max(0, Math.min(readings.length - 1, Math.floor(share * readings.length)));
  const [used, capacity] = readings[place].split("/");
  const day = new Date(Date.parse(chart.dataset.first ?? "") + place * DAY);
  /** @type {Record<string, string>} */
  const said = {
    used: figures.format(Number(used)),
    capacity: capacity ? figures.format(Number(capacity)) : "",
    day: days.format(day),
  };
  if (!texts.has(chart)) texts.set(chart, fields(chart).map((field) => field.textContent ?? ""));
  for (const field of fields(chart)) field.textContent = said[field.dataset.reading ?? ""];
  const guide = chart.querySelector(".chart__guide");
  const at = `${((place + 0.5) / readings.length) * 100}%`;
  guide?.setAttribute("x1", at);
  guide?.setAttribute("x2", at);
  chart.classList.add("is-read");
}

/** @param {HTMLElement} chart */
function letGo(chart) {
  const said = texts.get(chart);
  if (said) fields(chart).forEach((field, place) => { field.textContent = said[place]; });
  texts.delete(chart);
  chart.classList.remove("is-read");
}

/** @type {HTMLElement | null} */
let current = null;

document.addEventListener("pointermove", (event) => {
  const plot = event.target instanceof Element ? event.target.closest(".chart__plot") : null;
  const chart = /** @type {HTMLElement | null} */ (plot?.closest("[data-chart]") ?? null);
  if (current && current !== chart) letGo(current);
  current = chart;
  if (!plot || !chart) return;
  const { left, width } = plot.getBoundingClientRect();
  read(chart, (event.clientX - left) / width);
});

document.addEventListener("pointerleave", () => {
  if (current) letGo(current);
  current = null;
});
