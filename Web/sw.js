// Shows the shell without a network. Answers of the server are never kept here:
// what a gardener may see offline is kept by the page itself, in the browser's own store.

// Pages about people are not among them: without the server they can do nothing.
const PAGES = ["/", "/phone", "/offline"];
const ASSETS = [
  "/assets/css/tokens.css",
  "/assets/css/base.css",
  "/assets/css/parts.css",
  "/assets/css/diagnose.css",
  "/assets/css/phone.css",
  "/assets/css/print.css",
  "/assets/icons.svg",
  "/assets/mark.svg",
  "/assets/js/may.js",
  "/assets/js/shell.js",
  "/assets/js/who.js",
  "/assets/js/session.js",
  "/assets/js/key.js",
  "/assets/js/dom.js",
  "/assets/js/announce.js",
  "/assets/js/tabs.js",
  "/assets/js/words.js",
  "/assets/js/api.js",
  "/assets/js/store.js",
  "/assets/js/unique.js",
  "/assets/js/drop.js",
  "/assets/js/names.js",
  "/assets/js/picture.js",
  "/assets/js/heatmap.js",
  "/assets/js/clipboard.js",
  "/assets/js/phone.js",
  "/assets/js/diagnose/page.js",
  "/assets/js/diagnose/visit.js",
  "/assets/js/diagnose/catalogue.js",
  "/assets/js/diagnose/strip.js",
  "/assets/js/diagnose/frame.js",
  "/assets/js/diagnose/answer.js",
  "/assets/js/diagnose/advice.js",
  "/assets/js/diagnose/progress.js",
  "/assets/js/diagnose/report.js",
  "/assets/js/diagnose/before.js",
  "/assets/js/diagnose/waiting.js",
];
const PATIENCE = 4000;

// The addresses carry the hash of their content, so their list names the version.
const CACHE = `shell-${[...ASSETS.join()].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7).toString(36)}`;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...PAGES, ...ASSETS])).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const sweep = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== CACHE).map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(sweep());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (ASSETS.includes(url.pathname)) event.respondWith(asset(request));
});

/** The network first, so that a page is never stale; then the kept page, then the page that says "offline". */
async function page(request, url) {
  const cache = await caches.open(CACHE);
  const path = url.pathname === "/diagnose" ? "/" : url.pathname;
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok && PAGES.includes(path)) await cache.put(path, response.clone());
    return response;
  } catch {
    const kept = PAGES.includes(path) && (await cache.match(path, { ignoreVary: true }));
    return kept || (await cache.match("/offline", { ignoreVary: true })) || Response.error();
  }
}

async function asset(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url, { ignoreVary: true })) ?? fetch(request);
}
