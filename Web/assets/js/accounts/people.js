// The people of this server, for whoever looks after them.

import { Clients } from "/assets/js/accounts/clients.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { Invitations } from "/assets/js/accounts/invitations.js";
import { personLine } from "/assets/js/accounts/person-line.js";
import { icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { count } from "/assets/js/words.js";

const list = document.getElementById("people");
const more = document.getElementById("people-more");
const fault = document.getElementById("people-fault");
const title = document.getElementById("people-title");
let next = null;
let total = 0;

const say = (words) => {
  fault.hidden = !words;
  fault.replaceChildren(...(words ? [icon("warn"), words] : []));
};

const tell = () => setText(document.getElementById("lead"), `${count(total, "person has", "people have")} an account here.`);

async function load(me, after) {
  const page = await asPerson("GET", `/api/v1/users?limit=50${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  const lines = page.items.map((user) => personLine(user, { isMe: user.id === me.id, say, gone }));
  if (after) {
    list.append(...lines);
    lines[0]?.querySelector("summary").focus({ preventScroll: true });
  } else {
    list.replaceChildren(...lines);
  }
  list.removeAttribute("aria-busy");
  next = page.next;
  total = page.total;
  more.hidden = !next;
  tell();
}

function gone(line) {
  line.remove();
  total -= 1;
  tell();
  title.focus({ preventScroll: true });
}

function close(problem) {
  const note = closedNote(problem);
  const place = document.getElementById("closed");
  setText(document.getElementById("lead"), note ? "Closed to you for now." : faultWords(problem));
  if (note) place.replaceChildren(note);
  place.hidden = !note;
  for (const id of ["people-card", "invited-card", "invite", "applications-card"]) document.getElementById(id).hidden = true;
}

try {
  const { user: me } = await permitted("people");
  await load(me, null);
  more.firstElementChild.addEventListener("click", () => load(me, next).catch((problem) => say(faultWords(problem))));
  await new Invitations().begin();
  await new Clients().begin();
} catch (problem) {
  close(problem);
}
