"""Whatever stands in a file, reading ends in curves and tables or in sentences."""

from __future__ import annotations

import io
import math
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from survkit.digitized import DigitizedCurve, RiskTable, read_curves, read_risk_tables
from survkit.errors import DigitizedFileError
from tests.digitized.test_layouts import FILES, archive

if TYPE_CHECKING:
    from collections.abc import Callable

MUTANTS = 2_000
SEED = 20_120
HOSTILE = (
    *(b"", b"\0", b"\xff", b"nan", b"inf", b"-1e308", b"1e400", b"9" * 400, b"-0.0", b"0", b"1"),
    *(b",", b";", b"\t", b"\n", b"\r", b'"', b"#", b"%", b"(", b"<", b">", b"&a;", b"null", b"{}"),
    *(b"[]", b"true", b"time", b"X,Y", b"<!DOCTYPE a [", b"../", b"12,5", b"1.234,5", b"~7", b"<5"),
)


def zipped(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("project.json", data)
    return stream.getvalue()


def originals() -> list[bytes]:
    """All fixtures, and the archives that are made of them."""
    files = [path.read_bytes() for path in sorted(FILES.iterdir())]
    project = (FILES / "wpd-4.json").read_bytes()
    return [
        *files,
        archive(**{"os/info.json": b'{"json": "wpd.json"}', "os/wpd.json": project}),
        zipped((FILES / "starry-project.json").read_bytes()),
    ]


def replace_bytes(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice(HOSTILE) + data[at + draw.randrange(4) :]


def replace_cell(data: bytes, draw: random.Random) -> bytes:
    cells = data.split(b",")
    cells[draw.randrange(len(cells))] = draw.choice(HOSTILE)
    return b",".join(cells)


def shuffle_lines(data: bytes, draw: random.Random) -> bytes:
    lines = data.split(b"\n")
    draw.shuffle(lines)
    return b"\n".join(lines[: draw.randrange(1, len(lines) + 1)])


def repeat(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + data[draw.randrange(len(data) + 1) :] + data[at:]


def cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def flip(data: bytes, draw: random.Random) -> bytes:
    mutable = bytearray(data)
    for _ in range(draw.randrange(1, 6)):
        mutable[draw.randrange(len(mutable))] = draw.randrange(256)
    return bytes(mutable)


def exchange(data: bytes, draw: random.Random) -> bytes:
    one, other = draw.sample([b",", b";", b"\t", b" ", b".", b"\n", b"0", b"1", b"-"], 2)
    return data.replace(one, other, draw.choice([1, 3, -1]))


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(replace_bytes, replace_cell, shuffle_lines, repeat, cut, flip, exchange),
)


def mutants(part: int) -> list[bytes]:
    """A tenth of the mutated files, the same ones in every run."""
    draw = random.Random(SEED + part)
    files = originals()
    made = []
    for _ in range(MUTANTS // 10):
        data = draw.choice(files)
        for _ in range(draw.choice([1, 1, 2, 3])):
            data = draw.choice(MUTATIONS)(data, draw) or b" "
        made.append(data)
    return made


def assert_curve(curve: DigitizedCurve) -> None:
    assert len(curve.times) == len(curve.survival) >= 2
    assert list(curve.times) == sorted(curve.times)
    assert all(0.0 <= time < math.inf for time in curve.times)
    assert all(0.0 <= survival <= 1.0 for survival in curve.survival)
    assert all("\n" not in remark for remark in curve.remarks)


def assert_table(table: RiskTable) -> None:
    assert list(table.times) == sorted(set(table.times))
    assert all(0.0 <= time < math.inf for time in table.times)
    assert all(
        0 <= low <= count <= high
        for low, count, high in zip(table.lower, table.counts, table.upper, strict=True)
    )


def assert_sentences(error: DigitizedFileError) -> None:
    assert error.faults
    for fault in error.faults:
        assert fault.startswith("content: ")
        assert "\n" not in fault
        assert len(fault) < 600


@pytest.mark.parametrize("part", range(10))
def test_mutated_files_are_read_or_refused_in_sentences(part: int) -> None:
    """Warnings are errors here, as everywhere in the tests."""
    for data in mutants(part):
        try:
            for curve in read_curves(data):
                assert_curve(curve)
        except DigitizedFileError as error:
            assert_sentences(error)
        try:
            for table in read_risk_tables(data, interval=3 if data[:1] == b"8" else None):
                assert_table(table)
        except DigitizedFileError as error:
            assert_sentences(error)


def test_many_mutants_are_still_read() -> None:
    """Otherwise the test above would be one of the first line of every reader."""
    read = 0
    for data in mutants(0):
        try:
            read += bool(read_curves(data))
        except DigitizedFileError:
            continue
    assert read > MUTANTS // 10 // 8
