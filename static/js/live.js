// Keeps the numbers of a page true: by the stream, and by fetching the page itself while that is cut.
// EventSource rather than htmx's extension: topics come and go with what is swapped in, and each
// new connection needs a token that only a freshly fetched page carries.

const POLL_EVERY = 10_000;
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
// Connecting takes longer than this only where something is wrong; a blip in between is not told.
const GRACE = 2_000;
// The server takes a token for ten minutes.
const TOKEN_LIFE = 8 * 60_000;
const HIDDEN_TOO_LONG = 30_000;
const CHANGED_FOR = 1_500;
const NEWS_FOR = 6_000;
const BACK_FOR = 4_000;
// The stream beats at least every ten seconds; a connection may also die without a word.
const OPENS_WITHIN = 5_000;
const SILENT_TOO_LONG = 12_000;

const carrier = () => document.querySelector("[data-live-token]");
// A page without numbers has no token; one may come with a list that is fetched anew.
const follows = () => Boolean(carrier()?.dataset.liveToken);
const elements = (root = document) => [...root.querySelectorAll("[data-live]")];
const sleepers = new Map();

let source = null;
let heard = new Set();
let granted = new Set();
let tokenSince = Date.now();
let pause = SHORTEST_PAUSE;
let state = "live";
let suspect = false;
let fetching = null;

// ---- what the page shows

function replace(element, fresh) {
  const { moved: told, news } = fresh.dataset;
  delete fresh.dataset.moved;
  delete fresh.dataset.news;
  if (element.isEqualNode(fresh)) return;
  const focused = element.contains(document.activeElement) && pathTo(element, document.activeElement);
  const moved = figures(element) !== figures(fresh);
  element.replaceWith(fresh);
  if (focused) follow(fresh, focused)?.focus({ preventScroll: true });
  if (!moved) return;
  const by = used(fresh) - used(element);
  // Who moved it is said only where that is all that has moved since this page last looked.
  const known = news && Number(told) === by ? news : "";
  if (known) sign(fresh, known);
  document.dispatchEvent(new CustomEvent("seatdash:changed", { detail: { topic: fresh.dataset.live, used: by !== 0, news: known, element: fresh } }));
  fresh.classList.add("is-changed");
  setTimeout(() => fresh.classList.remove("is-changed"), CHANGED_FOR);
}

function figures(element) {
  return Object.values(element.querySelector("[data-used]")?.dataset ?? {}).join();
}

function sign(element, news) {
  const said = document.createElement("i");
  said.className = "counter__news";
  said.ariaHidden = "true";
  said.textContent = news;
  element.querySelector("[data-used] > :first-child")?.after(said);
  setTimeout(() => said.remove(), NEWS_FOR);
}

function pathTo(root, node) {
  const path = [];
  for (; node !== root; node = node.parentElement) {
    path.unshift([...node.parentElement.children].indexOf(node));
  }
  return path;
}

const used = (element) => Number(element.querySelector("[data-used]")?.dataset.used);

const follow = (root, path) => path.reduce((node, index) => node?.children[index], root);

function show(topic, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (fresh?.dataset.live !== topic) return;
  for (const element of document.querySelectorAll(`[data-live="${CSS.escape(topic)}"]`)) {
    replace(element, fresh.cloneNode(true));
  }
}

function tell(news) {
  const isBack = news === "live" && state === "lost";
  state = news;
  say(isBack ? "back" : news);
  sleep("back", BACK_FOR, isBack ? () => say(state) : undefined);
}

function say(news) {
  const status = document.getElementById("live-status");
  if (!status) return;
  const key = { lost: "textLost", back: "textBack", denied: "textDenied" }[news];
  // Never hidden, only empty: what is hidden when it changes is not read out.
  status.dataset.state = news;
  status.textContent = key ? status.dataset[key] ?? "" : "";
}

// ---- the page fetched anew

function refresh() {
  fetching ??= fetchPage().finally(() => { fetching = null; });
  return fetching;
}

async function fetchPage() {
  if (state === "denied") return false;
  const stream = source;
  try {
    const answer = await fetch(location.href, {
      headers: { "X-Seatdash-Poll": "1" },
      cache: "no-store",
      signal: AbortSignal.timeout(POLL_EVERY),
    });
    if ([401, 403, 404].includes(answer.status) || sentElsewhere(answer)) return deny();
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // A stream that was opened meanwhile knows better than a page that was made before.
    if (source === stream) for (const fresh of elements(page)) show(fresh.dataset.live, fresh.outerHTML);
    takeToken(page);
    return true;
  } catch {
    return false;
  }
}

