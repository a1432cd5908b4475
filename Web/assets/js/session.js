// Who is signed in. The session itself is in a cookie that no script reads; what is kept here is a sign that there
// is one, with the name to greet and what may be shown, so that strangers ask nothing in vain.

import { call } from "/assets/js/api.js";

const NAME = "hedgerow-person";
let asked = null;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME));
    return typeof kept?.name === "string" && Array.isArray(kept.permissions) ? kept : null;
  } catch {
    return null;
  }
}

export const session = {
  /** `{ id, name, email, permissions }` of whoever signed in here last and has not left, else `null`. */
  get known() { return read(); },

  /** Whether this person has a permission, as far as is known; the server decides. */
  may: (permission) => Boolean(read()?.permissions.includes(permission)),

  /** Takes the answer to a sign-in. */
  keep(answer) {
    asked = Promise.resolve(answer);
    const { id, name, email } = answer.user;
    try { localStorage.setItem(NAME, JSON.stringify({ id, name, email, permissions: answer.permissions })); } catch { /* every page asks for a new sign-in then */ }
    dispatchEvent(new Event(NAME));
    return answer;
  },

  forget() {
    asked = null;
    try { localStorage.removeItem(NAME); } catch { /* nothing was kept */ }
    dispatchEvent(new Event(NAME));
  },
};

/** Asks the server, once a page, who is signed in; `null` for nobody. Strangers are not asked about. */
export function whoIsThere() {
  if (!session.known) return Promise.resolve(null);
  asked ??= askWho();
  return asked;
}

/** Asks even where nobody is known: a provider has just let somebody in, past our pages. */
export function whoCameIn() {
  asked = askWho();
  return asked;
}

function askWho() {
  return call("GET", "/api/v1/auth/me").then(
    (answer) => session.keep(answer),
    (fault) => {
      if (fault.status !== 401) { asked = null; throw fault; }
      session.forget();
      return null;
    },
  );
}

/** Asks again: what somebody may do has changed. */
export function whoIsThereNow() {
  asked = null;
  return whoIsThere();
}

/** For pages that need a person: whoever is signed in. Without one it goes to the sign-in and never comes back. */
export async function person() {
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });   // not out of the browser's memory after signing out
  addEventListener("storage", ({ key, newValue }) => { if (key === NAME && !newValue) toSignIn(); });
  return (await whoIsThere()) ?? toSignIn();
}

/** A call of a page that needs a person; when the session has ended, it leads to the sign-in. */
export async function asPerson(method, path, body) {
  try {
    return await call(method, path, { body });
  } catch (fault) {
    if (fault.status !== 401) throw fault;
    session.forget();
    return toSignIn();
  }
}

export function toSignIn() {
  location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`);
  return new Promise(() => {});
}

/** Ends the session; one that is over already is as good. */
export async function leave() {
  try {
    await call("POST", "/api/v1/auth/logout");
  } catch (fault) {
    if (fault.status !== 401) throw fault;
  }
  session.forget();
}

/** Hears that somebody signed in or out, here or in another tab. */
export function whenSomebodyComesOrGoes(heard) {
  addEventListener(NAME, heard);
  addEventListener("storage", ({ key }) => { if (key === NAME || key === null) heard(); });
}

/** The address of a page of this server that `text` names; `otherwise` for all that leads elsewhere. */
export function pageNamed(text, otherwise = "/") {
  const home = new URL(otherwise, location.origin).href;
  if (!text || !/^\/(?![/\\])[^\s\\]*$/.test(text)) return home;
  try {
    const url = new URL(text, location.origin);
    // The whole address is given: a path that begins with two slashes once its dots are gone must not name a host.
    return url.origin === location.origin ? url.href : home;
  } catch {
    return home;
  }
}
