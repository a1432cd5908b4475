// Keys that nobody guesses; `crypto.randomUUID` is missing on plain http in a LAN.

export function uniqueKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
