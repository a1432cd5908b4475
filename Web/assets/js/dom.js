// Elements without a framework: h("p", { class: "small" }, "text", child).

const SPRITE = "/assets/icons.svg";
const SVG = "http://www.w3.org/2000/svg";

export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `${SPRITE}#${name}` }));
}

export function drawing(name) {
  return svg("svg", { "aria-hidden": "true" }, svg("use", { href: `${SPRITE}#${name}` }));
}

/** A button with an icon and a label; `quiet`, `main` and the like become its modifier. */
export function button(label, { icon: sign, look, onclick, ...rest } = {}) {
  const classes = ["button", look && `button--${look}`].filter(Boolean).join(" ");
  return h("button", { type: "button", class: classes, onclick, ...rest }, sign && icon(sign), label);
}

/** A certainty bar: SVG attributes, because the policy forbids style attributes. */
export function bar(share, { notch, other } = {}) {
  const width = Math.max(0, Math.min(100, share * 100));
  return svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "bar__track", width: "100", height: "8" }),
    svg("rect", { class: other ? "bar__fill bar__fill--other" : "bar__fill", width: width.toFixed(1), height: "8" }),
    notch !== undefined && svg("path", { class: notch * 100 > width ? "bar__mark bar__mark--ahead" : "bar__mark", d: `M${(notch * 100).toFixed(1)} 0V8` }),
  );
}

/** Changes a text only when it is another one: nothing is drawn or read aloud twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}
