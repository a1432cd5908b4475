// Other servers that files are collected from: what they are, how the last visit went, and the question about one.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon } from "/assets/js/dom.js";
import { choiceField, field } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { formDialog } from "/assets/js/wildlife/form-dialog.js";
import { everyPage } from "/assets/js/wildlife/places.js";
import { count, when } from "/assets/js/words.js";

const ADDRESS = "/api/v1/remote-sources";
const KINDS = [["ftps", "FTPS"], ["ftps_implicit", "FTPS, TLS from the first byte"], ["sftp", "SFTP"]];
const PORTS = { ftps: 21, ftps_implicit: 990, sftp: 22 };
const PAUSE = 2000;
const LOOKS = 60;
const list = document.getElementById("sources");

/** Draws the list; `change` does something and has all drawn again. */
export async function drawSources(change) {
  const { items } = await asPerson("GET", ADDRESS);
  list.replaceChildren(...(items.length ? items.map((source) => line(source, change)) : [h("li", { class: "quiet" }, "None. Cameras that send their pictures here need none.")]));
  document.getElementById("sources-card").hidden = false;
  document.getElementById("add-source").onclick = () => change(() => askSource(), "It is added, and visited within a minute.", "#sources-title");
}

function line(source, change) {
  const { id, name, error } = source;
  const focus = `[data-source="${id}"] button`;
  return h("li", { "data-source": id },
    h("div", {}, h("b", {}, name), h("p", { class: "small quiet" }, `${source.protocol === "sftp" ? "SFTP" : "FTPS"} · ${source.account} at ${source.host} · ${source.folder || "its first folder"} · ${source.is_on ? `every ${count(source.every_minutes, "minute")}` : "only when told to"}`),
      h("p", { class: "small" }, visit(source)),
      error && h("p", { class: "field__error" }, icon("warn"), `${error}.`)),
    h("div", { class: "buttons" },
      button("Collect now", { look: "quiet", icon: "download", "aria-label": `Collect now from ${name}`, onclick: () => change(() => collect(source), "", focus) }),
      source.rejected > 0 && button("What was refused", { look: "quiet", icon: "flag", "aria-label": `What was refused of ${name}`, onclick: () => showRejected(source) }),
      h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Change ${name}`, onclick: () => change(() => askSource(source), "It is changed.", focus) }, icon("gear")),
      h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Remove ${name}`, onclick: () => change(async () => {
        if (!(await ask({ title: `Collect from ${name} no more?`, words: "What came from it stays, here and there.", act: "Remove" }))) return false;
        await asPerson("DELETE", `${ADDRESS}/${id}`);
        return true;
      }, "It is removed.", "#sources-title") }, icon("bin"))));
}

function visit({ last_at: at, succeeded_at: good, taken, known, rejected }) {
  if (!at) return "Not visited yet.";
  const words = [`${taken} new`, known && `${known} here before`, rejected && `${rejected} refused`].filter(Boolean).join(", ");
  return `Visited ${when(at)}: ${words}.${good ? "" : " No visit came to its end yet."}`;
}

/** Visits a server, and comes back when the visit is over, or takes long. */
async function collect(source) {
  const { last_at: earlier } = await asPerson("POST", `${ADDRESS}/${source.id}/collect`);
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((done) => setTimeout(done, PAUSE));
    const { items } = await asPerson("GET", ADDRESS);
    const now = items.find(({ id }) => id === source.id);
    if (!now) return true;
    if (now.last_at && now.last_at !== earlier) {
      toast(now.error ? `The visit to ${now.name} met trouble.` : `${now.name}: ${now.taken} new.`);
      return true;
    }
  }
  toast("The visit takes a while, and goes on by itself.");
  return true;
}

