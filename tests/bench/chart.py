"""`bench.svg`: the figures that have a bar, as shares of it; drawn by hand."""

from __future__ import annotations

from html import escape

from tests.bench.bars import BARS, Bar, Results, Verdict
from tests.bench.figures import Figure

WIDTH, ROW, LEFT, SCALE = 760, 34, 250, 190
"""Pixels; a bar is just met at LEFT + SCALE."""
MOST = 2.2
"""Shares of a bar that are drawn at the most."""
COLOURS = {Verdict.HOLDS: "#2da44e", Verdict.MISSED: "#cf222e", Verdict.NOISY: "#9a6700"}


def draw(results: Results) -> str:
    """An SVG with a row for each bar that was measured."""
    shown = [bar for bar in BARS if bar.group in results]
    rows = [_row(n, bar, results[bar.group][bar.key]) for n, bar in enumerate(shown)]
    height = 56 + ROW * len(rows)
    limit = LEFT + SCALE
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            ' font-family="sans-serif" font-size="13">',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            '<text x="12" y="24" font-weight="bold">Measured, as a share of what must hold</text>',
            *rows,
            f'<line x1="{limit}" x2="{limit}" y1="36" y2="{height - 12}" stroke="#57606a"'
            ' stroke-dasharray="4 3"/>',
            "</svg>\n",
        )
    )


def _row(number: int, bar: Bar, figure: Figure) -> str:
    top = 44 + ROW * number
    long = min(figure.value / bar.bound, MOST) * SCALE
    label = escape(f"{bar.group}.{bar.key}")
    said = escape(f"{figure.value:.2f} (must be {bar})")
    return (
        f'<text x="12" y="{top + 15}">{label}</text>'
        f'<rect x="{LEFT}" y="{top}" width="{long:.0f}" height="20"'
        f' fill="{COLOURS[bar.judge(figure)]}"/>'
        f'<text x="{LEFT + long + 6:.0f}" y="{top + 15}" fill="#24292f">{said}</text>'
    )
