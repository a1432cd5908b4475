// Asks again and again while somebody looks; rests while the page is hidden.

export class Watch {
  #ask;
  #pause;
  #timer;
  #busy = false;
  #wanted = false;

  /** `ask` is awaited; the next time is `pause` milliseconds after it is done, or as many as it gives. */
  constructor(ask, pause) {
    this.#ask = ask;
    this.#pause = pause;
    document.addEventListener("visibilitychange", () => this.#turn());
    addEventListener("online", () => this.now());
    this.#turn();
  }

  /** Asks at once; while an answer is on its way, right after it. */
  async now() {
    clearTimeout(this.#timer);
    if (this.#busy) { this.#wanted = true; return; }
    this.#busy = true;
    let pause;
    do {
      this.#wanted = false;
      pause = await this.#ask();
    } while (this.#wanted);
    this.#busy = false;
    if (!document.hidden) this.#timer = setTimeout(() => this.now(), pause ?? this.#pause);
  }

  #turn() {
    if (document.hidden) clearTimeout(this.#timer); else this.now();
  }
}
