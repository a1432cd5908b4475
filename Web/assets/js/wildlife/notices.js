// What stands in the place of pictures where there are none, and why some wait.

import { copyText } from "/assets/js/clipboard.js";
import { toast } from "/assets/js/announce.js";
import { button, drawing, h, icon } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";
import { isWaiting } from "/assets/js/wildlife/names.js";
import { sentence } from "/assets/js/words.js";

const INSTALL = "hedgerow models install yolox-nano";

/** Why pictures wait, where a reason is known; `null` where they are only on their way. */
export async function waitingNote() {
  const { items: [first] } = await asPerson("GET", "/api/v1/images?status=pending&limit=1");
  if (!first?.cause) return null;
  return h("div", { class: "note note--warning waits" }, icon("clock"),
    h("p", {}, h("strong", {}, "Pictures wait to be read: "), "there is no model here yet that finds animals. They are safe, and are read by themselves once there is one. On the machine of this server, type:"),
    command(INSTALL),
    h("details", {}, h("summary", { class: "small" }, "What the server says"), h("p", { class: "small quiet" }, sentence(first.cause.replaceAll("`", "")))));
}

/** How far one picture is, where it is not read. */
export function stateNotes(image) {
  const note = (sign, title, words, look) => h("div", { class: `note ${look}` }, icon(sign), h("p", {}, h("strong", {}, title), ` ${words}`));
  if (image.status === "failed") return [note("warn", "It could not be read.", sentence(image.cause ?? "Nobody knows why"), "note--warning")];
  if (isWaiting(image)) return [note("clock", "Not read yet.", image.cause ? sentence(image.cause) : "It is read in a moment.", "")];
  return [];
}

export function nothingFits(clear) {
  return h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, "No picture fits"), h("p", {}, "Ask for other days, another camera, or everything."), button("Show all pictures", { look: "main", onclick: clear }));
}

export function noSite() {
  return h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, "No site is yours yet"), h("p", {}, "You see the pictures of the sites that were given to you. Ask whoever looks after this server to give you one, or all of them."));
}

export function firstPicture(mayUpload) {
  if (!mayUpload) return h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, "No pictures yet"), h("p", {}, "When somebody sends the first card of a camera, its pictures stand here."));
  return h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, "Send the first picture"),
    h("p", {}, "Put the card of a camera into this computer and drop its folder above. A camera is added by itself when its first picture comes."),
    h("p", { class: "small" }, "A camera or a program that sends by itself needs a key from ", h("a", { href: "/account#keys" }, "your account"), ":"),
    command(`curl -H "X-API-Key: …" -F file=@IMG_0001.JPG -F camera_id=cam-1 ${location.origin}/api/v1/images`));
}

export function command(text) {
  return h("p", { class: "command" }, h("code", {}, text),
    h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": "Copy the command", onclick: async () => toast((await copyText(text)) ? "The command is copied." : "Copying is not allowed here.") }, icon("copy")));
}
