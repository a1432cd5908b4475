// What every page has: the theme, who is signed in, the word "Offline", and the worker that shows the shell without a network.

import { showWho } from "/assets/js/who.js";

const YEAR = 31536000;
const root = document.documentElement;
const toggle = document.getElementById("theme");
const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

function showTheme() {
  const dark = isDark();
  toggle.setAttribute("aria-pressed", String(dark));
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    meta.content = getComputedStyle(root).getPropertyValue("--rail").trim();
  }
}

/** A choice that agrees with the device is no choice: the cookie goes and the page follows the device again. */
function choose(dark) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (dark === system.matches) {
    delete root.dataset.theme;
    document.cookie = `theme=; path=/; max-age=0; samesite=lax${secure}`;
  } else {
    root.dataset.theme = dark ? "dark" : "light";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  }
  showTheme();
}

// A page from the worker's store was written before the last choice.
const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme;
toggle.addEventListener("click", () => choose(!isDark()));
system.addEventListener("change", showTheme);
showTheme();

showWho();

const badge = document.getElementById("network");
const showNetwork = () => { badge.hidden = navigator.onLine; };
addEventListener("online", showNetwork);
addEventListener("offline", showNetwork);
showNetwork();

if ("serviceWorker" in navigator && isSecureContext) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
