// Keeps sums true that stand outside of a product's counter: <dd data-sum="stock allocated"
// data-of="product-…"> is the sum of these figures of that product.

const format = new Intl.NumberFormat(document.documentElement.lang || undefined);

function addUp() {
  for (const element of document.querySelectorAll("[data-sum][data-of]")) {
    const counter = document.querySelector(`[data-live="${CSS.escape(element.dataset.of)}"] [data-used]`);
    if (!counter) continue;
    const figures = element.dataset.sum.split(" ").map((name) => Number(counter.dataset[name] || 0));
    element.textContent = format.format(figures.reduce((total, figure) => total + figure, 0));
  }
}

document.addEventListener("seatdash:changed", addUp);
