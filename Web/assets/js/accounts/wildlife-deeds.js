// What was done to pictures of camera traps and their places, for the trail.

const SAID = { approved: "said that the machine is right about", rejected: "said that there is nothing on", corrected: "corrected", flagged: "flagged" };
const FILES = { "observations.csv": "a table of observations", "observations.xlsx": "a workbook of observations", "camtrap-dp": "Camtrap DP", "megadetector.json": "MegaDetector’s format", "coco.json": "COCO", "darwin-core": "a Darwin Core Archive", "observations.geojson": "GeoJSON", "detection-history.csv": "a detection history" };
const THINGS = { site: "a site", camera: "a camera", deployment: "where a camera hung", "remote-source": "a server to collect from" };
const DONE = { added: "added", changed: "changed", removed: "removed" };

/** The end of the sentence that begins with who did it; `null` for what is none of these. */
export function wildlifeDeed(action, subject, now) {
  const [kind, deed] = action.split(".");
  if (THINGS[kind] && DONE[deed]) return ` ${deed === "added" && kind === "deployment" ? "said" : DONE[deed]} ${THINGS[kind]}`;
  if (action === "image.reviewed") return ` ${SAID[now.review] ?? "said something of"} a picture`;
  if (action === "image.review-undone") return " took back what they said of a picture";
  if (action === "image.removed") return " removed a picture for good";
  if (action === "image.retried") return " had a picture read again";
  if (action === "clock.shifted") return " corrected the clock of a camera";
  if (action === "clock.shift-undone") return " took back the correction of a camera’s clock";
  if (action === "camera-move.accepted") return " accepted that a camera moved";
  if (action === "camera-move.dismissed") return " said that a camera did not move";
  if (action === "camera-move.undone") return " took back what was said of a camera that moved";
  if (action === "species.settled") return " settled what a name of an animal means";
  if (action === "species.unsettled") return " took back what a name of an animal means";
  if (action === "mask.added") return " let a part of a camera’s view not count";
  if (action === "mask.removed") return " let a part of a camera’s view count again";
  if (action === "quarantine.retried") return " had a file tried again that was set aside";
  if (action === "quarantine.read") return " saved a file that was set aside";
  if (action === "quarantine.removed") return " removed a file that was set aside";
  if (action === "camera-profile.kept") return ` wrote the camera profile ${subject.split(" ").at(-1)}`;
  if (action === "camera-profile.removed") return ` removed the camera profile ${subject.split(" ").at(-1)}`;
  if (action === "import.begun") return ` sent ${now.kind === "megadetector" ? "what MegaDetector found" : "a Camtrap DP package"} to be imported`;
  if (action === "import.finished") return ` imported a file: ${now.pictures} pictures and ${now.deployments} deployments`;
  if (action === "import.failed") return " sent a file that could not be imported";
  if (action === "import.removed") return " removed an import from the list";
  if (action === "images.exported") return ` exported pictures as ${FILES[subject.split(" ")[1]] ?? "a file"}`;
  return null;
}
