// Parts of a camera's view in which what is found does not count: spots that are found again and again, and areas drawn by hand.

import { button, h, icon, svg } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { askArea } from "/assets/js/wildlife/area.js";
import { cameraShort, dayWords, isPrivate } from "/assets/js/wildlife/names.js";
import { count } from "/assets/js/words.js";

const pathOf = (camera, what) => `/api/v1/cameras/${encodeURIComponent(camera.id)}/${what}`;

export const masksOf = (id) => asPerson("GET", pathOf({ id }, "masks")).then(({ items }) => items);

/** The masks, each with its way back; `change` does something and draws everything anew. */
export function masksPart(camera, masks, { may, change }) {
  const focus = `[data-id="${camera.id}"] [data-do="repeats"]`;
  const found = h("div", { class: "cam__times", role: "status" });
  const put = (kind, points, words) => change(() => asPerson("POST", pathOf(camera, "masks"), { kind, points }), words, focus);
  return [
    masks.length ? h("ul", { class: "times" }, masks.map((one) => h("li", {},
      h("div", { class: "mask" }, shape(one.points), h("p", {}, one.kind === "repeat" ? "One thing at this spot does not count" : "Nothing in this area counts", h("span", { class: "small quiet" }, ` since ${dayWords(one.created_at)}`))),
      may && h("div", { class: "buttons" }, button("Count it again", { look: "quiet", icon: "undo", onclick: () => change(() => asPerson("DELETE", `/api/v1/masks/${one.id}`).then(() => true), "It counts again. The pictures follow within minutes.", focus) })))))
      : h("p", { class: "small quiet" }, "Everything in its view counts."),
    may && camera.image_count > 0 && h("div", { class: "buttons" },
      button("Look for false alarms", { icon: "search", "data-do": "repeats", onclick: () => look(camera, found, put) }),
      button("Leave out an area", { look: "quiet", icon: "crop", onclick: async () => {
        const points = await askArea(camera);
        if (points) put("area", points, "The area does not count any more. The pictures follow within minutes.");
      } })),
    may && found,
  ];
}

async function look(camera, host, put) {
  host.replaceChildren(h("p", { class: "small quiet" }, "Looking for what it finds at the same spot again and again."));
  try {
    const { items } = await asPerson("GET", pathOf(camera, "repeats"));
    if (!items.length) return host.replaceChildren(h("p", { class: "small quiet" }, "There is none: nothing was found at one spot on ten pictures or more, on several visits."));
    const pictures = await Promise.all(items.map(({ examples }) => asPerson("GET", `/api/v1/images/${examples[0]}`).catch(() => null)));
    host.replaceChildren(h("ul", { class: "times", "aria-label": `What ${cameraShort(camera)} finds again and again` }, items.map((one, at) => h("li", {},
      h("div", { class: "mask" }, shape(cornersOf(one.box), pictures[at]),
        h("p", {}, h("b", {}, `Taken for ${one.category === "animal" ? one.label.toLowerCase() : one.category}`), h("span", { class: "small quiet" }, ` on ${count(one.images, "picture")}, from ${dayWords(one.first)} to ${dayWords(one.last)}`))),
      h("div", { class: "buttons" }, button("It is no animal", { icon: "eye-off", onclick: () => put("repeat", cornersOf(one.box), "It does not count any more. The pictures follow within minutes.") }))))));
    host.querySelector("button")?.focus({ preventScroll: true });
  } catch (fault) {
    host.replaceChildren(h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  }
}

function cornersOf([x, y, width, height]) {
  const [right, bottom] = [Math.min(1, x + width), Math.min(1, y + height)];
  return [[x, y], [right, y], [right, bottom], [x, bottom]];
}

/** Where it lies in the view, over a picture where there is one. */
function shape(points, image) {
  const shown = image && image.thumbnail_url && !isPrivate(image);
  return svg("svg", { class: "mask__view", viewBox: "0 0 400 300", "aria-hidden": "true" },
    shown && svg("image", { href: image.thumbnail_url, width: "400", height: "300", preserveAspectRatio: "none" }),
    svg("polygon", { class: "mask__shape", points: points.map(([x, y]) => `${(x * 400).toFixed(1)},${(y * 300).toFixed(1)}`).join(" ") }));
}
