// An area of a camera's view, drawn over its newest picture: corner by corner, by mouse, finger or keys.

import { button, h, svg } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";
import { cameraShort, isPrivate } from "/assets/js/wildlife/names.js";

const STEP = 0.02;   // of the picture, for one press of an arrow
const MOST = 100;
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/** Gives the corners, or `null` where the dialog was left. */
export async function askArea(camera) {
  const known = await asPerson("GET", `/api/v1/cameras/${encodeURIComponent(camera.id)}`).catch(() => null);
  const image = known?.images.find((one) => one.thumbnail_url && !isPrivate(one));
  return new Promise((done) => {
    const points = [];
    let answer = null;
    let cross = [0.5, 0.5];
    const [width, height] = image ? [image.width, image.height] : [4, 3];
    const shape = svg("g");
    const view = svg("svg", { class: "area__view", viewBox: `0 0 ${width} ${height}`, tabindex: "0", role: "application", "aria-label": "The view. Arrows move the cross, Enter sets a corner, Backspace takes the last one back.", "aria-describedby": "area-told" },
      image && svg("image", { href: image.thumbnail_url, width, height, preserveAspectRatio: "none" }), shape);
    const told = h("p", { class: "small quiet", id: "area-told", role: "status" });
    const go = button("Leave it out", { look: "main", icon: "check", onclick: () => { answer = points; dialog.close(); } });
    const back = button("Take the last corner back", { look: "quiet", icon: "undo", onclick: () => { points.pop(); draw(); } });
    const dialog = h("dialog", { class: "place-form area", "aria-labelledby": "area-title" },
      h("h2", { id: "area-title" }, `What ${cameraShort(camera)} should not look at`),
      h("p", { class: "quiet small" }, "Click the corners of the area one after the other. Whatever has its middle within does not count any more; nothing is removed."),
      view, told, h("div", { class: "buttons" }, go, back, button("Close", { look: "quiet", onclick: () => dialog.close() })));

    function draw() {
      const at = ([x, y]) => `${(x * width).toFixed(1)},${(y * height).toFixed(1)}`;
      const [x, y] = [cross[0] * width, cross[1] * height];
      const arm = width / 40;
      shape.replaceChildren(
        svg("polygon", { class: "mask__shape", points: points.map(at).join(" ") }),
        ...points.map(([px, py]) => svg("circle", { class: "area__corner", cx: px * width, cy: py * height, r: width / 120 })),
        svg("path", { class: "area__cross", d: `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}` }));
      go.disabled = points.length < 3;
      back.disabled = !points.length;
      told.textContent = points.length < 3 ? `${points.length} of at least 3 corners.` : `${points.length} corners.`;
    }

    function add(point) {
      if (points.length >= MOST) return;
      points.push(point.map((one) => Number(Math.max(0, Math.min(1, one)).toFixed(4))));
      draw();
    }

    view.addEventListener("click", (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(view.getScreenCTM().inverse());
      cross = [at.x / width, at.y / height];
      add(cross);
    });
    view.addEventListener("keydown", (event) => {
      const move = KEYS[event.key];
      if (move) cross = cross.map((one, axis) => Math.max(0, Math.min(1, one + move[axis])));
      else if (event.key === "Enter" || event.key === " ") add(cross);
      else if (event.key === "Backspace") points.pop();
      else return;
      event.preventDefault();
      draw();
    });
    dialog.addEventListener("close", () => { dialog.remove(); done(answer); });
    document.body.append(dialog);
    draw();
    dialog.showModal();
    view.focus();
  });
}
