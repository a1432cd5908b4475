// The questions about a rule: only those that belong to what it is about are asked.

import { KINDS, PACES, SEVERITIES } from "/assets/js/alerts/names.js";
import { h, icon } from "/assets/js/dom.js";
import { choiceField, field } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { formDialog } from "/assets/js/wildlife/form-dialog.js";
import { cameraName } from "/assets/js/wildlife/names.js";

const QUIET = [["0", "every time"], ["15", "15 minutes"], ["60", "an hour"], ["360", "6 hours"], ["1440", "a day"], ["10080", "a week"]];

/** Channels to be ticked; those of others that the rule has stay with it. */
function channelsField(channels, rule) {
  const boxes = channels.map(({ id }) => h("input", { type: "checkbox", name: "channels", value: id, checked: rule?.channels.includes(id) ?? false, "aria-describedby": "channels-fault" }));
  const others = rule?.channels.filter((id) => !channels.some((one) => one.id === id)) ?? [];
  const fault = h("p", { class: "field__error", id: "channels-fault", role: "alert" });
  return {
    id: "channels", noun: "The list of channels", input: boxes[0] ?? fault,
    element: h("fieldset", { class: "field" }, h("legend", { class: "label" }, "Tell it"),
      boxes.length ? h("div", { class: "ticks ticks--many" }, channels.map(({ name }, at) => h("label", { class: "tick" }, boxes[at], h("span", {}, name)))) : h("p", { class: "small quiet" }, "There is no channel yet: it stands on this page alone."), fault),
    get value() { return [...others, ...boxes.filter((box) => box.checked).map((box) => box.value)]; },
    lack: "",
    say: (words) => fault.replaceChildren(...(words ? [icon("warn"), words] : [])),
  };
}

/** A field that is asked only where `kinds` hold; elsewhere it is hidden, and lacks nothing. */
function only(kinds, made) {
  const lack = Object.getOwnPropertyDescriptor(made, "lack");
  Object.defineProperty(made, "lack", { get: () => (made.element.hidden ? "" : lack.get.call(made)) });
  return Object.assign(made, { kinds });
}

const choice = (options) => Object.defineProperty(choiceField(options), "lack", { get: () => "", configurable: true });

/** Adds a rule, or changes `rule`; gives it as it is then. */
export function askRule({ me, sites, cameras, channels }, rule) {
  const kinds = Object.entries(KINDS).filter(([kind]) => kind !== "system" || me.permissions.includes("server"));
  const seesAll = !me.user.sites;
  const kind = choice({ id: "kind", label: "Tell of", noun: "What it tells of", options: kinds, value: rule?.kind ?? "species_seen", hint: "" });
  const number = (id, label, hint, most, value, kinds_) => only(kinds_, field({ id, label, hint, type: "number", inputmode: "numeric", min: "1", max: String(most), value: String(value) }));
  const fields = [
    field({ id: "name", label: "Name", hint: "Such as Lynx in the north wood.", maxlength: "100", value: rule?.name ?? "", autocomplete: "off", missing: "Give it a name." }),
    kind,
    only(["species_seen"], field({ id: "species", label: "Species", noun: "The list of species", optional: true, hint: "With commas between them; left empty, every one.", value: rule?.species?.join(", ") ?? "", autocomplete: "off" })),
    only(["species_seen"], choice({ id: "min-confidence", label: "How sure", noun: "The certainty", options: [["0", "However unsure"], ["0.5", "At least 50%"], ["0.7", "At least 70%"], ["0.9", "At least 90%"]], value: String(rule?.min_confidence ?? 0), hint: "" })),
    number("hours", "Hours of silence", "From 1 to 8,760.", 8760, rule?.hours ?? 24, ["camera_silent"]),
    number("percent", "Below, in per cent", "Of the battery.", 100, rule?.percent ?? 20, ["battery_low"]),
    only(["system"], choice({ id: "severity", label: "From", noun: "The severity", options: Object.entries(SEVERITIES), value: rule?.severity ?? "info", hint: "" })),
    only(["species_seen", "camera_silent", "battery_low"], choice({ id: "where", label: "Where", noun: "The place", value: rule?.camera_id ? `camera ${rule.camera_id}` : rule?.site_id ? `site ${rule.site_id}` : "", hint: "",
      options: [...(seesAll ? [["", "Everywhere"]] : []), ...sites.map(({ id, name }) => [`site ${id}`, name]), ...cameras.map((one) => [`camera ${one.id}`, `Camera ${cameraName(one)}`])] })),
    choice({ id: "pace", label: "How soon", noun: "The time", options: Object.entries(PACES), value: rule?.pace ?? "at_once", hint: "" }),
    choice({ id: "quiet-minutes", label: "Not again for", noun: "The quiet time", value: String(rule?.quiet_minutes ?? 60), hint: "Of the same camera and species.",
      options: QUIET.some(([value]) => value === String(rule?.quiet_minutes ?? 60)) ? QUIET : [...QUIET, [String(rule.quiet_minutes), `${rule.quiet_minutes} minutes`]] }),
    channelsField(channels, rule),
  ];
  const settle = () => { for (const one of fields) if (one.kinds) one.element.hidden = !one.kinds.includes(kind.value); };
  kind.input.addEventListener("change", settle);
  kind.element.hidden = Boolean(rule);
  settle();
  return formDialog({
    title: rule ? `Change ${rule.name}` : "Add a rule", act: rule ? "Save" : "Add it", fields,
    send: (values) => {
      const body = bodyOf(values, rule);
      return rule ? asPerson("PUT", `/api/v1/rules/${rule.id}`, body) : asPerson("POST", "/api/v1/rules", body);
    },
  });
}

function bodyOf(values, rule) {
  const species = values.species.split(",").map((one) => one.trim()).filter(Boolean);
  const [what, id] = values.where.split(" ");
  const own = {
    species_seen: { species: species.length ? species : undefined, min_confidence: Number(values["min-confidence"]) || undefined },
    camera_silent: { hours: Number(values.hours) },
    battery_low: { percent: Number(values.percent) },
    system: { severity: values.severity },
  }[values.kind];
  const where = values.kind === "system" ? {} : { site_id: what === "site" ? id : undefined, camera_id: what === "camera" ? id : undefined };
  return { name: values.name, kind: values.kind, ...own, ...where, pace: values.pace, quiet_minutes: Number(values["quiet-minutes"]), channels: values.channels, is_enabled: rule?.is_enabled ?? true };
}
