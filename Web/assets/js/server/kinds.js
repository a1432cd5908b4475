// What the server's own names mean to a person.

import { sentence, upperFirst } from "/assets/js/words.js";

const JOBS = {
  "diagnosis.read-batch-picture": "Read a photo of a batch",
  "diagnosis.call-batch-webhook": "Report a finished batch",
  "diagnosis.forget-pictures": "Remove photos that somebody no longer wants kept",
  "accounts.erase-person": "Erase somebody who left",
  "privacy.remove-objects": "Remove photos that are erased",
  "upkeep.retention": "Remove what is kept only for a while",
};

/** A kind of job; one that this page does not know yet is at least made readable. */
export function jobName(kind) {
  return JOBS[kind] ?? upperFirst(kind.split(".").at(-1).replaceAll("-", " "));
}

const PARTS = {
  database: { name: "Database", icon: "label", well: "Answers", engines: {} },
  object_store: { name: "Photos", icon: "camera", well: "Can be read and written", engines: { files: "On this machine\u2019s disk", s3: "In an object store (S3)" } },
  queue: { name: "Work", icon: "queue", well: "Workers keep up", engines: {} },
  models: { name: "Models", icon: "model", well: "Ready to look at leaves", engines: {} },
  redis: { name: "Redis", icon: "server", well: "Answers", engines: {} },
};

const ORDER = Object.keys(PARTS);

export function partsInOrder(checks) {
  const place = (name) => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
  return Object.keys(checks).sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

/** `{ name, icon, state, words }` of one part of `/health`. */
export function partWords(key, { status, engine, detail }) {
  const known = PARTS[key] ?? { name: upperFirst(key.replaceAll("_", " ")), icon: "gear", well: "Well", engines: {} };
  const well = known.engines[engine] ?? known.well;
  return { name: known.name, icon: known.icon, state: status, words: detail ? sentence(detail) : well };
}

export const STATES = {
  healthy: { word: "Well", icon: "check", badge: "badge--good" },
  degraded: { word: "Works, with trouble", icon: "warn", badge: "badge--warning" },
  unhealthy: { word: "Does not work", icon: "cross", badge: "badge--urgent" },
};

export function stateOf(status) {
  return STATES[status] ?? { word: upperFirst(String(status)), icon: "question", badge: "" };
}
