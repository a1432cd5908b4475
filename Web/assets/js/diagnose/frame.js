// The frame around one leaf. A tap places it, a drag moves it, a corner sizes it;
// with keys: arrows move, + and − size, Enter looks, Escape leaves.

import { announce } from "/assets/js/announce.js";
import { button, h, icon, svg } from "/assets/js/dom.js";

const LEAST = 0.12;
const STEP = 0.03;
const TOUCH = 44;
const CORNERS = ["nw", "ne", "sw", "se"];

/** `box` is kept as centre and side in pixels of the picture as shown; it is always a square inside it. */
export function frameOneLeaf({ url, width, height, crop, done, leave }) {
  const image = h("img", { src: url, alt: "", width: String(width), height: String(height) });
  const dim = svg("path", { class: "frame__dim", "fill-rule": "evenodd" });
  const under = svg("rect", { class: "frame__under" });
  const line = svg("rect", { class: "frame__line" });
  const thirds = svg("path", { class: "frame__thirds" });
  const inside = svg("rect", { class: "frame__box", "data-part": "box" });
  const grips = CORNERS.map(() => svg("circle", { class: "frame__grip", r: "7" }));
  const corners = CORNERS.map((name) => svg("rect", { class: `frame__corner frame__corner--${name}`, width: String(TOUCH), height: String(TOUCH), "data-part": name }));
  const layer = svg("svg", { "aria-hidden": "true" }, dim, inside, thirds, under, line, grips, corners);
  const area = h("div", {
    class: "frame", role: "application", tabindex: "0", "aria-roledescription": "frame",
    "aria-label": "Frame around one leaf", "aria-describedby": "frame-help",
  }, image, layer);

  let box = crop
    ? { x: crop[0] + crop[2] / 2, y: crop[1] + crop[3] / 2, side: crop[2] * width }
    : { x: 0.5, y: 0.5, side: Math.min(width, height) * 0.6 };

  /** Where the picture lies in its element (it may be letterboxed). */
  const place = () => {
    const frame = area.getBoundingClientRect();
    const scale = Math.min(frame.width / width, frame.height / height);
    return { left: (frame.width - width * scale) / 2, top: (frame.height - height * scale) / 2, scale, frame };
  };

  const keep = () => {
    box.side = Math.max(LEAST * Math.min(width, height), Math.min(box.side, width, height));
    const [halfX, halfY] = [box.side / width / 2, box.side / height / 2];
    box.x = Math.max(halfX, Math.min(1 - halfX, box.x));
    box.y = Math.max(halfY, Math.min(1 - halfY, box.y));
  };

  const show = () => {
    keep();
    const { left, top, scale, frame } = place();
    if (!frame.width) return;
    layer.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    const side = box.side * scale;
    const x = left + box.x * width * scale - side / 2;
    const y = top + box.y * height * scale - side / 2;
    for (const rect of [under, line, inside]) {
      for (const [name, value] of Object.entries({ x, y, width: side, height: side })) rect.setAttribute(name, value.toFixed(1));
    }
    dim.setAttribute("d", `M0 0H${frame.width}V${frame.height}H0ZM${x} ${y}h${side}v${side}h${-side}Z`);
    const third = side / 3;
    thirds.setAttribute("d", `M${x + third} ${y}v${side}M${x + 2 * third} ${y}v${side}M${x} ${y + third}h${side}M${x} ${y + 2 * third}h${side}`);
    [[x, y], [x + side, y], [x, y + side], [x + side, y + side]].forEach(([cx, cy], at) => {
      grips[at].setAttribute("cx", cx.toFixed(1));
      grips[at].setAttribute("cy", cy.toFixed(1));
      corners[at].setAttribute("x", (cx - TOUCH / 2).toFixed(1));
      corners[at].setAttribute("y", (cy - TOUCH / 2).toFixed(1));
    });
  };

  const point = (event) => {
    const { left, top, scale, frame } = place();
    return { x: (event.clientX - frame.left - left) / scale / width, y: (event.clientY - frame.top - top) / scale / height };
  };

  let drag = null;
  area.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    const part = event.target.dataset?.part ?? "out";
    const at = point(event);
    if (part === "out") Object.assign(box, { x: at.x, y: at.y });
    drag = { part: part === "out" ? "box" : part, from: at, box: { ...box } };
    area.setPointerCapture(event.pointerId);
    area.focus({ preventScroll: true });
    show();
  });
  area.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const at = point(event);
    if (drag.part === "box") {
      box.x = drag.box.x + at.x - drag.from.x;
      box.y = drag.box.y + at.y - drag.from.y;
    } else {
      resize(drag, at);
    }
    show();
  });
  for (const kind of ["pointerup", "pointercancel"]) area.addEventListener(kind, () => { if (drag) { drag = null; say(); } });

  /** A corner moves, the opposite one stays. */
  const resize = ({ part, box: start }, at) => {
    const [right, down] = [part.endsWith("e") ? 1 : -1, part.startsWith("s") ? 1 : -1];
    const still = { x: start.x - (right * start.side) / width / 2, y: start.y - (down * start.side) / height / 2 };
    const roomX = right > 0 ? 1 - still.x : still.x;
    const roomY = down > 0 ? 1 - still.y : still.y;
    const wanted = Math.max(right * (at.x - still.x) * width, down * (at.y - still.y) * height);
    box.side = Math.max(LEAST * Math.min(width, height), Math.min(wanted, roomX * width, roomY * height));
    box.x = still.x + (right * box.side) / width / 2;
    box.y = still.y + (down * box.side) / height / 2;
  };

  const size = (factor) => { box.side *= factor; show(); say(); };
  const result = () => { keep(); return [box.x - box.side / width / 2, box.y - box.side / height / 2, box.side / width, box.side / height].map((edge) => Math.max(0, Math.min(1, edge))); };
  const say = () => {
    const across = ["left", "middle", "right"][Math.min(2, Math.floor(box.x * 3))];
    const down = ["top", "middle", "bottom"][Math.min(2, Math.floor(box.y * 3))];
    announce(`Frame ${Math.round((box.side / Math.min(width, height)) * 100)}% of the picture, ${down} ${across}.`);
  };

  area.addEventListener("keydown", (event) => {
    const pace = event.shiftKey ? STEP * 4 : STEP;
    const acts = {
      ArrowLeft: () => { box.x -= pace; }, ArrowRight: () => { box.x += pace; },
      ArrowUp: () => { box.y -= pace; }, ArrowDown: () => { box.y += pace; },
      "+": () => { box.side *= 1.1; }, "=": () => { box.side *= 1.1; }, "-": () => { box.side /= 1.1; },
    };
    if (event.key === "Enter") { event.preventDefault(); done(result()); return; }
    if (event.key === "Escape") { event.preventDefault(); leave(); return; }
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
    show();
    say();
  });

  new ResizeObserver(show).observe(area);
  image.addEventListener("load", show);
  const sizer = (label, sign, factor) => h("button", { type: "button", class: "button button--icon", "aria-label": label, onclick: () => size(factor) }, icon(sign));
  const element = h("div", { class: "framing" },
    area,
    h("div", { class: "framing__words" },
      h("h2", { id: "finding" }, "Frame one leaf"),
      h("p", { class: "quiet", id: "frame-help" },
        "Tap the leaf. Drag the frame to move it, a corner to size it.",
        h("span", { class: "fine-only" }, " With keys: arrows move, + and − size, Enter looks, Escape leaves.")),
      h("div", { class: "buttons" }, sizer("Smaller frame", "minus", 1 / 1.2), sizer("Larger frame", "plus", 1.2)),
      h("div", { class: "buttons" },
        button("Look at this leaf", { look: "main", icon: "leaf", onclick: () => done(result()) }),
        button("Cancel", { look: "quiet", onclick: leave }))));
  return { element, focus: () => area.focus({ preventScroll: true }) };
}
