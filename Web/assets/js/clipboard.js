// Copying also works over plain http in a LAN, where the clipboard interface is missing.

export async function copyText(text) {
  if (navigator.clipboard && isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser: try the old way.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "hidden-text";
  area.setAttribute("readonly", "");
  document.body.append(area);
  const held = document.activeElement;
  area.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { done = false; }
  area.remove();
  held?.focus?.({ preventScroll: true });
  return done;
}
