// The results as a file for a spreadsheet.

import { groupOf } from "/assets/js/batches/readings.js";

const COLUMNS = {
  photo: ({ filename }) => filename,
  position: ({ position }) => position + 1,
  result: (result) => groupOf(result).replace("look", "uncertain").replace("no-leaf", "not a leaf"),
  plant: ({ answer }) => top(answer)?.plant?.name,
  plant_scientific: ({ answer }) => top(answer)?.plant?.scientific_name,
  condition: ({ answer }) => top(answer)?.condition?.name ?? (top(answer)?.healthy ? "healthy" : ""),
  condition_scientific: ({ answer }) => top(answer)?.condition?.scientific_name,
  confidence: ({ answer }) => answer?.confidence,
  verdict: ({ answer }) => answer?.verdict,
  second_guess: ({ answer }) => answer?.results?.[1]?.label,
  second_confidence: ({ answer }) => answer?.results?.[1]?.confidence,
  error: ({ error }) => error?.message,
  model: ({ answer }) => answer && `${answer.model.name} ${answer.model.version}`,
  read_at: ({ answer }) => answer?.created_at,
};

/** Comma-separated, RFC 4180, with a mark by which spreadsheets know that it is UTF-8. */
export function csv(results) {
  const lines = [Object.keys(COLUMNS), ...results.map((result) => Object.values(COLUMNS).map((of) => of(result)))];
  return `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

function top(answer) {
  return answer?.results?.[0];
}

/** A text that a spreadsheet would take for a formula gets a mark that makes it a text. */
function cell(value) {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
