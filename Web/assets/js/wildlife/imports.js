// What other programs wrote comes in: chosen, on its way, read by the server, and what of it deviated.

import { announce } from "/assets/js/announce.js";
import { sendImport } from "/assets/js/api.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson, toSignIn } from "/assets/js/session.js";
import { count, sentence, size, when } from "/assets/js/words.js";

const SOON = 1500;
const SHOWN = 10;
const KINDS = { "camtrap-dp": "Camtrap DP", megadetector: "MegaDetector" };
const STEPS = { reading: "Reading its tables", places: "Making sites and cameras", pictures: "Taking its pictures", observations: "Writing down what it says" };
const ROLES = { contact: "contact", principalInvestigator: "principal investigator", rightsHolder: "holder of the rights", publisher: "publisher" };

/** Whoever leaves while a file is on its way is asked first. */
const stay = (event) => event.preventDefault();
const isUnderWay = ({ state }) => state === "receiving" || state === "waiting" || state === "running";

export class Imports {
  #dialog;
  #list = h("ul", { class: "imports" });
  #send = h("div", { class: "stack stack--s" });
  #fault = h("p", { class: "field__error", role: "alert", hidden: true });
  #lines = new Map();
  #timer = null;
  #stop = null;
  #done;

  /** `done` hears when one has ended. */
  constructor({ done }) { this.#done = done; }

  open() {
    this.#dialog = h("dialog", { class: "import", "aria-labelledby": "import-title" },
      h("div", { class: "import__head" }, h("h2", { id: "import-title", tabindex: "-1", autofocus: true }, "Import"),
        button("Close", { look: "quiet", onclick: () => this.#dialog.close() })),
      h("p", { class: "quiet small" }, "A Camtrap DP package (zip) brings pictures, places and what people said. A file of MegaDetector (json) brings what it found on pictures that are here. The same file twice adds nothing twice."),
      this.#send, this.#fault, h("h3", {}, "What came before"), this.#list);
    this.#dialog.addEventListener("close", () => { clearTimeout(this.#timer); this.#timer = null; this.#dialog.remove(); });
    this.#dialog.addEventListener("cancel", (event) => { if (this.#stop) event.preventDefault(); });
    document.body.append(this.#dialog);
    if (!this.#stop) this.#offer();
    this.#dialog.showModal();
    this.#follow();
  }

  #offer() {
    const input = h("input", { type: "file", id: "import-file", accept: ".zip,.json,application/zip,application/json" });
    input.addEventListener("change", () => { if (input.files[0]) this.#take(input.files[0]); });
    this.#send.replaceChildren(h("div", { class: "buttons" }, h("label", { class: "button button--main import__choose" }, icon("upload"), h("span", {}, "Choose a file"), input)));
  }

  #say(words) {
    this.#fault.hidden = !words;
    this.#fault.replaceChildren(...(words ? [icon("warn"), h("span", {}, words)] : []));
  }

  async #take(file) {
    const stop = new AbortController();
    this.#stop = stop;
    this.#say("");
    addEventListener("beforeunload", stay);
    const meter = h("progress", { max: "100", value: "0", "aria-label": `${file.name} on its way` });
    const words = h("p", { class: "small quiet number" }, `0% of ${size(file.size)}`);
    this.#send.replaceChildren(h("p", {}, `Sending ${file.name}`), meter, words,
      h("div", { class: "buttons" }, button("Stop sending", { look: "quiet", onclick: () => stop.abort() })));
    announce(`Sending ${file.name}.`);
    try {
      await sendImport(file, { signal: stop.signal, progress: (share) => {
        meter.value = share * 100;
        setText(words, share === 1 ? "It is put away" : `${Math.floor(share * 100)}% of ${size(file.size)}`);
      } });
      announce("The file is here and is read now.");
    } catch (fault) {
      if (fault.status === 401) { removeEventListener("beforeunload", stay); return toSignIn(); }
      if (!stop.signal.aborted) this.#say(faultWords(fault));
    }
    removeEventListener("beforeunload", stay);
    this.#stop = null;
    this.#offer();
    if (this.#dialog.open) this.#send.querySelector("input").focus();
    this.#follow();
  }

  /** Asks how far they are, again and again while one is under way. */
  async #follow() {
    clearTimeout(this.#timer);
    this.#timer = null;
    try {
      const { items } = await asPerson("GET", `/api/v1/imports?limit=${SHOWN}`);
      this.#draw(items);
      if (items.some(isUnderWay) && this.#dialog.open) this.#timer = setTimeout(() => this.#follow(), SOON);
    } catch (fault) {
      this.#say(faultWords(fault));
    }
  }

  #draw(items) {
    const gone = new Set(this.#lines.keys());
    for (const [at, run] of items.entries()) {
      gone.delete(run.id);
      let line = this.#lines.get(run.id);
      if (!line) {
        line = new Line(run, () => this.#remove(line.run));
        this.#lines.set(run.id, line);
      } else if (isUnderWay(line.run) && !isUnderWay(run)) {
        announce(`${nameOf(run)}: ${outcome(run)}`);
        this.#done();
      }
      line.show(run);
      if (this.#list.children[at] !== line.element) this.#list.insertBefore(line.element, this.#list.children[at] ?? null);
    }
    for (const id of gone) { this.#lines.get(id).element.remove(); this.#lines.delete(id); }
    this.#list.querySelector(".imports__none")?.remove();
    if (!items.length) this.#list.append(h("li", { class: "imports__none quiet" }, "Nothing yet. What you import stands here with its report."));
  }

  async #remove(run) {
    const under = isUnderWay(run);
    const yes = await ask(under
      ? { title: "Stop this import?", words: "What was taken so far stays. The same file sent again goes on from there.", act: "Stop it", leave: "Let it go on" }
      : { title: "Forget this import?", words: "Its report goes for good. What it brought stays.", act: "Forget it" });
    if (!yes) return;
    try {
      await asPerson("DELETE", `/api/v1/imports/${run.id}`);
    } catch (fault) {
      if (fault.status !== 404) return this.#say(faultWords(fault));
    }
    document.getElementById("import-title").focus();
    this.#follow();
  }
}

const nameOf = (run) => run.filename || KINDS[run.kind] || "A file";

/** In one sentence what came of it. */
function outcome(run) {
  if (run.state === "failed") return `It failed. ${sentence(run.cause)}`;
  const parts = run.kind === "megadetector"
    ? [`found ${count(run.known_pictures, "picture")} of it here`, run.missing_pictures > 0 && `${count(run.missing_pictures, "picture")} nowhere`]
    : [`took ${count(run.pictures, "picture")} and ${count(run.deployments, "deployment")}`, run.known_pictures > 0 && `${count(run.known_pictures, "picture")} ${run.known_pictures === 1 ? "was" : "were"} here before`,
      run.missing_pictures > 0 && `${count(run.missing_pictures, "picture")} could not be taken`];
  return sentence([...parts, `wrote something down of ${count(run.told_pictures, "picture")}`].filter(Boolean).join(", "));
}

/** One import: how far it is, what came of it, and its report on request. */
class Line {
  run;
  element;
  #words = h("p", { class: "small" });
  #meter = h("progress", { max: "1", value: "0" });
  #remove;
  #about = h("details", { class: "imports__about", hidden: true });
  #report = h("details", { class: "imports__report" });
  #reported = -1;

  constructor(run, remove) {
    this.run = run;
    this.#remove = button("", { look: "quiet", onclick: remove });
    this.element = h("li", {},
      h("p", { class: "imports__name" }, h("strong", {}, nameOf(run)), h("span", { class: "small faint" }, `${KINDS[run.kind] ?? run.kind} · ${size(run.bytes)} · ${when(run.created_at)}`)),
      this.#words, this.#meter, this.#about, this.#report, h("div", { class: "buttons" }, this.#remove));
    this.#meter.setAttribute("aria-label", `How far ${nameOf(run)} is`);
    this.#report.addEventListener("toggle", () => { if (this.#report.open) this.#read(); });
  }

  show(run) {
    this.run = run;
    const under = isUnderWay(run);
    this.#meter.hidden = !under;
    const comes = run.state === "receiving";
    const total = comes ? run.bytes : run.total;
    if (total > 0) { this.#meter.max = total; this.#meter.value = run.done; } else this.#meter.removeAttribute("value");
    const far = run.total > 0 ? `: ${run.done.toLocaleString("en-GB")} of ${run.total.toLocaleString("en-GB")}` : run.done > 0 ? `: ${count(run.done, "row")}` : "";
    setText(this.#words, comes ? "Its file is on its way." : run.state === "waiting" ? "It waits for its turn." : under ? `${STEPS[run.step] ?? "Under way"}${far}` : outcome(run));
    this.#words.classList.toggle("field__error", run.state === "failed");
    setText(this.#remove, under ? "Stop" : "Forget");
    this.#tell(run.package);
    this.#report.hidden = run.deviations === 0;
    if (run.deviations === this.#reported) return;
    this.#reported = run.deviations;
    if (!this.#report.open) this.#report.replaceChildren(h("summary", { class: "small" }, `Report: ${count(run.deviations, "line deviates", "lines deviate")}`));
  }

  /** What the package says of itself, in its own words. */
  #tell(told) {
    if (!told || this.#about.children.length) return;
    const rows = [["Title", told.title], ["What it is", told.description], ["Project", told.project],
      ["Made by", told.contributors.map(({ title, role, organization }) => [title, organization, ROLES[role]].filter(Boolean).join(", ")).join("; ")],
      ["Licences", told.licenses.map(({ name, scope }) => `${name} (${scope === "media" ? "pictures" : "data"})`).join("; ")],
      ["To be cited as", told.citation], ["Website", told.homepage]].filter(([, words]) => words);
    if (!rows.length) return;
    this.#about.hidden = false;
    this.#about.append(h("summary", { class: "small" }, "About this package"),
      h("dl", { class: "facts" }, rows.map(([term, words]) => [h("dt", {}, term), h("dd", {}, words)])));
  }

  async #read() {
    if (this.#report.children.length > 1) return;
    const body = h("tbody");
    const more = button("Show more", { onclick: () => page() });
    let next = "";
    const page = async () => {
      try {
        const got = await asPerson("GET", `/api/v1/imports/${this.run.id}/report?limit=100${next}`);
        body.append(...got.items.map((one) => h("tr", {}, h("td", {}, one.file, one.row > 0 && h("span", { class: "faint" }, `, row ${one.row}`)), h("td", {}, one.field), h("td", {}, sentence(one.problem)), h("td", {}, sentence(one.done)))));
        next = got.next ? `&after=${encodeURIComponent(got.next)}` : "";
        more.hidden = !got.next;
      } catch (fault) {
        body.append(h("tr", {}, h("td", { colspan: "4" }, faultWords(fault))));
      }
    };
    this.#report.append(
      h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": `What deviated in ${nameOf(this.run)}` },
        h("table", { class: "table" }, h("thead", {}, h("tr", {}, ...["File", "Field", "What is wrong", "What was done"].map((words) => h("th", { scope: "col" }, words)))), body)),
      h("div", { class: "buttons" }, more, h("a", { class: "button button--quiet", href: `/api/v1/imports/${this.run.id}/report.csv`, download: "import-report.csv" }, icon("download"), "Save as a table")));
    await page();
  }
}
