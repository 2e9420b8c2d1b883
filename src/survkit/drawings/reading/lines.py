"""Letters to words, words to phrases: text as somebody reads it, however a file has split it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.drawings.primitives import Box, Colour, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Phrase", "join_words", "phrases_of"]

LETTER_GAP = 0.14
"""Letters farther apart than this, in sizes of the letters, belong to two words."""
WORD_GAP = 0.75
"""Words farther apart than this, in sizes of the letters, belong to two phrases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """
    Words that stand beside each other on a line.

    Parameters
    ----------
    words : tuple of Word
        The words, in reading order.
    """

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """Around all words."""
        return Box.united([word.box for word in self.words])

    @property
    def size(self) -> float:
        """Size of the first word's letters."""
        return self.words[0].size

    @property
    def rotation(self) -> float:
        """Direction of reading, in degrees."""
        return self.words[0].rotation

    @property
    def colour(self) -> Colour:
        """Colour of the first word."""
        return self.words[0].colour


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a word lies along and across its line."""

    start: float
    end: float
    base: float
    word: Word


def _span(word: Word, quarter: int) -> _Span:
    box = word.box
    if quarter == 0:
        return _Span(box.left, box.right, box.bottom, word)
    if quarter == 1:
        return _Span(box.bottom, box.top, -box.right, word)
    if quarter == 2:
        return _Span(-box.right, -box.left, -box.top, word)
    return _Span(-box.top, -box.bottom, box.left, word)


def join_words(pieces: Sequence[Word]) -> list[Word]:
    """Join letters and parts of words to whole words, in the order of lines."""
    return [_joined(group) for line in _lines(pieces) for group in _groups(line, LETTER_GAP)]


def phrases_of(words: Sequence[Word], gap: float = WORD_GAP) -> list[Phrase]:
    """Join whole words to phrases: those on one line with at most `gap` letter sizes between."""
    return [
        Phrase(words=tuple(span.word for span in group))
        for line in _lines(words)
        for group in _groups(line, gap)
    ]


def _lines(words: Sequence[Word]) -> list[list[_Span]]:
    """Sort words into lines: one direction, one baseline, one size."""
    turned: dict[int, list[_Span]] = defaultdict(list)
    for word in words:
        quarter = round(word.rotation / 90) % 4
        if abs((word.rotation - 90 * quarter + 180) % 360 - 180) < 8:
            turned[quarter].append(_span(word, quarter))
    lines: list[list[_Span]] = []
    for spans in turned.values():
        open_lines: list[list[_Span]] = []
        for span in sorted(spans, key=lambda span: (-span.base, span.start)):
            line = next((line for line in reversed(open_lines[-12:]) if _shares(line, span)), None)
            if line is None:
                open_lines.append([span])
            else:
                line.append(span)
        lines += open_lines
    return [sorted(line, key=lambda span: (span.start, span.end)) for line in lines]


def _shares(line: list[_Span], span: _Span) -> bool:
    first = line[0]
    size = min(first.word.size, span.word.size)
    alike = max(first.word.size, span.word.size) < 1.35 * size
    return alike and abs(first.base - span.base) < 0.22 * size


def _groups(line: list[_Span], gap: float) -> list[list[_Span]]:
    groups: list[list[_Span]] = []
    for span in line:
        # a letter printed twice at one place, as bold ones are by some programs, counts once
        if groups and _repeats(groups[-1][-1], span):
            continue
        if groups and _follows(groups[-1][-1], span, gap):
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _follows(before: _Span, span: _Span, gap: float) -> bool:
    """Tell whether a word goes on where another ends; words of one piece of text may lie wider."""
    together = before.word.order == span.word.order and gap > LETTER_GAP
    return -0.5 < (span.start - before.end) / span.word.size < (2 * gap if together else gap)


def _repeats(before: _Span, span: _Span) -> bool:
    near = abs(before.start - span.start) < 0.1 * span.word.size
    return near and before.word.text == span.word.text


def _joined(group: list[_Span]) -> Word:
    first = group[0].word
    if len(group) == 1:
        return first
    return Word(
        text="".join(span.word.text for span in group),
        box=Box.united([span.word.box for span in group]),
        rotation=first.rotation,
        size=first.size,
        colour=first.colour,
        order=min(span.word.order for span in group),
    )
