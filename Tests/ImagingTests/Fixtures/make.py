#!/usr/bin/env python3
"""Draws the fixtures beside this file: one soft gradient, 72 x 54, in many ways of storing it.

Needs pillow 13, pillow-heif, numpy, tifffile and imagecodecs. Our own drawing, so free of any licence.
The tests draw the same gradient (TestPictures.gradient) and compare.
"""
import pathlib
import struct
import zlib

import numpy
import pillow_heif
import tifffile
from PIL import Image

HERE = pathlib.Path(__file__).parent
W, H = 72, 54
x, y = numpy.meshgrid(numpy.arange(W), numpy.arange(H))
RGB = numpy.dstack([x * 255 // (W - 1), y * 255 // (H - 1), (x + 2 * y) * 120 // (W + 2 * H)]).astype(numpy.uint8)
ALPHA = (x * 255 // (W - 1)).astype(numpy.uint8)
RGBA = numpy.dstack([RGB, ALPHA])
photo = Image.fromarray(RGB)
clear = Image.fromarray(RGBA)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(name, rows, depth, colour, interlaced=False):
    """rows: one array a row, or the rows of the seven passes; each is stored as differences to its left neighbour."""
    head = struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, int(interlaced))
    data = zlib.compress(b"".join(b"\1" + left_differences(row) for row in rows), 9)
    (HERE / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def left_differences(row):
    pixels = numpy.frombuffer(row.tobytes(), numpy.uint8).reshape(len(row), -1)
    return numpy.diff(pixels, axis=0, prepend=numpy.zeros_like(pixels[:1])).tobytes()


def adam7(pixels):
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        yield from pixels[y0::dy, x0::dx]


deep = (RGB.astype(">u2") * 257)
png("rgb16.png", deep, 16, 2)
png("interlaced.png", adam7(RGB), 8, 2, interlaced=True)
png("interlaced-alpha.png", adam7(RGBA), 8, 6, interlaced=True)
photo.convert("L").save(HERE / "grey.png")
clear.save(HERE / "alpha.png")
photo.quantize(64).save(HERE / "palette.png")
photo.quantize(64).save(HERE / "palette-transparent.png", transparency=0)
second = Image.fromarray(255 - RGB)
photo.save(HERE / "animated.png", save_all=True, append_images=[second])

photo.save(HERE / "progressive.jpg", quality=95, progressive=True)
photo.convert("L").save(HERE / "grey.jpg", quality=95)
photo.convert("CMYK").save(HERE / "cmyk.jpg", quality=95)

photo.save(HERE / "lossy.webp", quality=95)
photo.save(HERE / "lossless.webp", lossless=True)
clear.save(HERE / "alpha.webp", quality=95)
clear.save(HERE / "lossless-alpha.webp", lossless=True, exact=True)
photo.save(HERE / "animated.webp", save_all=True, append_images=[second], lossless=True)

small = {"compression": "zlib", "predictor": True}
tifffile.imwrite(HERE / "pages.tiff", numpy.stack([RGB, 255 - RGB, 255 - RGB]), photometric="rgb", **small)
photo.save(HERE / "jpeg.tiff", compression="jpeg", quality=95)
photo.convert("1").save(HERE / "fax.tiff", compression="group4")
tifffile.imwrite(HERE / "tiled.tiff", RGB, tile=(16, 16), photometric="rgb", **small)
tifffile.imwrite(HERE / "rgb16.tiff", RGB.astype("uint16") * 257, photometric="rgb", **small)
tifffile.imwrite(HERE / "planes.tiff", RGB.transpose(2, 0, 1), planarconfig="separate", photometric="rgb", **small)
tifffile.imwrite(HERE / "float.tiff", numpy.zeros_like(RGB, dtype="float32"), photometric="rgb", compression="zlib")
tifffile.imwrite(HERE / "big.tiff", RGB, bigtiff=True, photometric="rgb", **small)

exif = Image.Exif()
exif[0x010F] = "Hedge"
pillow_heif.from_pillow(photo).save(HERE / "photo.heic", quality=90, exif=exif.tobytes())
clear.save(HERE / "alpha.avif", quality=90)
photo.save(HERE / "photo.avif", quality=90)
photo.save(HERE / "photo.gif")
