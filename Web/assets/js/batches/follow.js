// Hears how far a batch is: over a WebSocket, or by asking where that cannot be.
// A WebSocket of a browser carries no key, so a batch that belongs to one is asked for.

import { Unreachable, call } from "/assets/js/api.js";
import { key } from "/assets/js/key.js";

const PAUSE = 2000;
const LONGEST = 15000;

export class Follow {
  #path;
  #heard;
  #away;
  #gone;
  #socket = null;
  #timer;
  #ended = false;
  #failures = 0;
  #wake = () => { if (!document.hidden && !this.#socket) this.#next(0); };

  /** `heard` gets each state; `away` hears whether the server cannot be reached; `gone` gets the refusal of a batch that is no more. */
  constructor(id, { heard, away, gone }) {
    this.#path = `/api/v1/jobs/${encodeURIComponent(id)}`;
    this.#heard = heard;
    this.#away = away;
    this.#gone = gone;
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("online", this.#wake);
    this.#next(0);
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("online", this.#wake);
  }

  #next(pause) {
    clearTimeout(this.#timer);
    if (!this.#ended && !document.hidden) this.#timer = setTimeout(() => this.#listen(), pause);
  }

  #listen() {
    if (key.value) return this.#ask();
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${this.#path}/progress`);
    this.#socket = socket;
    let told = false;
    socket.addEventListener("message", ({ data }) => {
      told = true;
      this.#take(JSON.parse(data));
    });
    socket.addEventListener("close", () => {
      if (this.#socket === socket) this.#socket = null;
      if (this.#ended) return;
      // A socket that never spoke may be kept from us by something in between: then asking is as good.
      if (told) this.#next(PAUSE); else this.#ask();
    });
  }

  async #ask() {
    try {
      const { job } = await call("GET", `${this.#path}?limit=1`, { key: key.value });
      this.#take(job);
      this.#next(PAUSE);
    } catch (fault) {
      if (this.#ended) return;
      this.#failures += 1;
      if (fault instanceof Unreachable || fault.status >= 500) this.#away(true);
      if (fault.status === 404 || fault.status === 401) {
        this.end();
        return this.#gone(fault);
      }
      this.#next(Math.max(Math.min(LONGEST, PAUSE * this.#failures), (fault.retryAfter ?? 0) * 1000));
    }
  }

  #take(state) {
    if (this.#ended) return;
    this.#failures = 0;
    this.#away(false);
    if (state.status === "finished") this.end();
    this.#heard(state);
  }
}
