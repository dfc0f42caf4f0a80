"""Two small charts as SVG, for the pages in docs/."""

from collections import Counter
from html import escape
from pathlib import Path

_CELL = 20
_LEFT = 150
#: Figures on stronger colour than this are white.
_DARK = 0.6
_COLOURS = ("#0b6e4f", "#b3541e", "#2f5d9b", "#8a2f62", "#5b5b5b", "#a38900", "#26808f")
_WIDTH, _HEIGHT = 520, 260
#: Share of wrong answers at the top of the curves.
_HIGHEST = 0.2


def draw_confusions(path: Path, pairs: list[tuple[str, str]]) -> None:
    """Rows: what was meant; columns, in the same order: what was read."""
    labels = sorted({name for pair in pairs for name in pair})
    counts = Counter(pairs)
    meant = Counter(wanted for wanted, _ in pairs)
    parts = []
    for y, wanted in enumerate(labels):
        top = y * _CELL
        parts.append(_text(_LEFT - 6, top + 14, wanted, "end"))
        for x, got in enumerate(labels):
            if count := counts[wanted, got]:
                colour = "#0b6e4f" if wanted == got else "#b3541e"
                strength = 0.15 + 0.85 * count / meant[wanted]
                left = _LEFT + x * _CELL
                parts.append(
                    f'<rect x="{left}" y="{top}" width="{_CELL}" height="{_CELL}" fill="{colour}" '
                    f'fill-opacity="{strength:.2f}"/>'
                )
                ink = "#fff" if strength > _DARK else "#222"
                parts.append(_text(left + _CELL / 2, top + 14, str(count), "middle", ink))
    size = len(labels) * _CELL
    _write(path, _LEFT + size, size, parts)


def draw_curves(path: Path, curves: dict[str, list[tuple[float, float]]]) -> None:
    """Share answered (across) against the share of these that is wrong (up, to a fifth)."""
    parts = [f'<path d="M40 0V{_HEIGHT}H{40 + _WIDTH}" stroke="#888" fill="none"/>']
    for step in range(5):
        risk = _HIGHEST * step / 4
        parts.append(_text(36, _HEIGHT - _HEIGHT * step / 4 + 4, f"{100 * risk:.0f} %", "end"))
        parts.append(_text(40 + _WIDTH * step / 4, _HEIGHT + 16, f"{25 * step} %", "middle"))
    for number, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        line = " ".join(
            f"{40 + _WIDTH * x:.1f},{_HEIGHT - _HEIGHT * min(1, y / _HIGHEST):.1f}"
            for x, y in points[:: max(1, len(points) // 150)]
        )
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(60, 16 + 16 * number, name, "start", colour))
    _write(path, _WIDTH + 70, _HEIGHT + 24, parts)


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _write(path: Path, width: int, height: int, parts: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -6 {width} {height + 12}" '
        f'font-family="sans-serif" font-size="11">\n'
        f'<rect y="-6" width="{width}" height="{height + 12}" fill="#fff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n",
        "utf-8",
    )
