// The questions about a camera, a site, and the time that a camera hung somewhere.

import { h } from "/assets/js/dom.js";
import { choiceField, field } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { formDialog, placeFields, pointOf } from "/assets/js/wildlife/form-dialog.js";
import { cameraShort } from "/assets/js/wildlife/names.js";

const zones = () => { try { return Intl.supportedValuesOf("timeZone"); } catch { return []; } };

export const siteOptions = (sites) => [["", "No site"], ...sites.map(({ id, name }) => [id, name])];

function siteField(sites, chosen) {
  return choiceField({ id: "site-id", label: "Site", noun: "The site", options: siteOptions(sites), value: chosen ?? "", optional: true, hint: "" });
}

/** Adds a camera, or changes `camera`; gives it as it is then. */
export function askCamera(sites, camera) {
  const list = h("datalist", { id: "zones" }, zones().map((zone) => h("option", { value: zone })));
  const code = !camera && field({ id: "code", label: "Code", hint: "Such as cam-7: its pictures name it so. It stays.", maxlength: "64", autocomplete: "off", autocapitalize: "none", spellcheck: "false", missing: "Give it a code." });
  const name = field({ id: "name", label: "Name", value: camera?.name ?? "", maxlength: "100", optional: !camera, hint: "Such as Burrow bank.", missing: "Give it a name." });
  const zone = field({ id: "zone", label: "Time zone of its clock", noun: "The zone", list: "zones", value: camera?.zone ?? "", optional: true, autocomplete: "off", spellcheck: "false", hint: camera ? "Pictures that came before keep their times." : "Such as Europe/Berlin. Left empty, that of the server.", below: list });
  const [latitude, longitude] = placeFields(camera?.location);
  const site = siteField(sites, camera?.site_id);
  return formDialog({
    title: camera ? `Change ${cameraShort(camera)}` : "Add a camera", act: camera ? "Save" : "Add it",
    fields: camera ? [name, site, latitude, longitude, zone] : [code, name, site, zone, latitude, longitude],
    words: { taken: ["code", "Another camera has this code."] },
    send: (values) => {
      const body = { name: values.name || undefined, site_id: values["site-id"] || undefined, location: pointOf(values), zone: values.zone || undefined };
      return camera ? asPerson("PUT", `/api/v1/cameras/${camera.id}`, body) : asPerson("POST", "/api/v1/cameras", { ...body, code: values.code });
    },
  });
}

export function askSite(site) {
  const [latitude, longitude] = placeFields(site?.location);
  return formDialog({
    title: site ? `Change ${site.name}` : "Add a site", act: site ? "Save" : "Add it",
    fields: [field({ id: "name", label: "Name", value: site?.name ?? "", maxlength: "100", missing: "Give it a name." }), latitude, longitude],
    words: { taken: ["name", "Another site is called so."] },
    send: (values) => {
      const body = { name: values.name, location: pointOf(values) };
      return site ? asPerson("PUT", `/api/v1/sites/${site.id}`, body) : asPerson("POST", "/api/v1/sites", body);
    },
  });
}

/** When and where a camera hung; without an end it still does. */
export function askDeployment(camera, sites, deployment) {
  const start = field({ id: "started-at", label: "From", noun: "The beginning", type: "datetime-local", value: local(deployment?.started_at), hint: "By the clock of this computer.", missing: "Say from when." });
  const end = field({ id: "ended-at", label: "Until", noun: "The end", type: "datetime-local", value: local(deployment?.ended_at), optional: true, hint: "Left empty, it still hangs there." });
  const [latitude, longitude] = placeFields(deployment ? deployment.location : camera.location);
  const site = siteField(sites, deployment ? deployment.site_id : camera.site_id);
  const notes = field({ id: "notes", label: "Notes", value: deployment?.notes ?? "", maxlength: "2000", optional: true, hint: "Such as its height, or what it looks at." });
  return formDialog({
    title: deployment ? "Change this time" : `Where ${cameraShort(camera)} hung`, act: deployment ? "Save" : "Add it",
    lead: "The pictures of this time become those of this place.",
    fields: [start, end, latitude, longitude, site, notes],
    words: { conflict: ["started-at"] },
    send: (values) => {
      const body = {
        camera_id: camera.id, site_id: values["site-id"] || undefined, location: pointOf(values), notes: values.notes,
        started_at: new Date(values["started-at"]).toISOString(), ended_at: values["ended-at"] ? new Date(values["ended-at"]).toISOString() : undefined,
      };
      return deployment ? asPerson("PUT", `/api/v1/deployments/${deployment.id}`, body) : asPerson("POST", "/api/v1/deployments", body);
    },
  });
}

/** A moment as its field wants it, by this computer's clock. */
function local(moment) {
  if (!moment) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
