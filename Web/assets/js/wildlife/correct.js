// The dialog in which somebody says what a picture really shows.

import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { AGES, SEXES } from "/assets/js/wildlife/names.js";
import { sentence, upperFirst } from "/assets/js/words.js";

const MOST = 50;
const BEHAVIOURS = ["Foraging", "Resting", "Moving", "Vigilant", "Hunting", "Drinking", "Grooming", "Playing", "With young", "At the camera"];

let number = 0;

/** Asks for the animals on a picture; `save` gets `{ animals, note }` and may refuse. Comes back when the dialog is closed. */
export function correct(image, species, save, { title = "What does it show?" } = {}) {
  return new Promise((done) => {
    const lines = h("div", { class: "animals" });
    const fault = h("p", { class: "field__error", role: "alert" });
    const note = h("textarea", { class: "input", id: "correct-note", maxlength: "2000", rows: "2" });
    const none = h("p", { class: "quiet animals__none" }, "No animal: the picture is empty.");
    const tell = () => { none.hidden = lines.children.length > 0; add.disabled = lines.children.length >= MOST; };
    const put = (animals, focus) => {
      const line = animalLine(animals, () => { line.remove(); tell(); add.focus(); });
      lines.append(line);
      tell();
      if (focus) line.querySelector("input").focus();
    };
    const add = button("Another species", { icon: "plus", onclick: () => put({ species: "", count: 1 }, true) });
    const form = h("form", { class: "stack stack--s", method: "dialog", novalidate: true },
      h("h2", { id: "correct-title" }, title),
      h("datalist", { id: "known-species" }, [...new Set([...species, ...image.detections.filter(({ category }) => category === "animal").map((one) => one.species)])].map((one) => h("option", { value: upperFirst(one) }))),
      h("datalist", { id: "known-behaviours" }, BEHAVIOURS.map((one) => h("option", { value: one }))),
      lines, none, h("div", { class: "buttons" }, add),
      h("div", { class: "field" }, h("label", { for: "correct-note" }, "Note", h("span", { class: "faint" }, " (optional)")), note),
      fault,
      h("div", { class: "buttons buttons--end" },
        button("Leave it", { look: "quiet", onclick: () => dialog.close() }),
        h("button", { type: "submit", class: "button button--main" }, icon("check"), "Save")));
    const dialog = h("dialog", { class: "correct", "aria-labelledby": "correct-title" }, form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      fault.replaceChildren();
      const animals = [];
      for (const line of lines.children) {
        const { said, field, wrong } = line.read();
        if (wrong) { fault.replaceChildren(icon("warn"), h("span", {}, wrong)); return field.focus(); }
        animals.push(said);
      }
      form.setAttribute("aria-busy", "true");
      try {
        await save({ animals, note: note.value.trim() });
        dialog.close();
      } catch (problem) {
        const place = problem.fields?.find(({ loc }) => loc[1] === "animals");
        fault.replaceChildren(icon("warn"), h("span", {}, place ? sentence(`The ${place.loc.at(-1)} ${place.msg}`) : faultWords(problem)));
      }
      form.removeAttribute("aria-busy");
    });
    dialog.addEventListener("close", () => { dialog.remove(); done(); });
    const begun = image.counts.filter((one) => one.species).map(({ species: name, individuals }) => ({ species: name, count: individuals }));
    for (const one of begun) put(one);
    if (!begun.length) put({ species: "", count: 1 });
    document.body.append(dialog);
    dialog.showModal();
    const first = lines.querySelector("input");
    first.focus();
    first.select();
  });
}

function animalLine({ species, count }, remove) {
  const id = `animal-${(number += 1)}`;
  const name = h("input", { class: "input", id: `${id}-species`, list: "known-species", value: upperFirst(species), maxlength: "100", autocomplete: "off", required: true });
  const many = h("input", { class: "input", id: `${id}-count`, type: "number", min: "1", max: "10000", inputmode: "numeric", value: String(count) });
  const choice = (part, options) => h("select", { class: "input", id: `${id}-${part}` }, Object.entries(options).map(([value, words]) => h("option", { value }, words)));
  const sex = choice("sex", SEXES);
  const age = choice("age", AGES);
  const behaviour = h("input", { class: "input", id: `${id}-behaviour`, list: "known-behaviours", maxlength: "100", autocomplete: "off" });
  const field = (input, label, classes = "field") => h("div", { class: classes }, h("label", { for: input.id }, label), input);
  const line = h("fieldset", { class: "animal" }, h("legend", { class: "hidden-text" }, "Animals of one species"),
    field(name, "Species", "field animal__species"), field(many, "How many"), field(sex, "Sex"), field(age, "Age"), field(behaviour, "What it does"),
    h("button", { type: "button", class: "button button--quiet button--icon animal__away", "aria-label": "Remove this species", onclick: remove }, icon("bin")));
  line.read = () => {
    if (!name.value.trim()) return { field: name, wrong: "Say which species, or remove the line if there is none." };
    if (!many.checkValidity() || !many.value) return { field: many, wrong: "A number from 1 to 10,000." };
    return { said: {
      species: name.value.trim().toLowerCase(), count: Number(many.value), sex: sex.value, age: age.value,
      ...(behaviour.value.trim() && { behaviour: behaviour.value.trim() }),
    } };
  };
  return line;
}
