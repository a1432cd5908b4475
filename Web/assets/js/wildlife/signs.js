// Signs on a map: drawn by a sheet, with a name that is read aloud. No text of people goes through markup.

const Sign = globalThis.L?.DivIcon.extend({
  createIcon(old) {
    const element = L.DivIcon.prototype.createIcon.call(this, old);
    element.setAttribute("role", this.options.role);
    element.setAttribute("aria-label", this.options.label);
    return element;
  },
});

/** A round sign of so many pixels with `content` on it; what can be pressed is a button. */
export function sign({ look, label, size, content, role = "button" }) {
  return new Sign({ className: look, label, role, iconSize: [size, size], html: content });
}
