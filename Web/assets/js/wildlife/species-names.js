// What the names that models give mean on this server, and a dialog that settles one.

import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { toast } from "/assets/js/announce.js";
import { button, drawing, h, icon, setText } from "/assets/js/dom.js";
import { choiceField, faultWords, field } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { formDialog } from "/assets/js/wildlife/form-dialog.js";
import { count, upperFirst } from "/assets/js/words.js";

const PATH = "/api/v1/species-names";
const RANKS = [["", "As the name tells"], ...["class", "order", "family", "genus", "species", "subspecies"].map((one) => [one, upperFirst(one)])];
const MEANINGS = [["", "Itself"], ["other", "Another name"], ["elsewhere", "It does not live here"]];

const place = (id) => document.getElementById(id);
const list = place("names");
let me;

const may = () => me.permissions.includes("cameras") && !me.user.sites;
const pathOf = ({ name }) => `${PATH}/${encodeURIComponent(name)}`;
const isSettled = (one) => Boolean(one.becomes || one.lives_elsewhere || one.is_sensitive || one.scientific_name);
const science = (name) => h("i", { lang: "la" }, name);

const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

async function load() {
  const { items } = await asPerson("GET", PATH);
  const settled = items.filter(isSettled).length;
  setText(place("lead"), items.length ? `${count(items.length, "name")} ${items.length === 1 ? "is" : "are"} in use${settled ? `, ${settled} of them settled` : ""}.` : "None yet.");
  list.replaceChildren(...(items.length ? items.map(line) : [h("li", {}, h("div", { class: "empty" }, drawing("hedge"), h("h3", {}, "No animal has a name yet"),
    h("p", {}, "The names of animals stand here once the first is found. Then you can say which of them do not live here, and call them as you do."),
    h("a", { class: "button", href: "/images" }, icon("paw"), "To the pictures")))]));
  list.removeAttribute("aria-busy");
}

function line(one) {
  const words = [
    one.detections > 0 && `found ${count(one.detections, "time")}`, one.becomes && `means ${one.becomes}`, one.lives_elsewhere && "does not live here", one.is_sensitive && "its places are told roughly",
    one.exported_as ? "goes out as " : "has no scientific name yet",
  ].filter(Boolean).join(" · ");
  return h("li", { "data-name": one.name },
    h("div", {}, h("b", {}, upperFirst(one.name)), h("p", { class: "small quiet" }, words, one.exported_as && science(one.exported_as))),
    h("div", { class: "buttons" },
      h("a", { class: "button button--quiet", href: `/images?species=${encodeURIComponent(one.becomes ?? one.name)}`, "aria-label": `Pictures of ${one.name}` }, icon("paw"), "Pictures"),
      may() && h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Settle ${one.name}`, onclick: () => change(() => settle(one), one) }, icon("label")),
      may() && isSettled(one) && h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Take back what was settled about ${one.name}`, onclick: () => takeBack(one) }, icon("undo"))));
}

const takeBack = (one) => change(() => asPerson("DELETE", pathOf(one)).then(() => true), one, {
  words: `What was settled about ${one.name} is taken back.`,
  undo: () => change(() => asPerson("PUT", pathOf(one), settledOf(one)), one),
});

const settledOf = ({ becomes, lives_elsewhere, is_sensitive, scientific_name, taxon_rank }) =>
  ({ becomes: becomes ?? undefined, lives_elsewhere, is_sensitive, scientific_name: scientific_name ?? undefined, taxon_rank: (scientific_name && taxon_rank) || undefined });

async function change(work, { name }, { words = "It is settled. Where pictures get other names by it, they follow within minutes.", undo } = {}) {
  try {
    if (!(await work())) return;
    say("");
    await load();
    toast(words, undo && { undo });
    list.querySelector(`[data-name="${CSS.escape(name)}"] .button--icon`)?.focus({ preventScroll: true });
  } catch (fault) {
    say(faultWords(fault));
  }
}

/** Gives what was settled, or `null` where the dialog was left. */
function settle(one) {
  const now = one.lives_elsewhere ? "elsewhere" : one.becomes ? "other" : "";
  const meaning = choiceField({ id: "meaning", label: "What it means here", noun: "The meaning", options: MEANINGS, value: now, optional: true, hint: "What does not live here speaks for its genus, where the model knows it." });
  const name = field({ id: "becomes", label: "The other name", value: one.becomes ?? "", maxlength: "100", optional: true, autocomplete: "off", hint: "Such as red fox, or vulpes vulpes." });
  Object.defineProperty(name, "lack", { get: () => {
    if (meaning.value === "other") return name.value ? "" : "Type the other name.";
    return name.value && name.value !== one.becomes ? "Choose “Another name” above, or leave this empty." : "";
  } });
  const places = choiceField({ id: "places", label: "Where it was seen", noun: "The choice", options: [["", "May be told exactly"], ["rough", "Is told roughly"]], value: one.is_sensitive ? "rough" : "", optional: true, hint: "Roughly is to some 10 km, for all who do not look after cameras." });
  const scientific = field({ id: "scientific_name", label: "Its scientific name", value: one.scientific_name ?? "", maxlength: "100", optional: true, autocomplete: "off", spellcheck: "false", hint: "Exports call it so, such as Capreolus capreolus." });
  const rank = choiceField({ id: "taxon_rank", label: "What that name is", noun: "The rank", options: RANKS, value: one.taxon_rank ?? "", optional: true, hint: "Two words are a species; one word may be a genus or a family." });
  Object.defineProperty(rank, "lack", { get: () => (rank.value && rank.value !== one.taxon_rank && !scientific.value ? "Type the scientific name, or choose “As the name tells”." : "") });
  return formDialog({
    title: `What “${one.name}” means`, act: "Settle it",
    lead: "Pictures that were read before are named anew; what people said of them stays.",
    fields: [meaning, name, scientific, rank, places],
    send: ({ meaning: chosen, becomes, scientific_name: latin, taxon_rank: kind, places: told }) => {
      const body = { becomes: chosen === "other" ? becomes : undefined, lives_elsewhere: chosen === "elsewhere", is_sensitive: told === "rough", scientific_name: latin || undefined, taxon_rank: (latin && kind) || undefined };
      if (isSettled(body)) return asPerson("PUT", pathOf(one), body);
      return isSettled(one) ? asPerson("DELETE", pathOf(one)).then(() => true) : true;
    },
  });
}

try {
  me = await permitted("images");
  await load();
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  place("card").hidden = true;
}
