// What this browser keeps: answers with their photos, photos that wait for the server, and photos on their way to another page.
// Without IndexedDB (some private windows) it keeps them until the page is closed.

const LOOKED = "looked";
const WAITING = "waiting";
const HANDED = "handed";
const MOST = 60;

const memory = { [LOOKED]: new Map(), [WAITING]: new Map(), [HANDED]: new Map() };
let opened;

function open() {
  opened ??= new Promise((resolve) => {
    let request;
    try { request = indexedDB.open("hedgerow", 2); } catch { return resolve(null); }
    request.onupgradeneeded = () => {
      for (const name of [LOOKED, WAITING, HANDED]) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath: "id" }).createIndex("at", "at");
      }
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();   // a newer page in another tab must not wait for this one
      resolve(request.result);
    };
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });
  return opened;
}

async function within(name, mode, work, instead) {
  const database = await open();
  if (!database) return instead(memory[name]);
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const put = (name, entry) => within(name, "readwrite", (store) => store.put(entry), (map) => void map.set(entry.id, entry));
const drop = (name, id) => within(name, "readwrite", (store) => store.delete(id), (map) => void map.delete(id));

async function all(name) {
  const entries = await within(name, "readonly", (store) => store.getAll(), (map) => [...map.values()]);
  return entries.sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Whether what is kept outlives this page. */
export const lasts = async () => (await open()) !== null;

/** Answers, newest first: `{ id, at, answer, conditions, species, photo, thumb, name }`. */
export const looked = {
  all: () => all(LOOKED),
  remove: (id) => drop(LOOKED, id),
  async keep(entry) {
    await put(LOOKED, entry);
    for (const old of (await all(LOOKED)).slice(MOST)) await drop(LOOKED, old.id);
  },
};

/** Photos taken without a server: `{ id, at, file, name, crop, thumb }`. */
export const waiting = {
  all: () => all(WAITING),
  remove: (id) => drop(WAITING, id),
  keep: (entry) => put(WAITING, entry),
};

/** Photos that the next page is to take over, once. */
export const handed = {
  keep: (files) => put(HANDED, { id: "photos", at: new Date().toISOString(), files }),
  async take() {
    const [entry] = await all(HANDED);
    if (entry) await drop(HANDED, entry.id);
    return entry?.files ?? [];
  },
};
