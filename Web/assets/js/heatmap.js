// Where the model looked: the server's small grid, smoothed over the photo, and the same in words.

const SIDE = 96;
const RIM = [246, 220, 138];
const MID = [240, 160, 50];
const CORE = [208, 51, 15];
const FLOOR = 0.3;
const ROWS = ["upper", "middle", "lower"];
const COLUMNS = ["left", "middle", "right"];

export function drawHeat(canvas, map) {
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(SIDE, SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const weight = sample(map, ((y + 0.5) / SIDE) * map.rows - 0.5, ((x + 0.5) / SIDE) * map.columns - 0.5);
      const share = Math.max(0, Math.min(1, (weight - FLOOR) / (1 - FLOOR)));
      const [red, green, blue] = share < 0.5 ? mix(RIM, MID, share * 2) : mix(MID, CORE, share * 2 - 1);
      image.data.set([red, green, blue, Math.round(255 * 0.7 * share ** 0.9)], (y * SIDE + x) * 4);
    }
  }
  pen.putImageData(image, 0, 0);
}

/** "the upper left and the middle": the places that carry most weight. */
export function heatWords(map) {
  const most = Math.max(...map.values);
  if (!(most > 0)) return "no place in particular";
  const places = new Map();
  map.values.forEach((value, at) => {
    const row = ROWS[Math.floor((Math.floor(at / map.columns) / map.rows) * 3)];
    const column = COLUMNS[Math.floor(((at % map.columns) / map.columns) * 3)];
    const place = row === column ? "middle" : row === "middle" ? `${column} side` : column === "middle" ? `${row} part` : `${row} ${column}`;
    places.set(place, Math.max(places.get(place) ?? 0, value / most));
  });
  const strong = [...places].filter(([, value]) => value > 0.7).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([place]) => `the ${place}`);
  return strong.length > 1 ? `${strong.slice(0, -1).join(", ")} and ${strong.at(-1)}` : strong[0];
}

// Gaussian weights rather than straight lines between cells: no stars, no seams.
function sample({ rows, columns, values }, y, x) {
  let sum = 0;
  let weights = 0;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 2; row += 1) {
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 2; column += 1) {
      const weight = Math.exp(-((row - y) ** 2 + (column - x) ** 2) / 0.5);
      const inside = values[Math.max(0, Math.min(rows - 1, row)) * columns + Math.max(0, Math.min(columns - 1, column))];
      sum += weight * inside;
      weights += weight;
    }
  }
  return sum / weights;
}

function mix(from, to, share) {
  return from.map((value, at) => Math.round(value + (to[at] - value) * share));
}
