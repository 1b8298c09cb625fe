"""Several comparisons in one: of every method the share that it read exactly, a dataset a column, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from streamer.errors import SinkError
from streamer.evaluation.compare import Comparison, Row
from streamer.evaluation.metrics import Rate

Column = tuple[str, dict[str, Rate]]
"""A heading, and of each method by name what it read exactly."""

MOST_COUNTRIES = 4
"""Countries that have a column each; a dataset of more has one together."""


def write_overview(comparisons: Sequence[Comparison], out: Path) -> Path:
    """Write `overview.md` and return its path.

    Raises
    ------
    SinkError
        When the folder can't be written.
    """
    path = out / "overview.md"
    try:
        path.write_text(overview(comparisons), encoding="utf-8")
    except OSError as error:
        raise SinkError(f"{path}: can't be written: {error.strerror}") from error
    return path


def overview(comparisons: Sequence[Comparison]) -> str:
    """Return a table of the plate images, where only readers differ, and one of everything else."""
    images = [c for c in comparisons if c.dataset.plate_images]
    others = [c for c in comparisons if not c.dataset.plate_images]
    return "\n".join(_table(part) for part in (others, images) if part)


def _table(comparisons: Sequence[Comparison]) -> str:
    """Return the methods, each with what it read exactly in every dataset, and its mean milliseconds a frame."""
    columns = [column for comparison in comparisons for column in _columns(comparison)]
    names = [row.name.removeprefix("- + ") for row in comparisons[0].rows]
    heads = [f"{heading} ({max(rate.total for rate in rates.values())})" for heading, rates in columns]
    lines = [["method", *heads, "ms"], ["---", *["---:"] * (len(heads) + 1)]]
    for number, name in enumerate(names):
        cells = [_share(rates[name], rates) for _, rates in columns]
        lines.append([name, *cells, _milliseconds([comparison.rows[number] for comparison in comparisons])])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _columns(comparison: Comparison) -> list[Column]:
    """Return a dataset's columns: one for each country where its labels name several, none where they have no text."""
    whole = {row.name.removeprefix("- + "): row.exact() for row in comparison.rows}
    by_country: dict[str, dict[str, Rate]] = {}
    for row in comparison.rows:
        for country, rate in row.exact_by_country(comparison.dataset).items():
            by_country.setdefault(country, {})[row.name.removeprefix("- + ")] = rate
    few = 1 < len(by_country) <= MOST_COUNTRIES
    parts = [(f"{comparison.dataset.name} {country}", rates) for country, rates in by_country.items()]
    if few:
        return parts
    return [(comparison.dataset.name, whole)] if any(rate.total for rate in whole.values()) else []


def _share(rate: Rate, rates: dict[str, Rate]) -> str:
    """Return a percentage, in bold where no method has more."""
    text = f"{100 * rate.value:.0f}"
    return f"**{text}**" if rate.hits == max(other.hits for other in rates.values()) else text


def _milliseconds(rows: Sequence[Row]) -> str:
    frames = sum(outcome.frames for row in rows for outcome in row.outcomes)
    total = sum(outcome.total_ms - outcome.decode_ms for row in rows for outcome in row.outcomes)
    return f"{max(0.0, total) / max(1, frames):.1f}"
