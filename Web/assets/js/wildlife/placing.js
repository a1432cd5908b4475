// Saying where a camera hangs on the map itself: dragged there, by a click, by keys, or by degrees.

import { announce, toast } from "/assets/js/announce.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { formDialog, placeFields, placeWords, pointOf } from "/assets/js/wildlife/form-dialog.js";
import { cameraShort } from "/assets/js/wildlife/names.js";

const KIND = "application/x-hedgerow-camera";

export class Placing {
  #list;
  #bar;
  #changed;
  #failed;
  #map = null;
  #camera = null;
  #from = null;   // what had the focus

  /** `changed` gets a camera as it is then; `failed` gets words. */
  constructor({ list, bar, changed, failed }) {
    this.#list = list;
    this.#bar = bar;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Takes the map, once there is one. */
  on(map) {
    this.#map = map;
    const ground = map.getContainer();
    map.on("click", ({ latlng }) => { if (this.#camera) this.#put(this.#camera, latlng); });
    ground.addEventListener("keydown", (event) => {
      if (!this.#camera || event.target !== ground) return;
      if (event.key === "Enter") { event.preventDefault(); this.#put(this.#camera, map.getCenter()); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#camera || document.querySelector("dialog[open]")) return;
      this.#end();
      announce("It stays where it was.");
    });
    ground.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes(KIND)) return;
      event.preventDefault();
      ground.dataset.over = "";
    });
    ground.addEventListener("dragleave", () => { delete ground.dataset.over; });
    ground.addEventListener("drop", (event) => {
      delete ground.dataset.over;
      const camera = this.#lost.find(({ id }) => id === event.dataTransfer.getData(KIND));
      if (!camera) return;
      event.preventDefault();
      this.#put(camera, map.mouseEventToLatLng(event));
    });
  }

  #lost = [];

  /** The cameras that are not on the map, each to be dragged there, or to be placed by its buttons. */
  offer(lost) {
    this.#lost = lost;
    this.#list.replaceChildren(...lost.map((camera) => {
      const name = cameraShort(camera);
      const line = h("li", { class: "lost__one", draggable: this.#map ? "true" : null },
        h("span", { class: "lost__name" }, icon("trap"), name),
        this.#map && button("Place on the map", { icon: "map", "aria-label": `Place ${name} on the map`, onclick: () => this.begin(camera) }),
        button("Type degrees", { look: "quiet", "aria-label": `Type the degrees of ${name}`, onclick: () => this.#type(camera) }));
      line.addEventListener("dragstart", ({ dataTransfer }) => { dataTransfer.setData(KIND, camera.id); dataTransfer.effectAllowed = "move"; });
      return line;
    }));
  }

  /** The next click on the map says where it hangs. */
  begin(camera) {
    this.#camera = camera;
    this.#from = document.activeElement;
    const ground = this.#map.getContainer();
    this.#map.closePopup();
    ground.classList.add("map--placing");
    this.#bar.replaceChildren(
      h("p", {}, h("strong", {}, `Where does ${cameraShort(camera)} hang?`), h("span", { class: "fine-only" }, " Click there. Or move the map by the arrow keys until the cross is there, and press Enter."), h("span", { class: "touch-only" }, " Tap there.")),
      h("div", { class: "buttons" }, button("At the cross", { icon: "check", onclick: () => this.#put(camera, this.#map.getCenter()) }),
        button("Type degrees", { look: "quiet", onclick: () => this.#type(camera) }), button("Leave it", { look: "quiet", onclick: () => this.#end() })));
    this.#bar.hidden = false;
    ground.scrollIntoView({ block: "nearest", behavior: "instant" });
    ground.focus({ preventScroll: true });
    announce(this.#bar.firstChild.textContent);
  }

  #end() {
    this.#camera = null;
    this.#bar.hidden = true;
    this.#map?.getContainer().classList.remove("map--placing");
    (this.#from?.isConnected ? this.#from : (this.#map?.getContainer() ?? document.getElementById("main"))).focus({ preventScroll: true });
  }

  #put(camera, latlng) {
    const { lat, lng } = latlng.wrap();
    return this.#save(camera, { type: "Point", coordinates: [Number(lng.toFixed(6)), Number(lat.toFixed(6))] }, true);
  }

  async #save(camera, location, canUndo) {
    try {
      const placed = await send(camera, location);
      this.#end();
      this.#changed(placed);
      const words = location ? `${cameraShort(camera)} hangs at ${placeWords(location)}.` : `${cameraShort(camera)} is not on the map.`;
      if (canUndo) toast(words, { undo: () => this.#save(placed, camera.location, false) }); else announce(words);
    } catch (fault) {
      this.#failed(faultWords(fault));
    }
  }

  async #type(camera) {
    const [latitude, longitude] = placeFields(camera.location);
    const placed = await formDialog({
      title: `Where ${cameraShort(camera)} hangs`, act: "Save", fields: [latitude, longitude],
      send: (values) => send(camera, pointOf(values)),
    });
    if (!placed) return;
    if (this.#camera) this.#end();
    this.#changed(placed);
    toast(placed.location ? `${cameraShort(camera)} hangs at ${placeWords(placed.location)}.` : `${cameraShort(camera)} is not on the map.`, { undo: () => this.#save(placed, camera.location, false) });
  }
}

/** A camera is written whole: what is left out would be taken away. */
function send({ id, name, site_id: site, zone }, location) {
  return asPerson("PUT", `/api/v1/cameras/${encodeURIComponent(id)}`, { name, zone, site_id: site ?? undefined, location: location ?? undefined });
}
