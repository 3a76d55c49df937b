"""A bar chart of the times that a user waits, as an SVG file.

Each program has a scale of its own, as far as its slowest bar. The colours
follow the reader's choice of light or dark, and no font or script is fetched.
"""

from html import escape

from table import duration
from variants import (CLANG, HIT, LAZY, MCJIT, NATIVE, ORC, OURS, REMOTE)

WIDTH, LABELS, VALUES = 760, 170, 80
BAR, PITCH, TITLE, GAP, MARGIN = 14, 20, 30, 22, 14

ORDER = (OURS, HIT, REMOTE, MCJIT, ORC, LAZY, CLANG, NATIVE)
PROGRAMS = (("An empty main", "empty"),
            ("SQLite's shell, select 1", "sqlite"),
            ("A library of 20 MB, of which 1 % is used", "library"))

# The first colours are for those who know no media query: readable on both.
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #768390; }
.title { font-weight: 600; }
.ours { fill: #2da44e; }
.peer { fill: #8c959f; }
.axis { stroke: #8c959f; }
@media (prefers-color-scheme: light) {
  text { fill: #24292f; }
  .ours { fill: #1a7f37; }
  .axis { stroke: #d0d7de; }
}
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .ours { fill: #3fb950; }
  .peer { fill: #6e7681; }
  .axis { stroke: #30363d; }
}"""


def bar(top, name, seconds, longest):
    length = max(1.5, (WIDTH - LABELS - VALUES) * seconds / longest)
    middle = top + BAR - 3
    ours = name in (OURS, HIT)
    return [
        '<text x="%d" y="%d" text-anchor="end">%s</text>' %
        (LABELS - 8, middle, escape(name)),
        '<rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>' %
        ("ours" if ours else "peer", LABELS, top, length, BAR),
        '<text x="%.1f" y="%d">%s</text>' %
        (LABELS + length + 6, middle, duration(seconds))]


def group(top, title, seconds):
    """The lines of one program's bars, and where the next may begin."""
    names = [name for name in ORDER if name in seconds]
    lines = ['<text class="title" x="%d" y="%d">%s</text>' %
             (MARGIN, top + 14, escape(title))]
    top += TITLE
    bottom = top + PITCH * len(names) - (PITCH - BAR)
    lines.append('<line class="axis" x1="%d" y1="%d" x2="%d" y2="%d"/>' %
                 (LABELS, top - 3, LABELS, bottom + 3))
    for name in names:
        lines += bar(top, name, seconds[name], max(seconds.values()))
        top += PITCH
    return lines, bottom + GAP


def draw(results):
    lines, top = [], MARGIN
    for title, name in PROGRAMS:
        seconds = results.get(name, {}).get("seconds")
        if seconds:
            more, top = group(top, title, seconds)
            lines += more
    height = top - GAP + MARGIN
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
        'viewBox="0 0 %d %d" role="img">' % (WIDTH, height, WIDTH, height),
        "<title>Time from the command to its end; shorter is better</title>",
        "<style>", STYLE, "</style>", *lines, "</svg>", ""])
