"""Pictures come in as anything and go out as a small JPEG that knows nothing."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from community.errors import DomainError
from community.trust import images

pytestmark = pytest.mark.slow  # each picture is decoded in a process of its own
SAMPLES = Path(os.environ.get("SHALIJIN_SAMPLES", "samples"))


def picture(size=(60, 40), mode="RGB", form="JPEG", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 90).save(out, form, **options)
    return io.BytesIO(out.getvalue())


def noise(size, form, **options):
    out = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise(size, 90)] * 3).save(out, form, **options)
    return io.BytesIO(out.getvalue())


def opened(clean):
    return Image.open(io.BytesIO(clean.body))


def test_orientation_is_applied_and_everything_the_camera_wrote_is_gone():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CAMERAMAKER"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 5.0)
    source = Image.new("RGB", (60, 40), "blue")
    source.paste("yellow", (0, 0, 30, 40))  # the left half, which belongs on top
    out = io.BytesIO()
    source.save(out, "JPEG", exif=exif, comment=b"written by hand")

    clean = images.clean_image(io.BytesIO(out.getvalue()), "evidence")

    result = opened(clean)
    assert (clean.width, clean.height) == result.size == (40, 60)
    assert result.getpixel((20, 5))[2] < 100 < result.getpixel((20, 55))[2]
    assert dict(result.getexif()) == {}
    assert b"CAMERAMAKER" not in clean.body
    assert b"written by hand" not in clean.body


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("preset", ["avatar", "evidence"])
def test_every_accepted_format_becomes_a_small_jpeg(form, preset):
    clean = images.clean_image(noise((1200, 900), form), preset)

    result = opened(clean)
    assert result.format == "JPEG"
    assert len(clean.body) <= images.PRESETS[preset].bytes
    assert max(result.size) <= images.PRESETS[preset].side
    assert (clean.width == clean.height) is (preset == "avatar")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16"])
def test_unusual_colours_are_understood(mode):
    clean = images.clean_image(picture((30, 20), mode, "PNG"), "evidence")

    assert opened(clean).size == (30, 20)


def test_transparent_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")

    clean = images.clean_image(io.BytesIO(out.getvalue()), "evidence")

    assert opened(clean).getpixel((4, 4)) == (255, 255, 255)


def test_what_was_appended_to_a_picture_is_gone():
    file = io.BytesIO(picture().getvalue() + b"PK\x03\x04<script>alert(1)</script>")

    assert b"script" not in images.clean_image(file, "evidence").body


def test_a_picture_that_is_cut_off_is_refused():
    file = io.BytesIO(noise((400, 400), "PNG").getvalue()[:5000])

    with pytest.raises(DomainError, match="not a picture that can be read"):
        images.clean_image(file, "evidence")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
WRONG = [
    (b"", "is empty"),
    (b"\xff" * (images.MAX_BYTES + 1), "larger than 12 MB"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "SVG drawing"),
    (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "SVG drawing"),
    (b"<!DOCTYPE html><script>x()</script>", "web page"),
    (b"%PDF-1.7 ...", "PDF"),
    (HEIC, "HEIC"),
    (b"GIF89a<script>alert(1)</script>", "not a picture that can be read"),
    (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "not a picture that can be read"),
    (b"MZ\x90\x00" + b"\x00" * 200, "not a picture that can be read"),
]


@pytest.mark.parametrize("body,sentence", WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_wrong_file_is_named(body, sentence):
    with pytest.raises(DomainError, match=sentence):
        images.clean_image(io.BytesIO(body), "avatar")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(DomainError, match="8000 × 7000 pixels, more than 50 million"):
        images.clean_image(picture((8000, 7000), "L", "PNG"), "evidence")


def test_fifty_million_pixels_fit_into_the_memory_that_the_child_has():
    clean = images.clean_image(picture((8300, 6000), "RGB", "PNG"), "avatar")

    assert clean.width == clean.height == 320


def test_a_decoder_that_hangs_is_stopped(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(images, "CHILD", child)
    monkeypatch.setattr(images, "TIMEOUT_SECONDS", 0.5)

    with pytest.raises(DomainError, match="takes too long"):
        images.clean_image(picture(), "avatar")


def test_a_decoder_that_crashes_takes_nothing_with_it(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(images, "CHILD", child)

    with pytest.raises(DomainError, match="Send a screenshot"):
        images.clean_image(picture(), "avatar")


def test_the_child_cannot_take_more_memory_than_it_was_given(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text(
        "import runpy, sys\n"
        f"names = runpy.run_path({str(images.CHILD)!r})\n"
        "names['lower_limits']()\n"
        "try:\n    bytearray(names['MEMORY_BYTES'])\n    result = 'taken'\n"
        "except MemoryError:\n    result = 'memory'\n"
        "sys.stdout.write('{\"refused\": \"' + result + '\"}\\n')\n"
    )
    monkeypatch.setattr(images, "CHILD", child)
    head, _body = images._decode_elsewhere(b"x", images.PRESETS["avatar"])

    assert head == {"refused": "memory"}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="set SHALIJIN_SAMPLES to the sample files")
@pytest.mark.parametrize(
    "name,sentence",
    [
        ("photo-huge.png", "12000 × 12000 pixels"),
        ("not-an-image.jpg", "web page"),
        ("icon.svg", "SVG drawing"),
    ],
)
def test_sample_files_that_are_refused(name, sentence):
    with (SAMPLES / name).open("rb") as file, pytest.raises(DomainError, match=sentence):
        images.clean_image(file, "avatar")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="set SHALIJIN_SAMPLES to the sample files")
def test_the_sample_photo_loses_its_place_and_stands_upright():
    with (SAMPLES / "photo-with-gps.jpg").open("rb") as file:
        clean = images.clean_image(file, "evidence")

    assert (clean.width, clean.height) == (48, 64)
    assert dict(opened(clean).getexif()) == {}
    assert b"xmp" not in clean.body.lower()
