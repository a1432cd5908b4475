// A video over the gallery: its frames that tell most as a row, and the film itself in the place of the picture.

import { h, icon } from "/assets/js/dom.js";
import { moment } from "/assets/js/words.js";

const NEAR = 0.001;   // seconds: the same frame

export class Film {
  strip = h("ul", { class: "strip", "aria-label": "The video and its frames", hidden: true });
  screen = h("div", { hidden: true });
  #changed;
  #bare;
  #image = null;
  #at = 0;
  #isPlaying = false;
  #isShy = false;

  /** `changed` hears when another frame is chosen; `bare` when people are shown because the film is. */
  constructor({ changed, bare }) {
    this.#changed = changed;
    this.#bare = bare;
  }

  /** Takes what is open; nothing of a picture, and nothing when it is left. */
  take(image) {
    const isFilm = image?.kind === "video";
    if (!isFilm) this.stop();
    const isSame = isFilm && this.#image?.id === image.id && this.#image.frames.length === image.frames.length;
    this.#image = isFilm ? image : null;
    if (isFilm && !isSame) this.#at = Math.max(0, image.frames.findIndex((one) => isOn(one, image.detections[0])));
    this.strip.hidden = !isFilm || !(image.frames.length || image.image_url);
  }

  /** The frame that is chosen, as a picture with what is on it; `null` where there is none. */
  get frame() {
    const frame = this.#image?.frames[this.#at];
    return frame ? { ...this.#image, preview_url: frame.url, detections: this.#image.detections.filter((one) => isOn(frame, one)) } : null;
  }

  stop() {
    this.#isPlaying = false;
    this.screen.hidden = true;
    this.screen.replaceChildren();
  }

  paint({ shy }) {
    this.#isShy = shy;
    if (!this.#image || this.strip.hidden) return;
    const held = [...this.strip.querySelectorAll("button")].indexOf(document.activeElement);
    const play = this.#image.image_url && h("button", { type: "button", id: "play", "aria-pressed": String(this.#isPlaying), onclick: () => this.#play() },
      icon("play"), this.#isShy ? "Show people and play" : "Play");
    this.strip.replaceChildren(...[
      play, ...this.#image.frames.map((frame, at) => h("button", { type: "button", "aria-pressed": String(!this.#isPlaying && at === this.#at), onclick: () => this.#choose(at) },
        picture(frame, this.#isShy), h("span", { class: "shot__length" }, h("span", { class: "hidden-text" }, "Frame at "), moment(frame.seconds)))),
    ].filter(Boolean).map((one) => h("li", {}, one)));
    if (held >= 0) this.strip.querySelectorAll("button")[held]?.focus({ preventScroll: true });
  }

  #choose(at) {
    this.stop();
    this.#at = at;
    this.#changed();
  }

  #play() {
    if (this.#isPlaying) return this.#choose(this.#at);
    if (this.#isShy) this.#bare();
    this.#isPlaying = true;
    const film = h("video", { class: "frame__video", controls: true, playsinline: true, preload: "metadata", "aria-label": "The video" });
    film.addEventListener("error", () => this.#fail(), { once: true });
    film.src = this.#image.image_url;
    this.screen.replaceChildren(film);
    this.screen.hidden = false;
    film.play().catch(() => {});   // where playing by itself is not allowed there are the controls
    this.#changed();
  }

  #fail() {
    if (!this.#isPlaying) return;
    this.screen.replaceChildren(h("p", { class: "frame__word frame__video", role: "alert" }, icon("warn"), "This browser does not play this sort of video. Look at its frames, or save the file."));
  }
}

const isOn = (frame, detection) => Boolean(detection) && Math.abs(frame.seconds - detection.frame_seconds) < NEAR;

function picture(frame, shy) {
  const img = h("img", { alt: "", loading: "lazy", class: shy ? "strip__shy" : null });
  if (frame.url) img.src = frame.url;
  return img;
}
