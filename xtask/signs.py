"""Draws public/app/fonts/signs.woff2: the signs of a pad that the party's letters lack. Run once, after a change here:

    python3 -m venv /tmp/signs && /tmp/signs/bin/pip install fonttools brotli && /tmp/signs/bin/python xtask/signs.py

Every sign is made of strokes with round ends, as thick as those of a bold letter, around the middle of a capital.
"""

from math import atan2, cos, pi, sin, tan
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen

TARGET = Path(__file__).parent.parent / "public/app/fonts/signs.woff2"
UPM, ADVANCE, MIDDLE_X, MIDDLE_Y, STROKE = 1000, 800, 400, 352, 112
# The head of the letters: so a line with a sign in it is as high as one without.
ASCENT, DESCENT = 1011, -353
# Fixed, so that the same drawing is the same file: seconds since 1904.
MADE = 3_870_000_000


def arc(pen, x, y, radius, start, end):
    """A part of a circle, by pieces of at most a quarter; begins where the pen is."""
    pieces = max(1, round(abs(end - start) / (pi / 2) + 0.499))
    step = (end - start) / pieces
    reach = 4 / 3 * tan(step / 4) * radius
    for piece in range(pieces):
        a, b = start + piece * step, start + (piece + 1) * step
        ax, ay, bx, by = (x + radius * cos(a), y + radius * sin(a), x + radius * cos(b), y + radius * sin(b))
        pen.curveTo((ax - reach * sin(a), ay + reach * cos(a)), (bx + reach * sin(b), by - reach * cos(b)), (bx, by))


def stroke(pen, x1, y1, x2, y2):
    """A line with round ends, around the middle."""
    x1, y1, x2, y2 = x1 + MIDDLE_X, y1 + MIDDLE_Y, x2 + MIDDLE_X, y2 + MIDDLE_Y
    way, half = atan2(y2 - y1, x2 - x1), STROKE / 2
    pen.moveTo((x2 + half * cos(way - pi / 2), y2 + half * sin(way - pi / 2)))
    arc(pen, x2, y2, half, way - pi / 2, way + pi / 2)
    pen.lineTo((x1 + half * cos(way + pi / 2), y1 + half * sin(way + pi / 2)))
    arc(pen, x1, y1, half, way + pi / 2, way + 3 * pi / 2)
    pen.closePath()


def outline(pen, *corners):
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1]):
        stroke(pen, x1, y1, x2, y2)


def ring(pen, radius):
    for reach, turn in ((radius + STROKE / 2, 2 * pi), (radius - STROKE / 2, -2 * pi)):
        pen.moveTo((MIDDLE_X + reach, MIDDLE_Y))
        arc(pen, MIDDLE_X, MIDDLE_Y, reach, 0, turn)
        pen.closePath()


def arrow(pen, dx, dy):
    stroke(pen, -260 * dx, -260 * dy, 260 * dx, 260 * dy)
    for side in (-1, 1):
        stroke(pen, 260 * dx, 260 * dy, 50 * dx - 210 * dy * side, 50 * dy + 210 * dx * side)


def pointer(pen, side):
    corners = [(-150 * side, 230), (-150 * side, -230), (190 * side, 0)]
    outline(pen, *corners)
    filled = corners if side > 0 else corners[::-1]
    pen.moveTo((filled[0][0] + MIDDLE_X, filled[0][1] + MIDDLE_Y))
    for x, y in filled[1:]:
        pen.lineTo((x + MIDDLE_X, y + MIDDLE_Y))
    pen.closePath()


def cross(pen):
    stroke(pen, -230, -230, 230, 230)
    stroke(pen, -230, 230, 230, -230)


SIGNS = {
    "✕": cross,
    "○": lambda pen: ring(pen, 270),
    "□": lambda pen: outline(pen, (-240, -240), (240, -240), (240, 240), (-240, 240)),
    "△": lambda pen: outline(pen, (-290, -225), (290, -225), (0, 275)),
    "←": lambda pen: arrow(pen, -1, 0),
    "↑": lambda pen: arrow(pen, 0, 1),
    "→": lambda pen: arrow(pen, 1, 0),
    "↓": lambda pen: arrow(pen, 0, -1),
    "◀": lambda pen: pointer(pen, -1),
    "▶": lambda pen: pointer(pen, 1),
}


def main():
    names = {sign: f"uni{ord(sign):04X}" for sign in SIGNS}
    glyphs = {".notdef": T2CharStringPen(ADVANCE, None).getCharString()}
    for sign, draw in SIGNS.items():
        pen = T2CharStringPen(ADVANCE, None)
        draw(pen)
        glyphs[names[sign]] = pen.getCharString()
    font = FontBuilder(UPM, isTTF=False)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap({ord(sign): name for sign, name in names.items()})
    font.setupCFF("MaribroSigns", {"FullName": "Maribro Signs"}, glyphs, {})
    font.setupHorizontalMetrics({name: (ADVANCE, 0) for name in glyphs})
    font.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    font.setupNameTable({"familyName": "Maribro Signs", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    font.setupPost()
    font.updateHead(created=MADE, modified=MADE)
    font.font.flavor = "woff2"
    font.font.recalcTimestamp = False
    font.save(TARGET)


main()
