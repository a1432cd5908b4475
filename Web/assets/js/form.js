// Forms that talk to the server: each field says beside itself what is wrong with it, in the server's words.

import { announce } from "/assets/js/announce.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { count, sentence } from "/assets/js/words.js";

const SHORTEST = 10;   // characters of a password; the server looks at the rest

/** A field: label, input, and below them a hint that gives way to what is wrong. `noun` begins the server's sentences. */
export function field({ id, label, noun = `The ${label.toLowerCase()}`, hint, missing, optional, input: given, beside, below, ...attributes }) {
  const input = given ?? h("input", { class: "input", id, name: id, type: "text", required: !optional, "aria-describedby": `${id}-hint ${id}-fault`, ...attributes });
  const words = h("p", { class: "field__hint", id: `${id}-hint` }, hint ?? "");
  const fault = h("p", { class: "field__error", id: `${id}-fault`, role: "alert" });
  const element = h("div", { class: "field field--told" },
    h("label", { for: id }, label, optional && h("span", { class: "faint" }, " (optional)")),
    beside ? h("div", { class: "field__with" }, input, beside) : input,
    below,
    h("div", { class: "field__below" }, words, fault));
  const say = (text) => {
    fault.replaceChildren(...(text ? [icon("warn"), h("span", {}, text)] : []));
    words.hidden = Boolean(text);
    if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => { if (fault.firstChild) say(""); });
  return {
    id, element, input, noun, say,
    hint: (text) => setText(words, text),
    get value() { return input.type === "password" || attributes.type === "password" ? input.value : input.value.trim(); },
    get lack() { return !optional && !this.value ? (missing ?? "Fill this in.") : ""; },
  };
}

/** A password with a button that shows it. A `fresh` one tells how much is still missing. */
export function passwordField({ id = "password", label = "Password", fresh, ...rest } = {}) {
  const eye = h("button", { type: "button", class: "button button--quiet button--icon", "aria-pressed": "false", "aria-controls": id, "aria-label": "Show the password" }, icon("eye"));
  const meter = fresh && h("progress", { max: String(SHORTEST), value: "0", "aria-label": "Length of the password" });
  const made = field({
    id, label, type: "password", autocomplete: fresh ? "new-password" : "current-password", spellcheck: "false", autocapitalize: "none",
    missing: fresh ? "Choose a password first." : "Type your password.", noun: "The password",
    hint: fresh && START, beside: eye, below: meter, ...rest,
  });
  if (fresh) made.element.classList.add("field--fresh");
  eye.addEventListener("click", () => {
    const shown = made.input.type === "password";
    made.input.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(shown));
    eye.replaceChildren(icon(shown ? "eye-off" : "eye"));
  });
  if (fresh) {
    made.input.addEventListener("input", () => {
      const length = [...made.input.value].length;
      meter.value = length;
      made.hint(length === 0 ? START : length < SHORTEST ? `${count(SHORTEST - length, "more character")} at least.` : "Long enough. Whether it is easy to guess, the server looks when you send it.");
    });
  }
  return made;
}

const START = `At least ${SHORTEST} characters. Several words that do not belong together are good, and easy to keep in mind.`;

/** A choice of one: `options` are `[value, label]`. */
export function choiceField({ id, options, value, ...rest }) {
  const input = h("select", { class: "input", id, name: id, "aria-describedby": `${id}-hint ${id}-fault` }, options.map(([one, words]) => h("option", { value: one, selected: one === value }, words)));
  return field({ id, input, ...rest });
}

/** A form. `send` gets the values by id; what it throws is said where it belongs, and what was typed stays. */
export function formOf({ label, fields, act, sign, look = "main", send, also = [], words = {}, compact }) {
  const fault = h("p", { class: "field__error form__fault", role: "alert" });
  const go = button(act, { look, icon: sign });
  go.type = "submit";
  const form = h("form", { class: compact ? "form form--compact" : "form", novalidate: true, "aria-label": label },
    fields.map(({ element }) => element),
    h("div", { class: "buttons" }, go, also), fault);
  const say = (text) => fault.replaceChildren(...(text ? [icon("warn"), h("span", {}, text)] : []));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    say("");
    const lacking = fields.filter((one) => { one.say(one.lack); return one.lack; });
    if (lacking.length) return lacking[0].input.focus();
    form.setAttribute("aria-busy", "true");
    go.setAttribute("aria-disabled", "true");
    try {
      await send(Object.fromEntries(fields.map((one) => [one.id, one.value])));
    } catch (problem) {
      refused(problem);
    } finally {
      form.removeAttribute("aria-busy");
      go.removeAttribute("aria-disabled");
    }
  });

  function refused(problem) {
    if (problem.status === undefined) return say("The server cannot be reached. What you typed stays; try again when it is back.");
    const placed = problem.fields.map(({ loc, msg }) => [fields.find(({ id }) => id.replaceAll("-", "_").endsWith(loc.at(-1))), msg]);
    for (const [one, text] of placed) one?.say(`${one.noun} ${text}.`);
    const first = placed.find(([one]) => one)?.[0];
    if (first) return first.input.focus();
    const [place, text] = words[problem.type] ?? [];
    const told = text ?? sentence(problem.message);
    const one = fields.find(({ id }) => id === place);
    if (!one) return say(told);
    one.say(told);
    one.input.focus();
    one.input.select?.();
  }
  return form;
}

/** What went wrong outside a form, in a sentence. */
export function faultWords(fault) {
  return fault.status === undefined ? "The server cannot be reached, so nothing was changed. Try again when it is back." : sentence(fault.message);
}

/** Puts something in the place of what was there; where somebody was at work, the focus goes to its heading. */
export function show(place, ...parts) {
  const busy = document.activeElement !== document.body;
  place.removeAttribute("aria-busy");
  place.replaceChildren(...parts.flat(Infinity).filter(Boolean));
  const head = place.querySelector("h2, h1");
  if (!head) return;
  head.tabIndex = -1;
  if (busy) head.focus({ preventScroll: true });
  const top = place.closest(".gate") ?? place;
  if (top.getBoundingClientRect().top < 0) top.scrollIntoView({ block: "start", behavior: "instant" });
  announce(head.textContent);
}
