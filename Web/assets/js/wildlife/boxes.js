// A picture with what was found on it: one drawing in the picture's own measure, so that boxes stay where they belong
// when it is made larger. People and vehicles are blurred until somebody asks to see them.

import { svg } from "/assets/js/dom.js";
import { upperFirst } from "/assets/js/words.js";
import { sureWords } from "/assets/js/wildlife/names.js";

const MOST_ZOOM = 8;
const MARGIN = 0.02;   // of the picture, around what is blurred
const LEAST = 3e-5;   // of the picture: a smaller box does not tell where somebody is

export class Boxes {
  element;
  #scene;
  #size = [4, 3];
  #view = [0, 0, 4, 3];
  #detections = [];
  #tag;
  #tagWords;
  #tagGround;
  #held = null;

  constructor({ zoomed }) {
    this.zoomed = zoomed;
    this.#scene = svg("g");
    this.#tagGround = svg("rect", { class: "box__tag" });
    this.#tagWords = svg("text", { class: "box__text" });
    this.#tag = svg("g", { class: "box__label", "aria-hidden": "true" }, this.#tagGround, this.#tagWords);
    this.element = svg("svg", { class: "frame__picture", role: "img", viewBox: "0 0 4 3", preserveAspectRatio: "xMidYMid meet" }, this.#scene);
    this.element.addEventListener("dblclick", (event) => this.zoom(this.scale > 1 ? 1 / this.scale : 2.5, this.#point(event)));
    this.element.addEventListener("pointerdown", (event) => this.#take(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) this.element.addEventListener(kind, () => { this.#held = null; });
    this.element.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.#point(event));
    }, { passive: false });
  }

  /** The whole picture again. */
  reset() { this.zoom(0); }

  get scale() { return this.#size[0] / this.#view[2]; }

  /** Draws a picture and what was found; `bare` shows people, `boxed` the boxes. */
  draw({ url, width, height, words, detections, bare, boxed, failed }) {
    if (this.#size[0] !== width || this.#size[1] !== height) {
      this.#size = [width, height];
      this.#view = [0, 0, width, height];
      this.#look();
    }
    this.#detections = detections;
    this.element.setAttribute("aria-label", words);
    const picture = (more) => {
      const one = svg("image", { width, height, preserveAspectRatio: "none", ...more });
      if (failed) one.addEventListener("error", failed, { once: true });
      if (url) one.setAttribute("href", url);
      return one;
    };
    const shy = bare ? [] : detections.filter(({ category }) => category !== "animal");
    this.#scene.replaceChildren(...[
      url && picture(),
      ...(url && shy.length ? this.#blurred(shy, picture) : []),
      boxed && svg("g", { class: "boxes" }, detections.map((one, at) => this.#box(one, at))),
      boxed && this.#tag,
    ].filter(Boolean));
    this.#tag.setAttribute("visibility", "hidden");
  }

  #blurred(shy, picture) {
    const [width, height] = this.#size;
    const edge = Math.max(width, height) * MARGIN;
    // Where the place is not known, all of it is blurred.
    if (shy.some(({ box: [, , w, h] }) => w * h < LEAST)) shy = [{ box: [0, 0, 1, 1] }];
    return [
      svg("filter", { id: "shy", x: "0", y: "0", width: "1", height: "1" },
        svg("feGaussianBlur", { stdDeviation: (width * 0.022).toFixed(1) }),
        // Opaque at the rim as well, or what lies below would show through.
        svg("feComponentTransfer", {}, svg("feFuncA", { type: "linear", slope: "0", intercept: "1" }))),
      svg("clipPath", { id: "shy-places" }, shy.map(({ box: [x, y, w, h] }) => svg("rect", { x: x * width - edge, y: y * height - edge, width: w * width + 2 * edge, height: h * height + 2 * edge }))),
      svg("g", { class: "shy", "clip-path": "url(#shy-places)" }, picture({ filter: "url(#shy)" })),
    ];
  }

  #box({ category, box: [x, y, w, h] }, at) {
    const [width, height] = this.#size;
    const place = { x: x * width, y: y * height, width: w * width, height: h * height };
    const one = svg("g", { class: "box", "data-at": at },
      svg("rect", { ...place, class: "box__under" }), svg("rect", { ...place, class: `box__line box__line--${category}` }));
    one.addEventListener("pointerenter", () => this.choose(at));
    one.addEventListener("pointerleave", () => this.choose(null));
    return one;
  }

  /** Marks one of those that were found and says what it is; `null` for none. */
  choose(at) {
    for (const one of this.element.querySelectorAll(".box")) one.toggleAttribute("data-chosen", Number(one.dataset.at) === at);
    const found = at === null ? null : this.#detections[at];
    this.#tag.setAttribute("visibility", found ? "visible" : "hidden");
    if (!found || !this.#tag.isConnected) return;
    const [width, height] = this.#size;
    const letter = this.#view[2] / 44;
    const words = `${upperFirst(found.species || found.label)}: ${sureWords(found.confidence)}`;
    this.#tagWords.textContent = words;
    const wide = words.length * letter * 0.6 + letter;
    const x = Math.max(0, Math.min(found.box[0] * width, width - wide));
    const above = found.box[1] * height - letter * 2;
    const y = above > this.#view[1] ? above : Math.max(this.#view[1], found.box[1] * height) + letter * 0.3;
    for (const [name, value] of Object.entries({ x, y, width: wide, height: letter * 1.7, rx: letter * 0.3 })) this.#tagGround.setAttribute(name, value);
    for (const [name, value] of Object.entries({ x: x + letter * 0.5, y: y + letter * 1.2, "font-size": letter })) this.#tagWords.setAttribute(name, value);
  }

  /** Larger or smaller by a factor, around a point of the picture. */
  zoom(by, [px, py] = [this.#view[0] + this.#view[2] / 2, this.#view[1] + this.#view[3] / 2]) {
    const [width, height] = this.#size;
    const scale = Math.max(1, Math.min(MOST_ZOOM, this.scale * by));
    const [x, y, w, h] = this.#view;
    const [nw, nh] = [width / scale, height / scale];
    this.#view = [px - ((px - x) / w) * nw, py - ((py - y) / h) * nh, nw, nh];
    this.#look();
  }

  #look() {
    const [width, height] = this.#size;
    const [x, y, w, h] = this.#view;
    this.#view = [Math.max(0, Math.min(x, width - w)), Math.max(0, Math.min(y, height - h)), w, h];
    this.element.setAttribute("viewBox", this.#view.map((one) => one.toFixed(1)).join(" "));
    this.element.toggleAttribute("data-zoomed", this.scale > 1.01);
    this.zoomed(this.scale);
  }

  #point(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.element.getScreenCTM().inverse());
    return [at.x, at.y];
  }

  #take(event) {
    if (this.scale <= 1.01 || event.button) return;
    this.element.setPointerCapture(event.pointerId);
    this.#held = this.#point(event);
  }

  #move(event) {
    if (!this.#held) return;
    const [x, y] = this.#point(event);
    this.#view = [this.#view[0] + this.#held[0] - x, this.#view[1] + this.#held[1] - y, this.#view[2], this.#view[3]];
    this.#look();
  }
}
