// Four ways in: choose, photograph, drop anywhere on the page (folders too), paste.

const isFileDrag = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

export function takePhotos(form, take) {
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      if (files.length) take(files);
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());

  let depth = 0;
  const leave = () => { depth = 0; form.removeAttribute("data-over"); };
  addEventListener("dragenter", (event) => {
    if (!isFileDrag(event)) return;
    depth += 1;
    form.setAttribute("data-over", "");
  });
  addEventListener("dragleave", (event) => { if (isFileDrag(event) && --depth <= 0) leave(); });
  addEventListener("dragover", (event) => {
    if (!isFileDrag(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("drop", (event) => {
    if (!isFileDrag(event)) return;
    event.preventDefault();
    leave();
    dropped(event.dataTransfer).then((files) => { if (files.length) take(files); });
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) { event.preventDefault(); take(files); }
  });
}

/** The files of a drop, with those in its folders. What is in it must be asked at once: after the event it is gone. */
async function dropped({ files, items }) {
  const plain = [...files];
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry, found) {
  if (entry.name.startsWith(".")) return;   // what a system leaves in folders
  if (entry.isFile) {
    await new Promise((done) => entry.file((file) => { found.push(file); done(); }, done));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));   // a hundred at a time
    if (!some.length) return;
    for (const each of some) await walk(each, found);
  }
}
