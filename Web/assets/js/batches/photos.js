// The photos that were chosen: which of the files are any, how large, and small pictures of them.

import { square } from "/assets/js/picture.js";

const SIDE = 112;
const AT_ONCE = 2;
const NAMES = /\.(jpe?g|png|webp|tiff?|hei[cf]|avif)$/i;
const VIDEOS = /\.(mp4|m4v|mov|avi)$/i;

export const isVideoFile = ({ name }) => VIDEOS.test(name);

/** Splits files into photos, in the order of their names, and the number of others; with `videos` they count as photos. */
export function photosIn(files, { videos = false } = {}) {
  const fits = (file) => file.type.startsWith("image/") || NAMES.test(file.name) || (videos && isVideoFile(file));
  const photos = files.filter((file) => !file.name.startsWith(".") && fits(file));
  photos.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return { photos, others: files.length - photos.length };
}

/** The same file, chosen again. */
export function isSame(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

/** Small pictures, made two at a time and only for places that come into view. */
export class Thumbs {
  #made = new Map();
  #waiting = [];
  #running = 0;
  #near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#enter(target);
  }, { rootMargin: "200px" });
  #files = new WeakMap();

  /** Fills a `.shot` with the picture of a file once it is near the view. */
  fill(shot, file) {
    this.#files.set(shot, file);
    this.#near.observe(shot);
  }

  /** Lets go of everything. */
  clear() {
    this.#near.disconnect();
    this.#waiting = [];
    for (const url of this.#made.values()) if (url) URL.revokeObjectURL(url);
    this.#made.clear();
  }

  #enter(shot) {
    this.#near.unobserve(shot);
    this.#waiting.push(shot);
    this.#pump();
  }

  #pump() {
    while (this.#running < AT_ONCE && this.#waiting.length) {
      const shot = this.#waiting.shift();
      this.#running += 1;
      this.#make(shot).finally(() => {
        this.#running -= 1;
        this.#pump();
      });
    }
  }

  async #make(shot) {
    const file = this.#files.get(shot);
    if (!this.#made.has(file)) {
      const piece = await square(file, SIDE);
      this.#made.set(file, piece && URL.createObjectURL(piece));
    }
    const url = this.#made.get(file);
    if (!url) return;
    const image = new Image(SIDE, SIDE);
    image.alt = "";
    image.src = url;
    shot.replaceChildren(image);
  }
}
