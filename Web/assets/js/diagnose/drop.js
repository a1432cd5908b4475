// Four ways in: choose, photograph, drop anywhere on the page, paste.

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
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) { event.preventDefault(); take(files); }
  });
}
