// Talking to the server. Two things can go wrong: it refuses (with words), or it cannot be reached.

const PATIENCE = 60000;

/** The server answered, and said no. */
export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super(problem?.message ?? problem?.detail ?? `The server answered with an error (${status}).`);
    this.status = status;
    this.type = problem?.type?.replace("/problems/", "");
    this.fields = problem?.errors ?? [];
    this.retryAfter = retryAfter;
    this.requestID = problem?.request_id;
  }

  /** Asked again later, the same photo may well be taken. */
  get passes() {
    return [0, 429, 503].includes(this.status);
  }
}

/** Nobody answered: no network, or no server. */
export class Unreachable extends Error {}

export function getJSON(path, options) {
  return call("GET", path, options);
}

/** Sends `body` as JSON, where there is one; gives the JSON of the answer, or null where there is none. */
export async function call(method, path, { key, body: content } = {}) {
  const headers = { Accept: "application/json", ...(content && { "Content-Type": "application/json" }), ...keyHeader(key) };
  let response;
  try {
    response = await fetch(path, { method, headers, body: content && JSON.stringify(content), signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Unreachable(path);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, body, seconds(response.headers.get("Retry-After")));
  return body;
}

export async function isReachable() {
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

/** Sends one photo; `progress` hears the share that has left, 0…1. */
export async function diagnose(photo, name, { crop, progress } = {}) {
  const query = new URLSearchParams({ explain: "true", top_k: "5" });
  if (crop) query.set("crop", crop.map((edge) => edge.toFixed(4)).join(","));
  const form = new FormData();
  form.append("file", photo, name);
  const answer = await upload(`/api/v1/diagnose?${query}`, form, { progress });
  const fault = answer.images?.[0]?.error;
  if (fault) throw new Refusal(fault.status, fault);
  return lean(answer);
}

/** Sends photos to be read in their own time. Sent again with the same `once`, they are still one batch. */
export function sendBatch(photos, { once, key, progress, signal }) {
  const form = new FormData();
  for (const photo of photos) form.append("files", photo, photo.name);
  return upload("/api/v1/jobs", form, { headers: { "Idempotency-Key": once, ...keyHeader(key) }, patience: 0, progress, signal });
}

/** Sends one picture of a camera trap; `isKnown` when this server has it already. */
export async function sendTrapPicture(file, { camera, progress, signal }) {
  const form = new FormData();
  if (camera) form.append("camera_id", camera);
  form.append("file", file, file.name);
  const { status, body: image } = await upload("/api/v1/images", form, { patience: 0, progress, signal, withStatus: true });
  return { image, isKnown: status === 200 };
}

/** Reads samples by a camera profile; nothing is kept. */
export function tryProfile(profile, files, names) {
  const form = new FormData();
  form.append("profile", profile);
  if (names) form.append("names", names);
  for (const file of files) form.append("files", file, file.name);
  return upload("/api/v1/camera-profiles/try", form, { patience: 0 });
}

/** Sends a file of another program as it is; gives the import that reads it. */
export function sendImport(file, { progress, signal }) {
  const isBatch = /\.json$/i.test(file.name);
  const path = `/api/v1/import/${isBatch ? "megadetector" : "camtrap-dp"}?${new URLSearchParams({ filename: file.name })}`;
  return upload(path, file, { headers: { "Content-Type": isBatch ? "application/json" : "application/zip" }, patience: 0, progress, signal });
}

/** `fetch` cannot tell how much has left. Without patience there is no end of it while bytes move. */
function upload(path, form, { headers = {}, patience = PATIENCE, progress, signal, withStatus }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries({ Accept: "application/json", ...headers })) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.timeout = patience;
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress?.(event.loaded / event.total));
    request.addEventListener("load", () => {
      const body = request.response;
      if (request.status >= 200 && request.status < 300 && body) return resolve(withStatus ? { status: request.status, body } : body);
      const fault = body?.images?.[0]?.error;
      if (fault) return reject(new Refusal(fault.status, fault));
      reject(new Refusal(request.status, body, seconds(request.getResponseHeader("Retry-After"))));
    });
    for (const kind of ["error", "timeout", "abort"]) request.addEventListener(kind, () => reject(new Unreachable(kind)));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function keyHeader(key) {
  return key ? { "X-API-Key": key } : {};
}

/** The heat map also comes as a picture, for clients that cannot draw; this page draws it from the grid. */
function lean(answer) {
  for (const { heat_map: map } of answer.images) if (map) delete map.overlay;
  return answer;
}

function seconds(header) {
  const value = Number.parseInt(header ?? "", 10);
  return Number.isFinite(value) && value > 0 ? Math.min(value, 600) : undefined;
}
