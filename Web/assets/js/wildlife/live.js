// Hears over a WebSocket what happens to pictures. It is opened with a ticket that is good once.

import { asPerson } from "/assets/js/session.js";

const PAUSE = 2000;
const LONGEST = 60000;

export class Live {
  #heard;
  #missed;
  #socket = null;
  #timer;
  #failures = 0;
  #opened = false;

  /** `heard` gets each update; `missed` is told when some may have been lost. */
  constructor({ heard, missed }) {
    this.#heard = heard;
    this.#missed = missed;
    const wake = () => { if (!document.hidden && !this.#socket) this.#next(0); };
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    this.#next(0);
  }

  #next(pause) {
    clearTimeout(this.#timer);
    if (!document.hidden) this.#timer = setTimeout(() => this.#listen(), pause);
  }

  async #listen() {
    let ticket;
    try {
      ({ ticket } = await asPerson("POST", "/api/v1/auth/ticket"));
    } catch {
      return this.#later();
    }
    if (this.#socket) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/updates?token=${encodeURIComponent(ticket)}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      document.documentElement.dataset.live = "";
      if (this.#opened) this.#missed();
      this.#opened = true;
      this.#failures = 0;
    });
    socket.addEventListener("message", ({ data }) => {
      const update = JSON.parse(data);
      if (update.event === "missed") this.#missed(); else this.#heard(update);
    });
    socket.addEventListener("close", () => {
      delete document.documentElement.dataset.live;
      this.#socket = null;
      this.#later();
    });
  }

  #later() {
    this.#failures += 1;
    this.#next(Math.min(LONGEST, PAUSE * this.#failures));
  }
}
