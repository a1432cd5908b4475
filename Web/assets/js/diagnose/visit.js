// The photos of this visit: sent two at a time, each with its own state.
// States: queued, sending, looking, answered, refused, waiting.

import { Refusal, Unreachable, diagnose, isReachable } from "/assets/js/api.js";
import { pagesFor } from "/assets/js/diagnose/catalogue.js";
import { cut, middleSquare, read } from "/assets/js/picture.js";

const AT_ONCE = 2;
const VIEW = 900;
const THUMB = 320;

export class Visit extends EventTarget {
  looks = [];
  #running = 0;
  #next = 1;

  /** Takes files in and starts looking; gives the first of them. */
  add(files) {
    const added = [...files].map((file) => this.#begin({ file, name: file.name || "Pasted photo" }));
    this.#pump();
    return added[0];
  }

  /** Sends a photo again: the whole, or a part of it. */
  again(look, crop = look.crop) {
    Object.assign(look, { crop, state: "queued", share: 0, refusal: null });
    this.#changed(look);
    this.#pump();
  }

  /** Puts an answer back that was kept earlier. */
  async reopen({ id, name, answer, pages, photo }) {
    const known = this.looks.find((look) => look.answer?.id === id);
    if (known) return known;
    const look = this.#begin({ file: photo, name, at: answer.created_at, state: "answered", answer, pages: pages ?? (await pagesFor(answer)), reopened: true });
    if (photo) {
      look.picture = await read(photo);
      await this.#view(look);
    }
    this.#changed(look);
    return look;
  }

  /** Sends a photo that was kept without a network. */
  resume({ id, file, name, crop }) {
    const look = this.#begin({ file, name, crop, kept: id });
    this.#pump();
    return look;
  }

  #begin(facts) {
    const look = { key: this.#next++, state: "queued", share: 0, picture: undefined, at: new Date().toISOString(), ...facts };
    this.looks.push(look);
    this.#changed(look);
    return look;
  }

  #pump() {
    while (this.#running < AT_ONCE) {
      const look = this.looks.find((one) => one.state === "queued");
      if (!look) return;
      this.#running += 1;
      look.state = "sending";
      this.#run(look).finally(() => {
        this.#running -= 1;
        this.#pump();
      });
    }
  }

  async #run(look) {
    const sent = diagnose(look.file, look.name, {
      crop: look.crop,
      progress: (share) => {
        look.share = share;
        look.state = share < 1 ? "sending" : "looking";
        this.#changed(look);
      },
    });
    try {
      const [answer] = await Promise.all([sent, this.#prepare(look)]);
      const pages = await pagesFor(answer);
      Object.assign(look, { answer, pages, at: answer.created_at, reopened: false });
      await this.#view(look);
      look.state = "answered";
      this.dispatchEvent(new CustomEvent("answered", { detail: look }));
    } catch (fault) {
      await this.#prepare(look);
      // A server that answers now broke off, it is not away: waiting would not help.
      const away = fault instanceof Unreachable && !(await isReachable());
      look.state = away ? "waiting" : "refused";
      look.refusal = fault instanceof Refusal ? fault : new Refusal(0, { message: "The connection broke before the whole photo had arrived. Send it again." });
      this.dispatchEvent(new CustomEvent(look.state, { detail: look }));
    }
    this.#changed(look);
  }

  /** Read once; whoever asks again waits for the same reading. */
  #prepare(look) {
    look.prepared ??= look.picture === undefined ? this.#read(look) : Promise.resolve();
    return look.prepared;
  }

  async #read(look) {
    look.picture = await read(look.file);
    if (look.picture) {
      const { width, height, photo } = look.picture;
      look.thumb = await cut(photo, middleSquare(look.crop ?? [0, 0, 1, 1], width, height), THUMB);
      this.#show(look, photo, look.thumb);
    }
    this.#changed(look);
  }

  /** The part the model saw, as a picture: what the heat map lies on. */
  async #view(look) {
    if (!look.picture) return;
    const { width, height, photo } = look.picture;
    const seen = look.answer.images[0];
    const region = middleSquare(seen?.heat_map?.region ?? seen?.crop ?? look.crop ?? [0, 0, 1, 1], width, height);
    look.thumb = await cut(photo, region, THUMB);
    this.#show(look, await cut(photo, region, VIEW), look.thumb);
  }

  #show(look, view, thumb) {
    for (const url of [look.viewURL, look.thumbURL]) if (url) URL.revokeObjectURL(url);
    look.viewURL = URL.createObjectURL(view);
    look.thumbURL = URL.createObjectURL(thumb);
  }

  #changed(look) {
    this.dispatchEvent(new CustomEvent("changed", { detail: look }));
  }
}