async function showRejected({ id, name }) {
  const files = await everyPage(`${ADDRESS}/${id}/rejected`);
  const dialog = h("dialog", { class: "place-form", "aria-labelledby": "refused-title" },
    h("h2", { id: "refused-title" }, `What was refused of ${name}`),
    h("ul", { class: "times" }, files.map(({ path, reason }) => h("li", {}, h("div", {}, h("b", {}, path), h("p", { class: "small quiet" }, reason))))),
    h("div", { class: "buttons" }, button("Close", { autofocus: true, onclick: () => dialog.close() })));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function askSource(source) {
  const text = (id, label, rest) => field({ id, label, autocomplete: "off", autocapitalize: "none", spellcheck: "false", ...rest });
  const again = source ? "Left empty, that of before." : "";
  const name = text("name", "Name", { value: source?.name ?? "", maxlength: "100", missing: "Give it a name." });
  const kind = choiceField({ id: "protocol", label: "Protocol", options: KINDS, value: source?.protocol ?? "ftps", hint: "" });
  const host = text("host", "Host", { value: source?.host ?? "", maxlength: "253", missing: "Name the server." });
  const port = text("port", "Port", { value: String(source?.port ?? PORTS.ftps), inputmode: "numeric", missing: "Name the port." });
  const account = text("account", "Account", { value: source?.account ?? "", maxlength: "200", missing: "Name the account." });
  const password = text("password", "Password", { type: "password", autocomplete: "new-password", optional: true, hint: again });
  const key = text("key", "Private key", { optional: true, hint: `For SFTP, in place of a password. ${again}`, input: h("textarea", { class: "input", id: "key", rows: "3", autocomplete: "off", spellcheck: "false", "aria-describedby": "key-hint key-fault" }) });
  const fingerprint = text("fingerprint", "Fingerprint of its key", { value: source?.fingerprint ?? "", optional: true, hint: "SHA256:… The first visit without it tells which one the server shows." });
  const folder = text("folder", "Folder", { value: source?.folder ?? "", optional: true, hint: "Such as cameras, or /srv/cameras from the root." });
  const pattern = text("pattern", "Names of the files", { value: source?.pattern ?? "*.jpg *.jpeg *.txt", missing: "Say which, or * for all." });
  const camera = text("camera", "Camera", { value: source?.camera ?? "", optional: true, hint: "The code for all files. Left empty, the folder that each lies in." });
  const minutes = text("every-minutes", "Every so many minutes", { value: String(source?.every_minutes ?? 15), inputmode: "numeric", missing: "Say how often." });
  const on = choiceField({ id: "is-on", label: "When", options: [["true", "By itself"], ["false", "Only when told to"]], value: String(source?.is_on ?? true), hint: "" });
  const removes = choiceField({ id: "removes", label: "Once a file is here", options: [["false", "Leave it there"], ["true", "Remove it there"]], value: String(source?.removes ?? false), hint: "" });
  kind.input.addEventListener("change", () => { if (Object.values(PORTS).includes(Number(port.input.value))) port.input.value = String(PORTS[kind.input.value]); });
  for (const one of [port, minutes]) Object.defineProperty(one, "lack", { get: () => (/^\d+$/.test(one.value) ? "" : "Takes a whole number.") });
  return formDialog({
    title: source ? `Change ${source.name}` : "Collect from another server", act: source ? "Save" : "Add it",
    fields: [name, kind, host, port, account, password, key, fingerprint, folder, pattern, camera, minutes, on, removes],
    words: { taken: ["name", "Another one is called so."] },
    send: (values) => {
      const body = {
        name: values.name, protocol: values.protocol, host: values.host, port: Number(values.port), account: values.account,
        password: values.password || undefined, key: values.key || undefined, fingerprint: values.fingerprint, folder: values.folder, pattern: values.pattern,
        camera: values.camera, every_minutes: Number(values["every-minutes"]), is_on: values["is-on"] === "true", removes: values.removes === "true",
      };
      return source ? asPerson("PUT", `${ADDRESS}/${source.id}`, body) : asPerson("POST", ADDRESS, body);
    },
  });
}
