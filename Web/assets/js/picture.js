// Pictures in the browser: upright, bounded, cut to what the model saw.

const LONGEST = 1600;
const QUALITY = 0.86;

/** Reads a picture upright, or gives `null` when this browser cannot show its format. */
export async function read(blob) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const { width, height } = bitmap;
  const shrink = Math.min(1, LONGEST / Math.max(width, height));
  const photo = await draw(bitmap, [0, 0, 1, 1], Math.round(width * shrink), Math.round(height * shrink));
  bitmap.close();
  return { width, height, photo };
}

/** The square in the middle of `[x, y, w, h]` (fractions), as fractions again: what the model sees of it. */
export function middleSquare([x, y, w, h], width, height) {
  const side = Math.min(w * width, h * height);
  return [x + (w - side / width) / 2, y + (h - side / height) / 2, side / width, side / height];
}

/** The middle of a picture as a small square, or `null` when this browser cannot show its format. */
export async function square(blob, side) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const piece = await draw(bitmap, middleSquare([0, 0, 1, 1], bitmap.width, bitmap.height), side, side);
  bitmap.close();
  return piece;
}

/** Cuts a square region out of a picture. */
export async function cut(photo, region, side) {
  const bitmap = await createImageBitmap(photo, { imageOrientation: "from-image" });
  const real = Math.round(region[2] * bitmap.width);
  const size = Math.max(1, Math.min(side, real));
  const piece = await draw(bitmap, region, size, size);
  bitmap.close();
  return piece;
}

async function draw(bitmap, [x, y, w, h], width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(bitmap, x * bitmap.width, y * bitmap.height, w * bitmap.width, h * bitmap.height, 0, 0, width, height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY));
}
