// One picture over the gallery: what is on it, what the machine and people say of it, and the keys to say so oneself.

import { announce, toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { Boxes } from "/assets/js/wildlife/boxes.js";
import { Burst } from "/assets/js/wildlife/burst.js";
import { correct } from "/assets/js/wildlife/correct.js";
import { facts, foundList, reviewList } from "/assets/js/wildlife/facts.js";
import { queryOf } from "/assets/js/wildlife/filter.js";
import { isForPage, keyHints, showKeys } from "/assets/js/wildlife/keys.js";
import { cameraShort, isVideo, titleOf, wallWords } from "/assets/js/wildlife/names.js";
import { stateNotes } from "/assets/js/wildlife/notices.js";
import { knownSpecies } from "/assets/js/wildlife/places.js";
import { Film } from "/assets/js/wildlife/film.js";

const DONE = { approve: "Approved.", reject: "Nothing there: noted.", flag: "Flagged for somebody else to look at." };
const BRIEFLY = 400;

export class Look {
  #place;
  #me;
  #may;
  #burst;
  #open;
  #leave;
  #changed;
  #gone;
  #cameras = new Map();
  #id = null;
  #image = null;
  #filter = {};
  #boxes;
  #boxed = true;
  #bare = false;
  #film = new Film({ changed: () => this.#show(), bare: () => { this.#bare = true; } });
  #busy = false;
  #asking = false;
  #soon;
  #told = "";

  /** `open` and `leave` change the address; `changed` gets a picture as it is now, `gone` the key of one that was removed. */
  constructor(place, { me, may, address, open, leave, changed, gone }) {
    this.#place = place;
    this.#me = me;
    this.#may = may;
    this.#burst = new Burst({ may, address, open: (id) => this.#open(id, { replace: true }), act: (verb) => this.#sayOfBurst(verb), heard: () => this.#afterBurst() });
    this.#open = open;
    this.#leave = leave;
    this.#changed = changed;
    this.#gone = gone;
    this.#build();
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  offer(cameras) { this.#cameras = cameras; }

  #build() {
    const part = (name, ...children) => (this[name] = h(...children));
    this.#boxes = new Boxes({ zoomed: (scale) => { out.disabled = fit.disabled = scale <= 1.01; } });
    const sign = (label, sign, onclick, more = {}) => h("button", { type: "button", class: "button button--icon", "aria-label": label, title: label, onclick, ...more }, icon(sign));
    const out = sign("Smaller", "minus", () => this.#boxes.zoom(1 / 1.6), { class: "button button--icon desk-only", disabled: true });
    const fit = sign("The whole picture", "whole", () => this.#boxes.reset(), { disabled: true });
    this.#boxes.element.id = "picture";
    const judge = this.#may.review && [
      this.#act("Approve", "check", "A", () => this.#say("approve"), "button button--main", "approve"),
      this.#act("Nothing there", "minus", "R", () => this.#say("reject"), "button", "reject"),
      this.#act("Correct", "label", "C", () => this.#correct(), "button", "correct"),
      this.#act("Flag", "flag", "F", () => this.#say("flag"), "button", "flag"),
      this.#act("Undo", "undo", "U", () => this.#undo(), "button button--quiet", "undo"),
    ];
    this.#place.replaceChildren(
      h("div", { class: "look__head" },
        h("a", { class: "button button--quiet", href: "/images", id: "look-back", onclick: (event) => { event.preventDefault(); this.#leave(); } }, icon("back"), "All pictures"),
        h("div", { class: "look__ways" },
          part("earlier", "button", { type: "button", class: "button", id: "earlier", disabled: true, onclick: () => this.#go("earlier") }, icon("back"), "Earlier"),
          part("later", "button", { type: "button", class: "button", id: "later", disabled: true, onclick: () => this.#go("later") }, "Later", icon("chevron")))),
      part("fault", "p", { class: "field__error", role: "alert", id: "look-fault", hidden: true }),
      h("div", { class: "look__body" },
        h("div", { class: "stack stack--s" },
          h("div", { class: "frame" }, this.#boxes.element, this.#film.screen,
            part("word", "p", { class: "frame__word", hidden: true })),
          this.#film.strip,
          h("div", { class: "tools" },
            part("people", "button", { type: "button", class: "button", id: "show-people", "aria-pressed": "false", "aria-controls": "picture", hidden: true, onclick: () => { this.#bare = !this.#bare; if (!this.#bare) this.#film.stop(); this.#paint(); } }, icon("eye"), "Show people"),
            part("boxesButton", "button", { type: "button", class: "button", id: "show-boxes", "aria-pressed": "true", "aria-controls": "picture", title: "Boxes (B)", onclick: () => { this.#boxed = !this.#boxed; this.#paint(); } }, icon("boxes"), "Boxes"),
            sign("Larger", "plus", () => this.#boxes.zoom(1.6)), out, fit),
          judge && h("div", { class: "judge", role: "group", "aria-label": "Say what you see" }, judge),
          keyHints(this.#may, () => showKeys(this.#may))),
        h("div", { class: "card look__side" }, h("div", { class: "card__body stack" },
          h("div", { class: "look__title" },
            part("title", "h1", { id: "look-title", tabindex: "-1" }, "One moment"),
            part("when", "p", { class: "small quiet" }, "\u00a0")),
          part("notice", "div", {}),
          part("found", "section", { "aria-label": "What was found" }),
          part("said", "section", { "aria-label": "What people said" }),
          part("facts", "section", { "aria-label": "About this picture" }),
          part("acts", "div", { class: "buttons" }))),
        this.#burst.element));
  }

  #act(words, sign, key, onclick, classes, name) {
    return h("button", { type: "button", class: classes, "data-act": name, "aria-keyshortcuts": key, disabled: true, onclick }, icon(sign), words);
  }

  // --- opening and leaving

  /** Shows a picture; what the gallery knows of it stands there at once. */
  async open(id, { known, filter }) {
    const before = this.#id;
    this.#filter = filter;
    this.#id = id;
    this.#bare = false;
    this.#film.take(null);
    this.#place.hidden = false;
    this.fault.hidden = true;
    this.#boxes.reset();
    const held = this.#place.contains(document.activeElement) && document.activeElement;
    if (!before) scrollTo({ top: 0, behavior: "instant" });
    if (before !== id) {
      this.#image = null;
      this.#ready(false);
      if (!this.#burst.ids.includes(id)) this.#burst.show([], id);
      if (known) {
        setText(this.title, titleOf(known));
        setText(this.when, this.#whenWords(known));
        document.title = `${titleOf(known)} · Hedgerow`;
      }
    }
    if (!before && known) this.title.focus({ preventScroll: true });   // who comes by a link begins at the top
    await this.#load();
    if (held && document.activeElement === document.body) (held.disabled ? this.title : held).focus({ preventScroll: true });
  }

  /** Gives the key of the picture that was open. */
  close() {
    const left = this.#id;
    this.#id = null;
    this.#image = null;
    this.#film.take(null);
    this.#place.hidden = true;
    return left;
  }

  async #load({ burst: known, anew } = {}) {
    const id = this.#id;
    try {
      const [image, burst] = await Promise.all([asPerson("GET", `/api/v1/images/${encodeURIComponent(id)}${queryOf(this.#filter)}`), known ?? this.#burst.of(id, { anew })]);
      if (id !== this.#id) return;
      this.#take(image);
      this.#burst.show(burst, id);
      const words = `${titleOf(image)}, ${this.#whenWords(image)}`;
      if (!anew || words !== this.#told) announce(words);   // what others say of the burst is no news of this one
      this.#told = words;
    } catch (fault) {
      if (id !== this.#id) return;
      this.#fail(fault.status === 404 || fault.status === 422 ? "This picture is not here: it was removed, or it is none that you see." : faultWords(fault));
      if (!this.#image) { setText(this.title, "Not here"); setText(this.when, "\u00a0"); }
    }
  }

  #take(image) {
    this.#image = image;
    document.title = `${titleOf(image)} · Hedgerow`;
    setText(this.title, titleOf(image) + (image.counts.length === 1 && image.counts[0].individuals > 1 ? ` ×${image.counts[0].individuals}` : ""));
    setText(this.when, this.#whenWords(image));
    this.notice.replaceChildren(...stateNotes(image));
    this.#film.take(image);
    this.said.replaceChildren(...reviewList(image.reviews, this.#me));
    this.facts.replaceChildren(facts(image));
    this.acts.replaceChildren(...this.#acts(image));
    this.#show();
    this.#ready(true);
  }

  #ready(on) {
    for (const one of this.#place.querySelectorAll("[data-act]")) one.disabled = !on;
    const undo = this.#place.querySelector('[data-act="undo"]');
    if (on && undo) undo.disabled = !this.#image.reviews.some(({ reviewer }) => reviewer === this.#me.user.id);
    this.earlier.disabled = !on || !this.#image.earlier;
    this.later.disabled = !on || !this.#image.later;
  }

  /** What was found, with its boxes: of a video on the frame that is chosen. */
  #show() {
    if (!this.#image) return;
    this.found.replaceChildren(...foundList(this.#film.frame ?? this.#image, { choose: (at) => this.#boxes.choose(at) }));
    this.#paint();
  }

  #paint() {
    const image = this.#image;
    if (!image) return;
    const { detections, preview_url: frameUrl } = this.#film.frame ?? image;
    const shy = image.detections.some(({ category }) => category !== "animal");
    this.people.hidden = !shy || !this.#may.people;   // for others the server has veiled them already
    this.people.setAttribute("aria-pressed", String(this.#bare));
    this.boxesButton.setAttribute("aria-pressed", String(this.#boxed));
    this.#film.paint({ shy: shy && !this.#bare && this.#may.people });
    const url = frameUrl ?? image.thumbnail_url;
    this.word.hidden = Boolean(url);
    if (!url) this.word.replaceChildren(icon(image.status === "failed" ? "warn" : "clock"), image.status === "failed" ? `This ${isVideo(image) ? "video" : "picture"} could not be read.` : "It is put on the disk and waits to be read.");
    this.#boxes.draw({
      url, width: image.width || 4, height: image.height || 3, words: `${titleOf(image)}${shy && !this.#bare ? ", people are blurred" : ""}`,
      detections, bare: this.#bare, boxed: this.#boxed, failed: () => this.#later(),
    });
  }

  #whenWords(image) {
    const camera = this.#cameras.get(image.camera_id) ?? image.camera;
    return [camera && cameraShort(camera), wallWords(image.local_time)].filter(Boolean).join(", ");
  }

  #acts(image) {
    return [
      image.image_url && h("a", { class: "button", href: image.image_url, download: image.filename }, icon("download"), "Save the file"),
      this.#may.manage && image.status === "failed" && button("Read it again", { icon: "retry", id: "retry", onclick: () => this.#retry() }),
      this.#may.manage && button("Delete", { look: "quiet", icon: "bin", id: "delete", onclick: () => this.#delete() }),
    ].filter(Boolean);
  }

  // --- saying something

  async #change(work, words, { undo } = {}) {
    if (this.#busy || !this.#image) return;
    this.#busy = true;
    const { earlier, later, id } = this.#image;
    const held = document.activeElement?.dataset?.act;
    try {
      // An answer to a word leads through all pictures; the ways of the filter stay.
      const image = { ...(await work(`/api/v1/images/${encodeURIComponent(id)}`)), earlier, later };
      this.#changed(image);
      if (id === this.#id) this.#take(image);
      this.#burstLater(id);
      if (held && document.activeElement === document.body) this.title.focus({ preventScroll: true });
      this.fault.hidden = true;
      if (undo) toast(`${titleOf(image)}: ${words}`, { undo: () => this.#takeBack(id) }); else announce(words);
    } catch (fault) {
      this.#fail(faultWords(fault));
    }
    this.#busy = false;
  }

  #say(verb) {
    return this.#change((path) => asPerson("POST", `${path}/${verb}`), DONE[verb], { undo: true });
  }

  #correct() {
    return this.#ask((body) => {
      const path = `/api/v1/images/${encodeURIComponent(this.#image.id)}/review`;
      return asPerson("PUT", path, body).then((image) => this.#change(async () => image, "Corrected.", { undo: true }));
    });
  }

  async #ask(save, more) {
    if (!this.#image || this.#asking) return;
    this.#asking = true;
    const species = await knownSpecies().catch(() => []);
    this.#asking = false;
    if (this.#image) await correct(this.#image, species.map(([name]) => name), save, more);
  }

  // --- the whole burst

  async #sayOfBurst(verb) {
    if (this.#burst.size < 2 || this.#busy) return;
    const failed = (fault) => this.#fail(faultWords(fault));
    if (verb === "correct") return this.#ask((said) => this.#burst.say(verb, said, failed), { title: `What do all ${this.#burst.words} of the burst show?` });
    this.#busy = true;
    try {
      await this.#burst.say(verb, {}, failed);
      this.fault.hidden = true;
    } catch (fault) {
      failed(fault);
    }
    this.#busy = false;
  }

  async #afterBurst() {
    const id = this.#id;
    if (!id) return;
    const items = await this.#burst.of(id, { anew: true });
    for (const one of items) this.#changed(one);
    if (id === this.#id) await this.#load({ burst: items });
  }

  /** What was said of one shows on the strip as well. */
  async #burstLater(id) {
    if (this.#burst.size < 2) return;
    const items = await this.#burst.of(id, { anew: true });
    if (id === this.#id) this.#burst.show(items, id);
  }

  #undo() {
    if (this.#place.querySelector('[data-act="undo"]')?.disabled) return;
    return this.#change((path) => asPerson("DELETE", `${path}/review`), "Your last word is taken back.");
  }

  async #takeBack(id) {
    if (id === this.#id) return this.#undo();
    try {
      this.#changed(await asPerson("DELETE", `/api/v1/images/${encodeURIComponent(id)}/review`));
      announce("Your last word is taken back.");
    } catch (fault) {
      this.#fail(faultWords(fault));
    }
  }

  #retry() {
    return this.#change((path) => asPerson("POST", `${path}/retry`), "It is read again.");
  }

  async #delete() {
    const { id } = this.#image;
    const noun = isVideo(this.#image) ? "video" : "picture";
    if (!(await ask({ title: `Delete this ${noun} for good?`, words: "The file goes, with what was found and what people said. This cannot be undone. An empty picture need not be deleted: it is sorted away by itself.", act: "Delete for good" }))) return;
    try {
      await asPerson("DELETE", `/api/v1/images/${encodeURIComponent(id)}`);
      toast(`The ${noun} is deleted.`);
      this.#gone(id);
    } catch (fault) {
      this.#fail(faultWords(fault));
    }
  }

  #fail(words) {
    this.fault.replaceChildren(icon("warn"), words);
    this.fault.hidden = false;
  }

  // --- going on

  #go(way) {
    const id = this.#image?.[way];
    if (!id) return;
    this.#open(id, { replace: true });
  }

  /** What is told of the picture that is open, and of those of its burst. */
  heard({ image_id: id, event }) {
    if (event !== "image_ingested" && (id === this.#id || this.#burst.ids.includes(id))) this.#later();
  }

  #later() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => { if (this.#id && !this.#busy) this.#load({ anew: true }); }, BRIEFLY);
  }

  #key(event) {
    if (!this.#id || event.ctrlKey || event.metaKey || event.altKey || !isForPage(event)) return;
    const all = event.shiftKey && { a: "approve", r: "reject", c: "correct", f: "flag" }[event.key.toLowerCase()];
    const act = all ? () => this.#may.review && this.#sayOfBurst(all) : {
      a: () => this.#may.review && this.#say("approve"), r: () => this.#may.review && this.#say("reject"), e: () => this.#may.review && this.#say("reject"),
      f: () => this.#may.review && this.#say("flag"), c: () => this.#may.review && this.#correct(), u: () => this.#may.review && this.#undo(),
      b: () => this.boxesButton.click(), arrowleft: () => this.#go("earlier"), arrowright: () => this.#go("later"), escape: () => this.#leave(),
      "+": () => this.#boxes.zoom(1.6), "-": () => this.#boxes.zoom(1 / 1.6), "0": () => this.#boxes.reset(), "?": () => showKeys(this.#may),
    }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    if (!event.repeat || event.key.startsWith("Arrow")) act();
  }
}
