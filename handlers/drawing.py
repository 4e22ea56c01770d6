"""A sheet of paper to draw on, in pixels from its top left corner: wrapped text, bars, marks, and the PNG of it.

Only matplotlib's objects are used, never pyplot: there is no window, no state that two pictures could share. A sheet is
twice as large as a phone shows it, so 24 pixels here are 12 there.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

WIDTH = 800
MARGIN = 32
INNER = WIDTH - 2 * MARGIN
TITLE, BODY, SMALL = 33, 25, 21
"""Sizes of text, in pixels."""
LEADING = 1.28

INK, SOFT, PAPER, TRACK = "#22262b", "#5b6068", "#ffffff", "#edf0f2"
BLUE, SKY, GREY, VERMILION = "#0072b2", "#56b4e9", "#9aa0a6", "#d55e00"
"""Of Okabe and Ito's colours, which colour-blind people tell apart ("Color Universal Design", 2008), and a grey."""

Side = Literal["left", "center", "right"]
_SHIPPED = "fonts/ttf/DejaVuSans"


@cache
def _file(bold: bool) -> Path:
    """DejaVu comes with matplotlib: the letters are there on every machine."""
    import matplotlib

    return Path(matplotlib.get_data_path(), f"{_SHIPPED}{'-Bold' if bold else ''}.ttf")


@lru_cache(maxsize=32)
def _properties(size: float, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_file(bold), size=size)


@cache
def _font(bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(_file(bold)))
    font.set_size(100, 72)
    return font


@lru_cache(maxsize=4096)
def _advance(character: str, bold: bool) -> float:
    """How wide a character is at 1 pixel; 0 when the font does not have it."""
    font = _font(bold)
    if not font.get_char_index(ord(character)):
        return 0.0
    return float(font.load_char(ord(character)).linearHoriAdvance) / 65536 / 100


def wide(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in pixels."""
    return sum(_advance(character, bold) for character in text) * size


def drawable(text: str) -> str:
    """The text in one line, without what the font has no picture for; a dash stays with the word before it."""
    kept = "".join(c for c in text if c.isspace() or _font(False).get_char_index(ord(c)))
    return " ".join(kept.replace("\u00a0", "\0").split()).replace(" – ", "\0– ").replace("\0", "\u00a0")


def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 4) -> list[str]:
    """The text in lines that are no wider, `most` at most, an ellipsis where something is missing."""
    lines = [""]
    for word in drawable(text).split(" "):
        joined = f"{lines[-1]} {word}".lstrip(" ")
        if wide(joined, size, bold) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and wide(lines[-1] + character, size, bold) > width:
                lines.append("")
            lines[-1] += character
    if len(lines) > most:
        lines = lines[:most]
        while lines[-1] and wide(lines[-1] + "…", size, bold) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] = lines[-1].rstrip(" ,;:–-") + "…"
    return lines


def balanced(text: str, width: float, size: float, *, bold: bool = False, most: int = 4) -> list[str]:
    """As `wrapped`, in no more lines, all about as long: no single word is left for the last."""
    lines = wrapped(text, width, size, bold=bold, most=most)
    if len(lines) == 1 or lines[-1].endswith("…"):
        return lines
    for narrow in range(round(width / 2), round(width), 8):
        narrower = wrapped(text, narrow, size, bold=bold, most=len(lines))
        if not narrower[-1].endswith("…"):
            return narrower
    return lines


@dataclass
class Paper:
    """A sheet of WIDTH that is as long as what was drawn: `y` is where the next thing goes."""

    y: float = MARGIN
    _drawn: list[Callable[[float], Artist]] = field(default_factory=list)

    def write(
        self,
        lines: list[str],
        x: float = MARGIN,
        *,
        size: float = BODY,
        bold: bool = False,
        colour: str = INK,
        side: Side = "left",
    ) -> None:
        """Lines, one below the other, from `y` on, which moves on."""
        for line in lines:
            self.put(line, x, self.y + size * 0.95, size=size, bold=bold, colour=colour, side=side)
            self.y += size * LEADING

    def put(
        self,
        text: str,
        x: float,
        base: float,
        *,
        size: float = BODY,
        bold: bool = False,
        colour: str = INK,
        side: Side = "left",
    ) -> None:
        """A line of text on the base line `base`; nothing moves."""

        def draw(height: float) -> Artist:
            from matplotlib.text import Text
            from matplotlib.transforms import IdentityTransform

            return Text(
                x,
                height - base,
                text,
                color=colour,
                fontproperties=_properties(size, bold),
                horizontalalignment=side,
                verticalalignment="baseline",
                parse_math=False,  # a dollar that somebody wrote is a dollar
                transform=IdentityTransform(),
            )

        self._drawn.append(draw)

    def block(self, x: float, top: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self._shape(((x, top), (x + width, top), (x + width, top + height), (x, top + height)), colour)

    def mark(self, x: float, top: float, size: float, colour: str) -> None:
        """A triangle that points up to `x` at `top`."""
        self._shape(((x, top), (x + size / 2, top + size), (x - size / 2, top + size)), colour)

    def _shape(self, corners: tuple[tuple[float, float], ...], colour: str) -> None:
        def draw(height: float) -> Artist:
            from matplotlib.patches import Polygon
            from matplotlib.transforms import IdentityTransform

            points = [(x, height - y) for x, y in corners]
            return Polygon(points, closed=True, facecolor=colour, linewidth=0, transform=IdentityTransform())

        self._drawn.append(draw)

    def png(self) -> bytes:
        """The picture, as long as it has become."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        height = round(self.y + MARGIN)
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=PAPER)
        FigureCanvasAgg(figure)
        for draw in self._drawn:
            figure.add_artist(draw(height))
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=72, facecolor=PAPER, metadata={"Software": None})
        return out.getvalue()
