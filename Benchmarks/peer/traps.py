"""A worker for camera traps as such services are built: takes paths from Redis, reads with Pillow, detects with ONNX Runtime.

    traps.py REDIS_URL MODEL OUT
"""

import io
import pathlib
import sys

import numpy
import onnxruntime
import redis
from PIL import Image, ImageOps

SIDE, THRESHOLD, OVERLAP = 416, 0.3, 0.45
# The cells of 8, 16 and 32 pixels in which the file counts.
CELLS = numpy.concatenate([
    numpy.stack([*numpy.meshgrid(numpy.arange(SIDE // step), numpy.arange(SIDE // step)), numpy.full((SIDE // step,) * 2, step)], -1).reshape(-1, 3)
    for step in (8, 16, 32)
])
COUNTED = [0, 1, 2, 3, 5, 7, *range(14, 24)]


def small(picture, side, quality):
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=quality)
    return out.getvalue()


def letterbox(picture):
    scale = min(SIDE / picture.width, SIDE / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    canvas = Image.new("RGB", (SIDE, SIDE), (114, 114, 114))
    canvas.paste(picture.resize(size, Image.Resampling.BILINEAR), (0, 0))
    return numpy.asarray(canvas, numpy.float32)[:, :, ::-1].transpose(2, 0, 1)[None]


def suppress(boxes, scores):
    order, kept = scores.argsort()[::-1], []
    while order.size:
        best, order = order[0], order[1:]
        kept.append(best)
        low = numpy.maximum(boxes[best, :2], boxes[order, :2])
        high = numpy.minimum(boxes[best, 2:], boxes[order, 2:])
        both = numpy.prod(numpy.clip(high - low, 0, None), axis=1)
        area = lambda box: numpy.prod(box[..., 2:] - box[..., :2], axis=-1)
        order = order[both / (area(boxes[best]) + area(boxes[order]) - both) <= OVERLAP]
    return kept


def read(session, path, out):
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    (out / f"{path.stem}-preview.jpg").write_bytes(small(picture, 1600, 82))
    (out / f"{path.stem}-thumbnail.jpg").write_bytes(small(picture, 480, 78))
    found = session.run(None, {session.get_inputs()[0].name: letterbox(picture)})[0][0]
    scores = found[:, 4:5] * found[:, 5:]
    label = scores.argmax(1)
    best = scores.max(1)
    chosen = (best >= THRESHOLD) & numpy.isin(label, COUNTED)
    cells = CELLS[chosen]
    centre = (found[chosen, :2] + cells[:, :2]) * cells[:, 2:]
    size = numpy.exp(found[chosen, 2:4]) * cells[:, 2:]
    return len(suppress(numpy.hstack([centre - size / 2, centre + size / 2]), best[chosen]))


def main():
    url, model, out = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    queue = redis.Redis.from_url(url)
    queue.incr("ready")
    while taken := queue.brpop("traps", timeout=60):
        if taken[1] == b"end":
            break
        read(session, pathlib.Path(taken[1].decode()), out)
        queue.incr("done")


main()