const sentElsewhere = (answer) =>
  answer.redirected && new URL(answer.url).pathname !== location.pathname;

function takeToken(page) {
  const token = page.querySelector("[data-live-token]")?.dataset.liveToken;
  if (!token) return;
  carrier().dataset.liveToken = token;
  tokenSince = Date.now();
  suspect = false;
  granted = new Set([...elements(page), ...elements()].map(({ dataset }) => dataset.live));
}

function deny() {
  rest();
  tell("denied");
  return false;
}

// ---- the stream

function connect() {
  const { liveUrl, liveToken } = carrier().dataset;
  disconnect();
  // Until it opens: a token that is refused looks just like a network that fails.
  suspect = true;
  source = new EventSource(`${liveUrl}?token=${encodeURIComponent(liveToken)}`);
  heard = new Set();
  source.addEventListener("open", found);
  source.addEventListener("error", lost);
  // The stream has run its time, or rights have changed: the page itself will tell.
  source.addEventListener("renew", renew);
  source.addEventListener("beat", alive);
  sleep("silent", OPENS_WITHIN, silent);
  listen();
}

function listen() {
  for (const { dataset } of elements()) {
    if (!source || heard.has(dataset.live)) continue;
    heard.add(dataset.live);
    source.addEventListener(dataset.live, (event) => {
      alive();
      show(event.type, event.data);
    });
  }
}

function disconnect() {
  source?.close();
  source = null;
  sleep("silent");
}

function alive() {
  sleep("silent", SILENT_TOO_LONG, silent);
}

function silent() {
  lost();
  if (state === "live") interrupted();
}

function found() {
  alive();
  sleep("grace");
  sleep("poll");
  // Sound for a while first, or a stream that is cut at once would be asked for every second.
  sleep("sound", LONGEST_PAUSE / 3, () => { pause = SHORTEST_PAUSE; });
  suspect = false;
  tell("live");
}

function lost() {
  disconnect();
  sleep("sound");
  if (state === "denied" || document.hidden || !follows()) return;
  if (state === "live") sleep("grace", GRACE, interrupted, { keep: true });
  sleep("retry", pause * (0.75 + Math.random() / 2), retry);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

function interrupted() {
  tell("lost");
  poll();
}

async function poll() {
  sleep("poll", POLL_EVERY, poll);
  await refresh();
}

// What changed since the token was made comes with the stream, so a young token needs no fetching.
async function retry() {
  const stale = suspect || Date.now() - tokenSince > TOKEN_LIFE;
  if (stale && !(await refresh())) {
    if (state !== "denied") lost();
    return;
  }
  connect();
}

async function renew() {
  disconnect();
  if (await refresh()) { if (follows()) connect(); }
  else if (state !== "denied") lost();
}

// ---- time, visibility, and what htmx swaps in

function sleep(name, duration, then, { keep = false } = {}) {
  if (keep && sleepers.has(name)) return;
  clearTimeout(sleepers.get(name));
  sleepers.delete(name);
  if (!then) return;
  sleepers.set(name, setTimeout(() => {
    sleepers.delete(name);
    then();
  }, duration));
}

function rest() {
  disconnect();
  for (const name of [...sleepers.keys()]) sleep(name);
}

async function resume() {
  if (source || state === "denied" || !elements().length) return;
  pause = SHORTEST_PAUSE;
  await renew();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) sleep("hidden", HIDDEN_TOO_LONG, rest);
  else {
    sleep("hidden");
    resume();
  }
});
// A page kept for the back button holds no connection; shown again, it catches up.
addEventListener("pagehide", rest);
addEventListener("pageshow", (event) => { if (event.persisted) resume(); });
addEventListener("online", resume);
addEventListener("offline", lost);

document.addEventListener("htmx:afterSettle", () => {
  if (state === "denied") return;
  listen();
  if (elements().some(({ dataset }) => !granted.has(dataset.live))) sleep("renew", 300, renew);
});

if (follows()) {
  granted = new Set(elements().map(({ dataset }) => dataset.live));
  connect();
}
