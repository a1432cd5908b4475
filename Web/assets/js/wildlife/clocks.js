// The clock of a camera: how it was corrected, and a dialog that corrects it for the pictures of some time.

import { button, h, icon } from "/assets/js/dom.js";
import { field, faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { cameraShort, wallWords } from "/assets/js/wildlife/names.js";
import { everyPage } from "/assets/js/wildlife/places.js";
import { momentAt, secondsIn, shiftLength, shiftWords, wallOf } from "/assets/js/wildlife/shifts.js";
import { tiny } from "/assets/js/wildlife/thumb.js";
import { count, when } from "/assets/js/words.js";

const EXAMPLES = 3;
const CHOICES = 6;

export const shiftsOf = (id) => everyPage(`/api/v1/cameras/${encodeURIComponent(id)}/clock-shifts`);

/** What was corrected, each with its way back; `change` does something and draws everything anew. */
export function clockPart(camera, shifts, { may, change }) {
  const focus = `[data-id="${camera.id}"] [data-do="clock"]`;
  return [
    shifts.length ? h("ul", { class: "times" }, shifts.map((one) => h("li", {},
      h("div", {}, h("b", {}, shiftWords(one.seconds)), h("p", { class: "small quiet" }, `${count(one.images, "picture")}, ${when(one.created_at)}`)),
      may && h("div", { class: "buttons" }, button("Take back", { look: "quiet", icon: "undo", "aria-label": `Take back: ${shiftWords(one.seconds)}, ${when(one.created_at)}`, onclick: () => change(async () => {
        await asPerson("DELETE", `/api/v1/clock-shifts/${one.id}`);
        return true;
      }, "The pictures have their earlier times again.", focus) })))))
      : h("p", { class: "small quiet" }, "It was right so far, as far as anybody said."),
    may && camera.image_count > 0 && h("div", { class: "buttons" }, button("Correct its clock", { icon: "clock", "data-do": "clock", onclick: () => change(() => askShift(camera), "The times are corrected.", focus) })),
  ];
}

/** Only such times are moved. */
const isDated = ({ time_source: source }) => source === "camera";

/** Gives what was done, or `null` where the dialog was left. */
function askShift(camera) {
  return new Promise((done) => {
    let answer = null;
    let wish = null;   // what was looked at, and may be done
    const optional = (id, label, hint) => field({ id, label, hint, type: "datetime-local", step: "1", optional: true });
    const from = optional("clock-from", "From", "As the pictures are dated now.");
    const to = optional("clock-to", "Until", "Left empty, all of them.");
    const showed = optional("clock-showed", "The clock showed", "On one picture.");
    const right = optional("clock-right", "It really was", "At that moment.");
    const far = field({ id: "clock-far", label: "How much later the right time is", hint: "Such as 1 h, −1 h, or 2 d 3 h 5 min.", autocomplete: "off", spellcheck: "false", missing: "Say by how much, or say what one picture shows." });
    const set = (seconds) => { far.input.value = seconds ? `${seconds < 0 ? "−" : ""}${shiftLength(seconds)}` : ""; far.say(""); forget(); };
    const quick = (words, seconds) => button(words, { look: "quiet", onclick: () => { for (const one of [showed, right]) one.input.value = ""; set(seconds); } });
    const preview = h("div", { class: "clock__preview", id: "clock-preview", role: "status" });
    const fault = h("p", { class: "field__error form__fault", role: "alert" });
    const look = h("button", { type: "submit", class: "button" }, icon("eye"), "See what changes");
    const go = button("Correct them", { look: "main", icon: "check", disabled: true, onclick: apply });
    const strip = h("ul", { class: "clock__strip", "aria-label": "Choose a picture whose right time is known" });
    const form = h("form", { class: "form", novalidate: true, "aria-label": "Correct the clock" },
      from.element, to.element,
      h("fieldset", { class: "clock__pair" }, h("legend", { class: "label" }, "A picture whose right time is known"), strip, showed.element, right.element),
      h("div", { class: "clock__far" }, far.element, h("div", { class: "buttons", role: "group", "aria-label": "Daylight saving" }, quick("One hour later", 3600), quick("One hour earlier", -3600))),
      preview, fault,
      h("div", { class: "buttons" }, look, go, button("Leave it", { look: "quiet", onclick: () => dialog.close() })));
    const dialog = h("dialog", { class: "place-form clock", "aria-labelledby": "clock-title" },
      h("h2", { id: "clock-title" }, `The clock of ${cameraShort(camera)} was wrong`),
      h("p", { class: "quiet small" }, "The times of its pictures are moved, all by as much. Times that a person gave stay. It can be taken back."), form);

    const say = (words) => fault.replaceChildren(...(words ? [icon("warn"), h("span", {}, words)] : []));
    const moment = (one) => (one.value ? momentAt(one.value, camera.zone) : undefined);
    const wall = (text) => new Date(`${text}Z`).getTime();
    function forget() {
      wish = null;
      go.disabled = true;
      say("");
      preview.replaceChildren(h("p", { class: "small quiet" }, "Nothing is changed before you have seen what would."));
    }
    function pair() {
      if (!showed.value || !right.value) return;
      const seconds = Math.round((wall(right.value) - wall(showed.value)) / 1000);
      if (seconds === 0) { right.say("Both are the same: then the clock was right."); return; }
      set(seconds);
    }

    async function see() {
      const seconds = secondsIn(far.value);
      far.say(seconds === null ? (far.lack || "A time such as 1 h, −1 h, or 2 d 3 h 5 min, of up to a hundred years.") : "");
      if (seconds === null) return far.input.focus();
      if (from.value && to.value && from.value >= to.value) { to.say("This is not after the beginning."); return to.input.focus(); }
      const asked = { seconds, from: moment(from), to: moment(to) };
      const [told, examples] = await Promise.all([shift({ ...asked, preview: true }), examplesOf(asked)]);
      if (!told.images) return preview.replaceChildren(h("p", {}, icon("info"), " No picture of this time has its date from the camera: there is nothing to correct."));
      wish = asked;
      go.disabled = false;
      const words = (text) => wallWords(wallOf(text, camera.zone));
      preview.replaceChildren(
        h("p", {}, h("strong", {}, `${count(told.images, "picture")}: ${shiftWords(seconds)}.`)),
        h("dl", { class: "facts" }, h("dt", {}, "The first"), h("dd", {}, arrow(words(told.first_before), words(told.first_after))), h("dt", {}, "The last"), h("dd", {}, arrow(words(told.last_before), words(told.last_after)))),
        examples.length > 0 && h("ul", { class: "clock__examples" }, examples.map((one) => h("li", {},
          h("span", { class: "clock__tiny" }, tiny(one)),
          h("span", {}, h("code", {}, one.filename), arrow(wallWords(one.local_time), wallWords(later(one.local_time, seconds))))))));
      go.replaceChildren(icon("check"), `Correct ${count(told.images, "picture")}`);
      go.focus();
    }
    const arrow = (before, after) => h("span", { class: "clock__arrow" }, before, h("span", { "aria-hidden": "true" }, " → "), h("span", { class: "hidden-text" }, " becomes "), h("b", {}, after));
    const later = (local, seconds) => new Date(wall(local) + seconds * 1000).toISOString().slice(0, 19);
    const shift = (body) => asPerson("POST", `/api/v1/cameras/${encodeURIComponent(camera.id)}/clock-shifts`, body);
    async function pictures({ from: begin, to: end }, more) {
      const query = new URLSearchParams({ camera_id: camera.id, ...more, ...(begin && { date_from: begin }), ...(end && { date_to: end }) });
      return (await asPerson("GET", `/api/v1/images?${query}`)).items;
    }
    const examplesOf = async (asked) => (await pictures(asked, { order: "asc", limit: "20" })).filter(isDated).slice(0, EXAMPLES);

    async function working(work) {
      if (form.getAttribute("aria-busy")) return;
      form.setAttribute("aria-busy", "true");
      say("");
      try { await work(); } catch (problem) { say(faultWords(problem)); }
      form.removeAttribute("aria-busy");
    }
    function apply() {
      return working(async () => {
        answer = await shift(wish);
        dialog.close();
      });
    }
    form.addEventListener("submit", (event) => { event.preventDefault(); working(see); });
    for (const one of [from, to, far, showed, right]) one.input.addEventListener("input", forget);
    for (const one of [showed, right]) one.input.addEventListener("input", pair);
    dialog.addEventListener("close", () => { dialog.remove(); done(answer); });
    forget();
    document.body.append(dialog);
    dialog.showModal();
    showed.input.focus();
    pictures({}, { limit: "40" }).then((items) => strip.replaceChildren(...items.filter(isDated).slice(0, CHOICES).map((one) => h("li", {}, h("button", {
      type: "button", class: "clock__choice", "aria-label": `${one.filename}, ${wallWords(one.local_time)}`, title: wallWords(one.local_time),
      onclick: () => { showed.input.value = one.local_time.slice(0, 19); forget(); pair(); right.input.focus(); },
    }, tiny(one)))))).catch(() => {});
  });
}
