// The page for many photos: choose and send, or one batch by its address.

import { announce } from "/assets/js/announce.js";
import { call } from "/assets/js/api.js";
import { BatchView } from "/assets/js/batches/batch.js";
import { Chosen } from "/assets/js/batches/chosen.js";
import { Thumbs } from "/assets/js/batches/photos.js";
import { clearRecent, drawRecent, recent } from "/assets/js/batches/recent.js";
import { button, h, setText } from "/assets/js/dom.js";
import { takePhotos } from "/assets/js/drop.js";
import { key, keyFold, keyForm, keyRefusal } from "/assets/js/key.js";
import { session, whenSomebodyComesOrGoes } from "/assets/js/session.js";
import { handed } from "/assets/js/store.js";

const PATH = "/batches";
const START = [document.title, document.getElementById("title").textContent, document.getElementById("lead").textContent];

const form = document.getElementById("drop");
const withKey = document.getElementById("with-key");
const thumbs = new Thumbs();
const sent = new Map();   // photos of batches that were sent while this page is open
let view = null;

const chosen = new Chosen(thumbs, {
  sent: (batch, photos) => {
    sent.set(batch.id, photos);
    recent.keep(batch);
    announce("The server has all of them.");
    go(batch.id);
  },
  drawn: ({ isEmpty, wantsKey }) => {
    if (isEmpty) drawRecent(go); else document.getElementById("recent").hidden = true;
    if (isEmpty || wantsKey) drawKey(wantsKey); else withKey.hidden = true;
  },
});

takePhotos(form, (files) => {
  if (chosen.isSending) return;
  if (view) go(null);
  chosen.add(files);
});

/** Shows a batch, or the beginning, and gives it its address. */
function go(id) {
  history.pushState(null, "", id ? `${PATH}?id=${encodeURIComponent(id)}` : PATH);
  show();
  scrollTo({ top: 0, behavior: "instant" });
  document.getElementById("title").focus({ preventScroll: true });
}

function show() {
  const id = new URLSearchParams(location.search).get("id");
  view?.end();
  view = null;
  form.hidden = Boolean(id);
  withKey.hidden = Boolean(id);
  if (id) {
    document.getElementById("chosen").hidden = true;
    document.getElementById("recent").hidden = true;
    view = new BatchView(id, { files: sent.get(id), thumbs, leave: () => go(null), missing: (gone) => { if (gone) drawKey(true); } });
    return;
  }
  const [title, head, lead] = START;
  document.title = title;
  setText(document.getElementById("title"), head);
  setText(document.getElementById("lead"), lead);
  chosen.draw();
}

/** Up to how many photos go, what the key gives here, and who sees what then. */
function drawKey(open) {
  setText(document.getElementById("most"), chosen.most.toLocaleString("en-GB"));
  withKey.hidden = false;
  if (key.value) {
    withKey.replaceChildren(h("div", { class: "note" },
      h("p", {}, h("strong", {}, "You use the key of this server."), " Up to 1,000 photos go at once, and only who has the key can open the batch."),
      button("Forget the key", { icon: "key", onclick: () => { key.forget(); renew("The key is forgotten."); } })));
    return;
  }
  const known = session.known;
  withKey.replaceChildren(
    h("p", { class: "quiet" }, known
      ? "You are signed in: up to 1,000 photos go at once, and only you can open the batch."
      : [h("a", { href: "/sign-in?next=/batches" }, "Sign in"), " to send up to 1,000 photos at once that only you can open. Without an account up to 100 go, and whoever has the link to a batch may read it."]),
    keyFold(known ? "Or as whoever has the key of this server" : "Or with the key of this server", [
      h("p", { class: "quiet" }, "With it, up to 1,000 photos go, and only who has the key can open the batch."),
      keyForm(enter),
    ], open));
}

async function enter(text) {
  try {
    await call("GET", "/api/v1/jobs?limit=1", { key: text });
  } catch (fault) {
    return keyRefusal(fault);
  }
  key.keep(text);
  renew("The key is right.");
}

function renew(words) {
  if (view) show(); else chosen.draw();
  const next = withKey.hidden ? document.getElementById("send") : withKey.querySelector("button, summary");
  (next ?? document.getElementById("title")).focus({ preventScroll: true });
  announce(words);
}

whenSomebodyComesOrGoes(() => { if (!view && !chosen.isSending) chosen.draw(); });
document.getElementById("recent-clear").addEventListener("click", () => clearRecent(go));
addEventListener("popstate", show);
show();
if (!view) {
  const files = await handed.take();
  if (files.length) chosen.add(files);
}
