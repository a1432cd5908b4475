"""Pictures for the load, made at run time from those in ../shared, which never enter the repository."""

import io
import pathlib
import random

from PIL import Image

BOUNDARY = b"hedgerow-benchmark"


def sources(shared):
    found = sorted((shared / "data/leaf/val").rglob("*.jpg")) + sorted((shared / "data/beans").rglob("*.jpg"))
    if len(found) < 100:
        raise SystemExit(f"the benchmarks need the pictures of {shared}/data (found {len(found)})")
    random.Random(7).shuffle(found)
    return found


def jpeg(picture):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def small(paths, count):
    """Leaves at 256 x 256."""
    for path in paths[:count]:
        yield jpeg(Image.open(path).convert("RGB").resize((256, 256), Image.Resampling.LANCZOS))


def large(paths, count):
    """Twelve megapixels with the detail of a photo: an enlarged leaf would be far easier to decode."""
    tiles = [Image.open(path).convert("RGB").resize((250, 250), Image.Resampling.LANCZOS) for path in paths[:300]]
    shuffled = random.Random(11)
    for _ in range(count):
        mosaic = Image.new("RGB", (4000, 3000))
        for index in range(16 * 12):
            mosaic.paste(shuffled.choice(tiles), (index % 16 * 250, index // 16 * 250))
        yield jpeg(mosaic)


def write_bodies(folder, pictures):
    """One multipart body a picture, as a client sends it; answers the mean size in bytes."""
    folder.mkdir(parents=True)
    names, sizes = [], []
    for index, data in enumerate(pictures):
        head = (
            b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="leaf.jpg"\r\n'
            b"Content-Type: image/jpeg\r\n\r\n"
        )
        name = f"{index:04}.body"
        (folder / name).write_bytes(head + data + b"\r\n--" + BOUNDARY + b"--\r\n")
        (folder / f"{index:04}.jpg").write_bytes(data)
        names.append(name)
        sizes.append(len(data))
    (folder / "list").write_text("\n".join(names) + "\n")
    return sum(sizes) / len(sizes)


def shared_folder(root):
    return pathlib.Path(root).parent / "shared"
