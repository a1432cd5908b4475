// What is about to be sent, on its way, or was not taken: the photos stay chosen until the server has them.

import { announce } from "/assets/js/announce.js";
import { sendBatch } from "/assets/js/api.js";
import { photosIn, isSame } from "/assets/js/batches/photos.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { key } from "/assets/js/key.js";
import { session } from "/assets/js/session.js";
import { uniqueKey } from "/assets/js/unique.js";
import { count, sentence, size, span } from "/assets/js/words.js";

const SHOWN = 12;
export const MOST = { anyone: 100, known: 1000 };

/** Whoever leaves while photos are on their way is asked first. */
function stay(event) {
  event.preventDefault();
}

export class Chosen {
  photos = [];
  #card = document.getElementById("chosen");
  #thumbs;
  #sent;
  #drawn;
  #wantsKey = false;
  #others = 0;
  #once = null;
  #leave = null;
  #fault = null;

  /** `drawn` hears whether the rest of the page is to step aside; `sent` gets the batch and its photos. */
  constructor(thumbs, { drawn, sent }) {
    this.#thumbs = thumbs;
    this.#sent = sent;
    this.#drawn = drawn;
  }

  get isSending() { return this.#leave !== null; }

  get most() { return key.value || session.known ? MOST.known : MOST.anyone; }

  add(files) {
    if (this.isSending) return;
    const { photos, others } = photosIn(files);
    this.#others = others;
    this.#change([...this.photos, ...photos.filter((photo) => !this.photos.some((one) => isSame(one, photo)))]);
    announce(this.#title());
    this.#card.querySelector("h2").focus({ preventScroll: true });
  }

  /** Other photos are another batch; sent again unchanged they are the same one. */
  #change(photos) {
    this.photos = photos;
    this.#once = uniqueKey();
    this.#fault = null;
    this.#wantsKey = false;
    this.draw();
  }

  #clear() {
    this.#change([]);
    document.querySelector("#drop input").focus({ preventScroll: true });
  }

