// Sending pictures of a card: chosen, on their way three at a time, sent or refused. What the server has it names, so
// that the same folder may be sent again after a break.

import { announce, toast } from "/assets/js/announce.js";
import { sendTrapPicture } from "/assets/js/api.js";
import { isSame, isVideoFile, photosIn } from "/assets/js/batches/photos.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { takePhotos } from "/assets/js/drop.js";
import { toSignIn } from "/assets/js/session.js";
import { cameraName, shotWords } from "/assets/js/wildlife/names.js";
import { count, sentence, size, span } from "/assets/js/words.js";

const AT_ONCE = 3;
const PAUSE = 5;   // seconds, where the server names none
const CODE = /^[A-Za-z0-9._-]{1,64}$/;
const SHOWN = 50;

const filesWords = (files) => shotWords(files.length, files.filter(isVideoFile).length);

/** Whoever leaves while pictures are on their way is asked first. */
const stay = (event) => event.preventDefault();

export class Sender {
  #panel = document.getElementById("send");
  #opener = document.getElementById("send-open");
  #drop = document.getElementById("drop");
  #card = document.getElementById("sending");
  #done;
  #codes = [];
  #files = [];
  #others = 0;
  #camera = "";
  #stop = null;

  /** `done` hears when one has arrived. */
  constructor({ done }) {
    this.#done = done;
    this.#opener.addEventListener("click", () => (this.#panel.hidden ? this.open(true) : this.#close()));
    takePhotos(this.#drop, (files) => {
      if (document.getElementById("gallery").hidden) toast("Pictures are sent from “All pictures”. Go back there first.");
      else if (!this.#stop) this.#add(files);
    });
  }

