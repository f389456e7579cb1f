// @ts-check
// Swagger UI, as django-ninja ships it, drawn from our own OpenAPI document; dark where the reader is.

const place = /** @type {HTMLElement} */ (document.getElementById("docs"));
const dark = matchMedia("(prefers-color-scheme: dark)");

function dress() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

dark.addEventListener("change", dress);
dress();

/** @type {any} */ (window).SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