  #title() {
    if (!this.photos.length) return "No photo among these files";
    return `${count(this.photos.length, "photo")}, ${size(this.photos.reduce((sum, photo) => sum + photo.size, 0))}`;
  }

  draw() {
    const drop = document.getElementById("drop");
    this.#card.hidden = !this.photos.length && !this.#others;
    drop.classList.toggle("drop--again", this.photos.length > 0);
    const over = this.photos.length - this.most;
    this.#drawn({ isEmpty: this.#card.hidden, wantsKey: !key.value && ((over > 0 && !session.known) || this.#wantsKey) });
    if (this.#card.hidden) return this.#card.replaceChildren();
    const notes = [
      key.value ? "They go with the key: only who has it can open the batch." : session.known && "They go as yours: only you can open the batch.",
      this.#others > 0 && `${count(this.#others, "file")} ${this.#others === 1 ? "is" : "are"} no photo and ${this.#others === 1 ? "stays" : "stay"} here.`,
      over > 0 && `That is ${over.toLocaleString("en-GB")} more than one batch takes${this.most === MOST.known ? "" : " without an account or a key"}.`,
    ].filter(Boolean);
    this.#card.replaceChildren(h("div", { class: "card__body stack stack--s" },
      h("h2", { id: "chosen-title", tabindex: "-1" }, this.#title()),
      this.photos.length > 0 && this.#strip(),
      notes.map((words) => h("p", { class: "quiet" }, words)),
      this.#fault && this.#note(this.#fault),
      h("div", { class: "buttons" },
        over > 0 ? button(`Keep the first ${this.most.toLocaleString("en-GB")}`, { look: "main", onclick: () => this.#keepFirst() })
          : this.photos.length > 0 && button(this.#fault ? "Try again" : `Read ${this.photos.length === 1 ? "it" : `all ${this.photos.length.toLocaleString("en-GB")}`}`, { look: "main", icon: this.#fault ? "retry" : "upload", id: "send", onclick: () => this.send() }),
        button(this.photos.length ? "Choose others" : "Close", { look: "quiet", onclick: () => { this.#others = 0; this.#clear(); } }))));
  }

  #strip() {
    const left = this.photos.length - SHOWN;
    return h("ul", { class: "chosen-strip", "aria-hidden": "true" },
      this.photos.slice(0, SHOWN).map((photo) => {
        const shot = h("li", { class: "shot shot--square" }, icon("leaf"));
        this.#thumbs.fill(shot, photo);
        return shot;
      }),
      left > 0 && h("li", { class: "chosen-strip__more small quiet number" }, `+\u00a0${left.toLocaleString("en-GB")}`));
  }

  #keepFirst() {
    this.#change(this.photos.slice(0, this.most));
    this.#card.querySelector("#send").focus({ preventScroll: true });
  }

  #note({ words, drop, label }) {
    return h("div", { class: "note note--warning" }, icon("warn"), h("p", {}, words),
      drop && button(label, { onclick: () => { this.#change(this.photos.filter((photo) => !drop.includes(photo))); this.#card.querySelector("h2")?.focus({ preventScroll: true }); } }));
  }

  async send() {
    const photos = this.photos;
    const leave = new AbortController();
    this.#leave = leave;
    addEventListener("beforeunload", stay);
    const meter = h("progress", { max: "100", value: "0", "aria-label": "Sent so far" });
    const words = h("span", {}, "Sending");
    const figure = h("span", { class: "number" }, "0%");
    this.#card.replaceChildren(h("div", { class: "card__body stack stack--s" },
      h("h2", { id: "chosen-title", tabindex: "-1" }, this.#title()), this.#strip(),
      h("div", { class: "sending" }, h("p", {}, words, figure), meter),
      h("div", { class: "buttons" }, button("Stop sending", { look: "quiet", onclick: () => leave.abort() }))));
    this.#card.querySelector("h2").focus({ preventScroll: true });
    document.getElementById("drop").setAttribute("inert", "");
    announce(`Sending ${count(photos.length, "photo")}`);
    const progress = (share) => {
      meter.value = share * 100;
      setText(figure, `${Math.floor(share * 100)}%`);
      if (share === 1) setText(words, "All sent; the server puts them away");
    };
    try {
      const batch = await sendBatch(photos, { once: this.#once, key: key.value, progress, signal: leave.signal });
      this.#settle();
      this.#others = 0;
      this.photos = [];
      this.#fault = null;
      this.draw();
      this.#sent(batch, photos);
    } catch (fault) {
      this.#settle();
      this.#refused(fault, leave.signal.aborted);
    }
  }

  #settle() {
    this.#leave = null;
    removeEventListener("beforeunload", stay);
    document.getElementById("drop").removeAttribute("inert");
  }

  #refused(fault, stopped) {
    this.#fault = stopped ? { words: "Stopped. The photos are still chosen." } : this.#explain(fault);
    this.#wantsKey = fault.status === 401;
    this.draw();
    announce(this.#fault.words);
    this.#card.querySelector("h2").focus({ preventScroll: true });
  }

  #explain({ status, message, retryAfter }) {
    const chosen = "All photos are still chosen.";
    if (status === undefined) return { words: `The connection broke before the server had said that it has them. ${chosen} Sent again, they are still one batch.` };
    if (status === 413) return this.#tooLarge(message);
    if (status === 401 && key.value) {
      key.forget();
      return { words: `The server no longer takes the key that was used here. Give it again below, or send without it. ${chosen}` };
    }
    if (status === 401) return { words: `This server takes photos only from people who are signed in, or with its key. Sign in in another tab or give the key below, then try again. ${chosen}` };
    if (status === 503 || status === 429) return { words: `The server has its hands full: ${sentence(message)} ${chosen}${retryAfter ? ` Try again in ${span(retryAfter)}.` : ""}` };
    if (status >= 500) return { words: `The server stumbled: ${sentence(message)} ${chosen}` };
    return { words: `The server did not take them: ${sentence(message)} ${chosen}` };
  }

  /** One that is too large spoils the batch; the server says how large one may be, but not which it was. */
  #tooLarge(message) {
    const limit = Number(/(\d+)\s*MB/.exec(message)?.[1] ?? 20);
    const drop = this.photos.filter((photo) => photo.size > limit * 2 ** 20);
    if (!drop.length) return { words: `Together or one by one they are too large: ${sentence(message)} All photos are still chosen.` };
    const names = drop.slice(0, 3).map((photo) => photo.name).join(", ");
    return {
      words: `${count(drop.length, "photo")} ${drop.length === 1 ? "is" : "are"} larger than the ${limit}\u00a0MB that this server takes: ${names}${drop.length > 3 ? " and others" : ""}. Nothing was kept by the server.`,
      drop, label: drop.length === 1 ? "Leave it out" : "Leave them out",
    };
  }
}
