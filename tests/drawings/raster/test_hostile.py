from __future__ import annotations

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from survkit.drawings.raster import read_picture
from survkit.drawings.raster.picture import LARGEST_SIDE, load_picture
from survkit.errors import DrawingError
from tests.drawings.raster.figures import curve, drawn, saved


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


@pytest.fixture(scope="module")
def figure():
    return saved(drawn([curve(1)], [{"color": "#1f77b4"}], dpi=80))


@pytest.fixture(scope="module")
def image(figure):
    return Image.open(io.BytesIO(figure)).convert("RGB")


def test_a_bomb_is_refused_before_it_is_decoded():
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))
    with pytest.raises(DrawingError, match=r"decoded|pixels"):
        read_picture(bomb + chunk(b"IEND", b""))


def test_more_pixels_than_allowed_are_refused():
    with pytest.raises(DrawingError, match="at most 60000000 pixels, got 20000 by 3200"):
        read_picture(encoded(Image.new("1", (20_000, 3200))))


def test_a_wide_picture_is_scaled_down():
    picture = load_picture(encoded(Image.new("L", (20_000, 900), 255)))
    assert max(picture.colours.shape) == LARGEST_SIDE
    assert any("scaled down" in remark for remark in picture.remarks)


@pytest.mark.parametrize("size", [(1, 1), (20_000, 10)])
def test_a_picture_without_room_is_refused(size):
    with pytest.raises(DrawingError, match="at least 60 pixels"):
        read_picture(encoded(Image.new("RGB", size)))


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(DrawingError, match="must be"):
        read_picture(content)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DrawingError, match="could not be opened"):
        read_picture(tmp_path / "none.png")


@pytest.mark.parametrize("kind", ["uniform", "noise", "stripes"])
def test_a_picture_without_axes_is_refused(kind):
    rng = np.random.default_rng(5)
    levels = {
        "uniform": np.full((300, 400, 3), 255),
        "noise": rng.integers(0, 256, (300, 400, 3)),
        "stripes": np.repeat(255 * (np.arange(400) % 7 < 3)[None, :], 300, axis=0)[..., None]
        * np.ones(3),
    }[kind]
    with pytest.raises(DrawingError, match="two axes"):
        read_picture(encoded(Image.fromarray(levels.astype(np.uint8))))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_every_mode_is_read(image, mode):
    if mode == "I;16":
        levels = np.asarray(image.convert("L"), dtype=np.uint16) * 257
        content = encoded(Image.fromarray(levels))
    else:
        content = encoded(image.convert(mode), "TIFF" if mode == "CMYK" else "PNG")
    (panel,) = read_picture(content)
    assert len(panel.curves) == 1


def test_transparent_paper_is_white(image):
    layered = image.convert("RGBA")
    levels = np.asarray(layered).copy()
    paper = (levels[..., :3] == 255).all(axis=2)
    levels[paper] = 0
    (panel,) = read_picture(encoded(Image.fromarray(levels)))
    assert len(panel.curves) == 1


def test_the_first_of_several_pictures_is_read(image):
    other = Image.new("RGB", image.size, "white")
    content = encoded(image, "TIFF", save_all=True, append_images=[other])
    (panel,) = read_picture(content)
    assert any("several pictures" in remark for remark in panel.remarks)


@pytest.mark.slow
def test_damaged_files_give_a_sentence(figure, image):
    rng = np.random.default_rng(20)
    sources = [figure, encoded(image, "JPEG"), encoded(image.convert("L"), "TIFF")]
    for number in range(45):
        content = bytearray(sources[number % 3])
        if number % 2:
            content = content[: rng.integers(1, len(content))]
        for place in rng.integers(0, len(content), 6):
            content[place] = rng.integers(0, 256)
        with contextlib.suppress(DrawingError):
            read_picture(bytes(content))
