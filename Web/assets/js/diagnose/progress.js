// A photo under way, in the shape of the answer to come; and a photo that was refused or is kept.

import { button, h, icon } from "/assets/js/dom.js";

export function workingCard(look) {
  const line = (short) => h("span", { class: `skeleton skeleton--line${short ? " skeleton--short" : ""}` });
  const meter = h("progress", { max: "1", "aria-label": "Progress" });
  const words = h("span", {});
  const figure = h("span", { class: "number quiet" });
  const show = () => {
    const sending = look.state === "sending";
    words.textContent = look.state === "queued" ? "Waiting for its turn" : sending ? "Sending the photo" : "Looking at the leaf";
    if (sending && look.share > 0) meter.value = look.share; else meter.removeAttribute("value");
    figure.textContent = sending && look.share > 0 ? `${Math.round(look.share * 100)}%` : "";
  };
  show();
  const element = [
    h("div", { class: "finding", "aria-busy": "true" },
      h("div", { class: "finding__photo stack stack--s" },
        h("figure", { class: "shot shot--square" }, look.viewURL ? h("img", { src: look.viewURL, alt: "", width: "400", height: "400" }) : h("div", { class: "skeleton shot__layer" })),
        h("div", { class: "finding__under" })),
      h("div", { class: "stack" },
        h("div", {}, h("p", { class: "small quiet" }, look.name), h("h2", { class: "finding__name", id: "finding", tabindex: "-1" }, "One moment"), h("p", { class: "finding__latin" }, "Nothing to do but wait.")),
        h("div", { class: "progress" }, h("p", {}, words, figure), meter),
        h("div", { class: "panels" }, line(), line(), line(true), line(), line(true)))),
  ];
  return { element, show };
}

/** The server's words, but for a size that it can only count in bytes. */
export function refusalWords({ refusal, file }) {
  if (refusal.status !== 413 || !file) return refusal.message;
  return `It has ${Math.ceil(file.size / 1e6)}\u00a0MB, more than this server takes. Send it smaller, or cut out one leaf first.`;
}

/** What went wrong, and what to do next. */
export function refusedCard(look, { again, another }) {
  const { status, retryAfter, requestID } = look.refusal;
  const title = TITLES[status] ?? (status >= 500 ? "The server stumbled" : "The server did not take this photo");
  const mayPass = status === 0 || status === 429 || status >= 500;
  const retry = button("Try again", { look: "main", icon: "retry", onclick: again });
  const other = button("Choose another photo", { onclick: another });
  if (mayPass) countDown(retry, retryAfter);
  return h("div", { class: "finding" },
    h("div", { class: "finding__photo" }, h("figure", { class: "shot shot--square" }, look.viewURL ? h("img", { src: look.viewURL, alt: "The photo you sent", width: "400", height: "400" }) : h("div", { class: "shot__word" }, icon("eye-off"), h("span", {}, look.name)))),
    h("div", { class: "refusal" }, icon("warn"),
      h("div", {}, h("h2", { class: "finding__name", id: "finding", tabindex: "-1" }, title), h("p", {}, refusalWords(look))),
      h("p", { class: "quiet" }, "Nothing was lost; your photo is untouched."),
      h("div", { class: "buttons" }, mayPass ? [retry, other] : [other]),
      requestID && status >= 500 && h("p", { class: "small faint" }, "For the one who runs this server: ", h("code", {}, requestID))));
}

export function keptCard(look, { again }) {
  return h("div", { class: "finding" },
    h("div", { class: "finding__photo" }, h("figure", { class: "shot shot--square" }, look.viewURL ? h("img", { src: look.viewURL, alt: "The photo that is kept", width: "400", height: "400" }) : h("div", { class: "shot__word" }, icon("camera"), h("span", {}, look.name)))),
    h("div", { class: "refusal" },
      h("div", {}, h("h2", { class: "finding__name", id: "finding", tabindex: "-1" }, "Kept for later"), h("p", {}, "The server cannot be reached. Your photo is kept in this browser and is sent when the server is back and this page is open.")),
      h("div", { class: "buttons" }, button("Try now", { look: "main", icon: "retry", onclick: again }))));
}

const TITLES = {
  0: "The connection broke",
  400: "This is not a photo it can read",
  413: "The photo is too large",
  415: "This format cannot be read here",
  422: "The server did not understand",
  429: "Too many at once",
  503: "The server is not ready",
};

function countDown(retry, seconds) {
  if (!seconds) return;
  const label = retry.lastChild;
  let left = seconds;
  retry.disabled = true;
  const tick = () => {
    if (left <= 0) { retry.disabled = false; label.textContent = "Try again"; return; }
    label.textContent = `Try again in ${left} s`;
    left -= 1;
    setTimeout(tick, 1000);
  };
  tick();
}
