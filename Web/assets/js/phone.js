// Where a phone finds this server, and the truth about what it will be allowed to do there.

import { toast } from "/assets/js/announce.js";
import { getJSON } from "/assets/js/api.js";
import { copyText } from "/assets/js/clipboard.js";
import { button, h, icon } from "/assets/js/dom.js";

const START = "hedgerow serve --host 0.0.0.0 --tls auto";
const CODE = "/phone/qr.svg";

const card = document.getElementById("reach");
const code = document.getElementById("reach-code");
const words = document.getElementById("reach-words");

function title(text) {
  return h("h2", { id: "reach-title" }, text);
}

function command(text) {
  return h("p", { class: "command" }, h("code", {}, text.split(" ").flatMap((word) => [h("span", { class: "number" }, word), " "])),
    h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": "Copy the command", onclick: async () => toast((await copyText(text)) ? "Command copied." : "This browser does not allow copying here.") }, icon("copy")));
}

function reachable({ url, addresses, tls, ca_url: authority }) {
  code.replaceChildren(h("img", { src: CODE, alt: `QR code for ${url}`, width: "240", height: "240" }));
  const others = addresses.filter((address) => !url.includes(address));
  words.replaceChildren(
    title("Point the phone’s camera at the code"),
    h("p", {}, "Or type this address into its browser:"),
    h("p", { class: "reach__address" }, h("a", { href: url }, url)),
    others.length ? h("p", { class: "small quiet" }, `This machine has other addresses too: ${others.join(", ")}. Use the one in the phone’s network.`) : "",
    tls
      ? h("p", { class: "quiet" }, "The connection is encrypted. Until the phone trusts the certificate below, its browser warns; that is expected.")
      : h("div", { class: "stack stack--s" }, h("p", { class: "quiet" }, "This is plain http: photos and answers work, but browsers allow neither installing nor opening without a network. For both, start the server like this:"), command(START)),
  );
  if (tls && authority) {
    document.getElementById("trust").hidden = false;
    document.getElementById("ca").href = authority;
  }
}

function closed() {
  code.replaceChildren(icon("phone"));
  words.replaceChildren(
    title("No phone can reach this server yet"),
    h("p", {}, "It listens on this machine only, which is the safe way to begin. To open it to your network, encrypted, stop it and start it like this:"),
    command(START),
    h("p", { class: "quiet" }, "Then come back to this page for the code to scan. Anybody in your network can then ask it about leaves."),
  );
}

function unknown() {
  code.replaceChildren(icon("wifi-off"));
  words.replaceChildren(
    title("The address is not known"),
    h("p", {}, "The server did not say where it can be reached."),
    button("Ask again", { icon: "retry", onclick: () => location.reload() }),
  );
}

function isOwnMachine(address) {
  return /^(localhost|127\.|\[?::1)/.test(new URL(address).hostname);
}

document.getElementById("here").append(` The page you are reading ${isSecureContext ? "is allowed both" : "is allowed neither"}.`);
try {
  const network = await getJSON("/api/v1/network");
  if (isOwnMachine(network.url)) closed(); else reachable(network);
} catch {
  unknown();
}
document.getElementById("needs").hidden = false;
card.removeAttribute("aria-busy");
