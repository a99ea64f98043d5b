"""Decode one picture in a process of its own, with little memory and little time.

Run as a script, never imported by the site: the picture comes on stdin, the result goes to stdout
as one line of JSON and then the bytes. A decoder that is tricked into eating memory, looping or
crashing takes only this process with it.
"""

import io
import json
import resource
import sys

from PIL import (
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

# Imported before the limits fall, and named so that Pillow need not look for others.
PLUGINS = (
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
    GifImagePlugin,
)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
QUALITIES = (85, 78, 70, 62, 54, 46, 38, 30)
ORIENTATION = 0x0112
BACKGROUND = (255, 255, 255)


class Refused(Exception):
    """The picture is not taken; the arguments are the reason and the facts about it."""


def limit(kind: int, value: int) -> None:
    """Lower one limit of this process; a system that does not know it keeps the others."""
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        pass  # macOS has no limit on address space; time and pixels still hold there


def lower_limits() -> None:
    limit(resource.RLIMIT_AS, MEMORY_BYTES)
    limit(resource.RLIMIT_CPU, CPU_SECONDS)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 16)
    Image.MAX_IMAGE_PIXELS = None  # ours is the limit; Pillow's only warns


def decode(data: bytes, *, pixels: int, side: int) -> Image.Image:
    """The picture, decoded; a large JPEG already at a fraction of its size."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = image.size
    if width * height > pixels:
        raise Refused("pixels", {"width": width, "height": height})
    image.draft("RGB", (side * 2, side * 2))
    image.load()
    return image


def fit(image: Image.Image, *, side: int, square: bool) -> Image.Image:
    """At most ``side`` wide and high, upright, on white where it was transparent."""
    orientation = image.getexif().get(ORIENTATION, 1)
    if image.mode in ("P", "PA", "LA", "1"):
        image = image.convert("RGBA")  # resampling palette numbers would mix colours at random
    elif image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGB")
    scale = side / (min(image.size) if square else max(image.size))
    if scale < 1:
        image = image.resize([max(1, round(edge * scale)) for edge in image.size])
    if square:
        image = ImageOps.fit(image, (min(image.size),) * 2)
    image = image.convert("RGBA")
    # Turned only now: turning copies every pixel.
    image.getexif()[ORIENTATION] = orientation
    image = ImageOps.exif_transpose(image)
    flat = Image.new("RGB", image.size, BACKGROUND)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def encode(image: Image.Image, most: int) -> tuple[bytes, Image.Image]:
    """JPEG of at most ``most`` bytes: first less quality, then fewer pixels."""
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= most:
                return out.getvalue(), image
        image = image.resize([max(1, edge * 3 // 4) for edge in image.size])


def work(order: dict, data: bytes) -> tuple[dict, bytes]:
    try:
        image = decode(data, pixels=order["pixels"], side=order["side"])
        image = fit(image, side=order["side"], square=order["square"])
        body, image = encode(image, order["bytes"])
    except Refused as refusal:
        reason, facts = refusal.args
        return {"refused": reason, **facts}, b""
    except MemoryError:
        return {"refused": "memory"}, b""
    except Exception as error:  # decoders raise whatever they like on a broken file
        return {"refused": "unreadable", "error": type(error).__name__}, b""
    return {"width": image.width, "height": image.height}, body


if __name__ == "__main__":
    picture = sys.stdin.buffer.read()
    lower_limits()
    head, result = work(json.loads(sys.argv[1]), picture)
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + result)
