// Before anything is drawn: what whoever was here last may see, so that the rail never moves. The server decides.

try {
  document.documentElement.dataset.may = JSON.parse(localStorage.getItem("hedgerow-person")).permissions.join(" ");
} catch {
  // Nobody was here.
}