  offer(cameras) { this.#codes = cameras; }

  open(focus) {
    this.#panel.hidden = false;
    this.#opener.setAttribute("aria-expanded", "true");
    if (focus) this.#panel.querySelector("#choose").focus({ preventScroll: true });
  }

  #close() {
    if (this.#stop) return;
    this.#files = [];
    this.#draw();
    this.#panel.hidden = true;
    this.#opener.setAttribute("aria-expanded", "false");
    this.#opener.focus({ preventScroll: true });
  }

  #add(files) {
    const { photos, others } = photosIn(files, { videos: true });
    this.#others = others;
    this.#files.push(...photos.filter((one) => !this.#files.some((known) => isSame(known, one) && known.webkitRelativePath === one.webkitRelativePath)));
    this.open();
    this.#draw();
    this.#card.querySelector("h2").focus({ preventScroll: true });
    announce(this.#title());
  }

  #title() {
    if (!this.#files.length) return "No picture or video among these files";
    return `${filesWords(this.#files)}, ${size(this.#files.reduce((sum, file) => sum + file.size, 0))}`;
  }

  #draw() {
    const isEmpty = !this.#files.length && !this.#others;
    this.#drop.hidden = false;
    this.#card.hidden = isEmpty;
    if (isEmpty) return this.#card.replaceChildren();
    const fault = h("p", { class: "field__error", id: "code-fault", role: "alert" });
    const code = h("input", { class: "input", id: "code", name: "code", list: "codes", value: this.#camera, autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: "64", "aria-describedby": "code-hint code-fault" });
    code.addEventListener("input", () => { fault.replaceChildren(); code.removeAttribute("aria-invalid"); });
    const form = h("form", { class: "card__body stack stack--s", novalidate: true },
      h("h2", { id: "sending-title", tabindex: "-1" }, this.#title()),
      this.#others > 0 && h("p", { class: "quiet" }, `${count(this.#others, "file")} ${this.#others === 1 ? "is no picture or video and stays" : "are no pictures or videos and stay"} here.`),
      this.#files.length > 0 && h("div", { class: "field send__code" },
        h("label", { for: "code" }, "Code of the camera", h("span", { class: "faint" }, " (optional)")), code,
        h("datalist", { id: "codes" }, this.#codes.map((one) => h("option", { value: one.code }, cameraName(one)))),
        h("p", { class: "field__hint", id: "code-hint" }, "Such as cam-7; a new one is added. Left empty, the serial number inside each picture tells."), fault),
      h("div", { class: "buttons" },
        this.#files.length > 0 && h("button", { type: "submit", class: "button button--main", id: "send-now" }, icon("upload"), `Send ${this.#files.length === 1 ? "it" : `all ${this.#files.length.toLocaleString("en-GB")}`}`),
        button(this.#files.length ? "Choose others" : "Close", { look: "quiet", onclick: () => { this.#files = []; this.#others = 0; this.#draw(); this.#panel.querySelector("#choose").focus({ preventScroll: true }); } })));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#camera = code.value.trim();
      if (this.#camera && !CODE.test(this.#camera)) {
        fault.replaceChildren(icon("warn"), h("span", {}, "Letters, digits, dots, dashes and underscores only, such as cam-7."));
        code.setAttribute("aria-invalid", "true");
        return code.focus();
      }
      this.#send();
    });
    this.#card.replaceChildren(form);
  }

  async #send() {
    const files = this.#files;
    this.#files = [];
    this.#others = 0;
    const stop = new AbortController();
    this.#stop = stop;
    addEventListener("beforeunload", stay);
    this.#drop.hidden = true;
    const view = new Progress(files, () => stop.abort());
    this.#card.replaceChildren(view.element);
    this.#card.hidden = false;
    view.element.querySelector("h2").focus({ preventScroll: true });
    announce(`Sending ${filesWords(files)}.`);
    const queue = [...files];
    const refused = [];
    const one = async () => {
      for (let file = queue.shift(); file && !stop.signal.aborted; file = queue.shift()) {
        const fault = await this.#deliver(file, view, stop.signal);
        if (fault) refused.push(file);
        if (fault && stop.signal.aborted) queue.unshift(file);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    removeEventListener("beforeunload", stay);
    this.#stop = null;
    this.#drop.hidden = false;
    const left = stop.signal.aborted ? [...new Set([...queue, ...refused])] : refused;
    view.end(stop.signal.aborted, left.length, () => { this.#files = left; this.#send(); }, () => this.#close());
    if (this.#card.contains(document.activeElement) || document.activeElement === document.body) view.element.querySelector("h2").focus({ preventScroll: true });
    this.#done();
  }

  /** Sends one until it is there or refused for good; what is only busy or away is waited for. */
  async #deliver(file, view, signal) {
    const line = view.begin(file);
    for (;;) {
      try {
        const { isKnown } = await sendTrapPicture(file, { camera: this.#camera, signal, progress: line.progress });
        line.arrived(isKnown);
        this.#done();
        return null;
      } catch (fault) {
        if (signal.aborted) { line.stopped(); return fault; }
        if (fault.status === 401) { removeEventListener("beforeunload", stay); return toSignIn(); }
        if (fault.status !== undefined && ![429, 502, 503, 504].includes(fault.status)) { line.refused(sentence(fault.message)); return fault; }
        await line.waits(fault.retryAfter ?? PAUSE, fault.status === undefined ? "The server cannot be reached" : "The server has its hands full", signal);
      }
    }
  }
}

/** How far they are: the whole, those on their way, and those that were refused with the reason. */
class Progress {
  #total;
  #sent = 0;
  #known = 0;
  #refused = 0;
  #title = h("h2", { tabindex: "-1" });
  #words = h("p", { class: "quiet", "aria-live": "off" });
  #meter;
  #running = h("ul", { class: "sends" });
  #faults = h("ul", { class: "sends sends--refused" });
  #buttons;
  element;

  constructor(files, stop) {
    this.#total = files.length;
    this.#meter = h("progress", { max: String(files.length), value: "0", "aria-label": "Files sent" });
    this.#buttons = h("div", { class: "buttons" }, button("Stop sending", { look: "quiet", onclick: stop }));
    this.element = h("div", { class: "card__body stack stack--s" }, this.#title, this.#meter, this.#words, this.#running, this.#faults, this.#buttons);
    this.#tell();
    setText(this.#title, `Sending ${filesWords(files)}`);
  }

  begin(file) {
    const meter = h("progress", { max: "100", value: "0", "aria-label": file.name });
    const words = h("span", { class: "small quiet number" }, "0%");
    const line = h("li", {}, h("span", { class: "sends__name" }, file.name), words, meter);
    this.#running.append(line);
    const settle = () => { line.remove(); this.#tell(); };
    return {
      progress: (share) => { meter.value = share * 100; setText(words, share === 1 ? "put away" : `${Math.floor(share * 100)}%`); },
      arrived: (isKnown) => { if (isKnown) this.#known += 1; else this.#sent += 1; settle(); },
      stopped: settle,
      refused: (reason) => {
        this.#refused += 1;
        if (this.#faults.children.length < SHOWN) this.#faults.append(h("li", {}, icon("warn"), h("span", { class: "sends__name" }, file.name), h("span", { class: "small" }, reason)));
        settle();
      },
      waits: (seconds, why, signal) => new Promise((done) => {
        setText(words, `${why}: again in ${span(seconds)}`);
        const timer = setTimeout(done, seconds * 1000);
        signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
      }),
    };
  }

  #tell() {
    this.#meter.value = this.#sent + this.#known + this.#refused;
    setText(this.#words, this.#summary());
  }

  #summary() {
    return [
      `${this.#sent.toLocaleString("en-GB")} of ${this.#total.toLocaleString("en-GB")} sent`,
      this.#known > 0 && `${this.#known.toLocaleString("en-GB")} here already`,
      this.#refused > 0 && `${this.#refused.toLocaleString("en-GB")} not taken`,
    ].filter(Boolean).join(" · ");
  }

  end(stopped, left, again, close) {
    const words = stopped ? "Stopped" : this.#refused ? "Some were not taken" : this.#sent ? "All sent" : "All were here already";
    setText(this.#title, words);
    this.#buttons.replaceChildren(
      left > 0 ? button(`${stopped ? "Go on with" : "Try"} ${left === 1 ? "this one" : `these ${left.toLocaleString("en-GB")}`}${stopped ? "" : " again"}`, { icon: "retry", onclick: again }) : "",
      button("Close", { look: "quiet", onclick: close }));
    announce(`${words}: ${this.#summary()}.`);
  }
}
