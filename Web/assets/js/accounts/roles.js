// What a role and a permission are called, everywhere the same.

import { upperFirst } from "/assets/js/words.js";

const ROLES = {
  admin: ["Administrator", "looks after the server and the people on it."],
  analyst: ["Analyst", "works with what was observed, and makes keys for programs."],
  grower: ["Grower", "looks after plants and devices of their own."],
  viewer: ["Viewer", "reads, and changes nothing that others see."],
};

export const roles = Object.keys(ROLES);

export const roleWord = (role) => ROLES[role]?.[0] ?? upperFirst(role);

/** "an administrator": within a sentence. */
export const roleAsNoun = (role) => `${/^[aeiou]/i.test(roleWord(role)) ? "an" : "a"} ${roleWord(role).toLowerCase()}`;

/** "looks after plants and devices of their own." */
export const roleWords = (role) => ROLES[role]?.[1] ?? "";

const STATES = { active: "Active", suspended: "Suspended", unverified: "Address not confirmed", leaving: "Leaving" };

export const stateWord = (state) => STATES[state] ?? upperFirst(state);

const PERMISSIONS = {
  predict: ["Read photos", "diagnose leaves"],
  analyses: ["Read earlier answers", "and send many photos"],
  images: ["See camera-trap pictures", "and what is counted from them"],
  upload: ["Send camera-trap pictures", "as cameras do"],
  review: ["Judge camera-trap pictures", "say what they show"],
  cameras: ["Look after cameras", "their sites, times and pictures"],
  bystanders: ["See people on pictures", "who are veiled otherwise"],
  alerts: ["See alerts", "what was seen, and what is wrong"],
  rules: ["Make rules of alerts", "and channels, and say that one has seen to it"],
  report: ["Report what is wrong", "as Alertmanager does"],
  account: ["Look after the account", ""],
  keys: ["Make keys", ""],
  people: ["Look after people", ""],
  audit: ["Read the audit trail", "who did what"],
  server: ["Look after the server", "work, failed jobs, backups"],
};

export const permissionWord = (permission) => PERMISSIONS[permission]?.[0] ?? upperFirst(permission);
export const permissionWords = (permission) => PERMISSIONS[permission]?.[1] ?? "";

/** "Read photos, make keys", in the order of the table above. */
export function permissionList(permissions) {
  return Object.keys(PERMISSIONS).filter((one) => permissions.includes(one)).map((one, at) => (at ? permissionWord(one).toLowerCase() : permissionWord(one))).join(", ");
}

/** What a key can be allowed to do at most; the rest is for people. */
export const keyScopes = ["predict", "analyses", "images", "upload", "review", "cameras", "bystanders", "alerts", "rules", "report", "audit", "server"];
