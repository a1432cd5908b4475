// The API explorer: Swagger UI under our shell, with examples in three languages beside each call.

import { announce } from "/assets/js/announce.js";
import { copyText } from "/assets/js/clipboard.js";
import { button, h } from "/assets/js/dom.js";
import { examples } from "/assets/js/docs/examples.js";
import { tabs } from "/assets/js/tabs.js";

const SPECIFICATION = "/api/v1/openapi.json";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const host = document.getElementById("explorer");

// Swagger UI knows dark by a class of its own.
const followTheme = () => root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-theme"] });
system.addEventListener("change", followTheme);
followTheme();

function exampleTabs(path, method, specification) {
  const id = `${method}${path}`.replace(/[^a-z0-9]+/gi, "-");
  const shown = examples({ path, method, specification, origin: location.origin });
  return h("section", { class: "examples" }, h("h4", {}, "Examples"),
    tabs("Language", shown.map(({ language, text }) => ({ id: `${id}-${language.toLowerCase()}`, label: language, body: sample(language, text) }))));
}

function sample(language, text) {
  const copy = button("Copy", { icon: "copy", look: "quiet", "aria-label": `Copy the ${language} example` });
  copy.addEventListener("click", async () => announce((await copyText(text)) ? "Copied." : "This browser does not allow copying here."));
  return h("div", { class: "sample" }, h("pre", { tabindex: "0", "aria-label": `${language} example` }, h("code", {}, text)), copy);
}

/** Puts the examples above the responses; the rest is Swagger UI's own. */
function beside({ React }) {
  return {
    wrapComponents: {
      InfoContainer: () => () => null,
      ServersContainer: () => () => null,
      responses: (Original) => (props) => {
        const mount = (node) => {
          if (!node || node.firstChild) return;
          node.append(exampleTabs(props.path, props.method, props.specSelectors.specJson().toJS()));
        };
        return React.createElement("div", {}, React.createElement("div", { ref: mount }), React.createElement(Original, props));
      },
    },
  };
}

function failed(what, cure) {
  host.replaceChildren(h("div", { class: "note note--warning" },
    h("p", {}, h("strong", {}, what), " ", cure),
    button("Try again", { icon: "retry", onclick: () => location.reload() })));
  host.removeAttribute("aria-busy");
}

/** Swagger UI forgets names for some of its controls, and brings a second main landmark. */
function name() {
  host.querySelector("main")?.setAttribute("role", "presentation");
  for (const select of host.querySelectorAll("select:not([aria-label]):not([id])")) select.setAttribute("aria-label", select.closest(".content-type-wrapper, .content-type") ? "Content type" : "Choice");
  for (const input of host.querySelectorAll(".parameters input:not([aria-label]), .parameters select:not([aria-label]), .parameters textarea:not([aria-label])")) {
    const row = input.closest("tr");
    input.setAttribute("aria-label", row?.dataset.paramName ?? input.getAttribute("placeholder") ?? "Value");
  }
  for (const pre of host.querySelectorAll("pre:not([tabindex])")) pre.tabIndex = 0;   // long lines scroll
  for (const area of host.querySelectorAll("textarea:not([aria-label])")) area.setAttribute("aria-label", "Request body");
}

const Swagger = globalThis.SwaggerUIBundle;
const reply = await fetch(SPECIFICATION).catch(() => null);
if (!Swagger) {
  failed("The explorer is not installed.", "On the server, Scripts/setup fetches it. The description itself can be downloaded above.");
} else if (!reply?.ok) {
  failed("The API description could not be read.", "Is the server running?");
} else {
  host.replaceChildren();
  Swagger({
    spec: await reply.json(),
    domNode: host,
    presets: [Swagger.presets.apis],
    plugins: [beside],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: false,
    validatorUrl: null,
    onComplete: () => host.removeAttribute("aria-busy"),
  });
  new MutationObserver(name).observe(host, { childList: true, subtree: true });
}
