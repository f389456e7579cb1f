// Keeps sums true that stand outside of a counter: <dd data-sum="stock allocated"> is the sum of
// these figures over all products on the page, and with data-of="product-…" those of one.

const format = new Intl.NumberFormat(document.documentElement.lang || undefined);

// A product may stand on the page twice, but counts once.
function figuresOf(topic) {
  const counters = topic ? `[data-live="${CSS.escape(topic)}"]` : '[data-live^="product-"]';
  const found = new Map();
  for (const counter of document.querySelectorAll(counters)) {
    found.set(counter.dataset.live, counter.querySelector("[data-used]")?.dataset ?? {});
  }
  return [...found.values()];
}

function addUp() {
  for (const element of document.querySelectorAll("[data-sum]")) {
    const names = element.dataset.sum.split(" ");
    const figures = figuresOf(element.dataset.of);
    const sum = figures.flatMap((each) => names.map((name) => Number(each[name] || 0)))
      .reduce((total, figure) => total + figure, 0);
    element.textContent = format.format(sum);
  }
}

document.addEventListener("seatdash:changed", addUp);
