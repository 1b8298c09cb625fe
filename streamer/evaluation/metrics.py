"""Rates with honest intervals, differences of two methods on the same vehicles, and calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""The normal quantile that leaves 2.5 % on each side."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `total`, with its 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share of hits, NaN when there was nothing to hit."""
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        return wilson(self.hits, self.total)

    def as_dict(self) -> dict[str, float | int | None]:
        """Counts, share and interval; null where nothing was counted."""
        low, high = self.interval
        share = None if not self.total else round(self.value, 5)
        return {
            "hits": self.hits,
            "total": self.total,
            "rate": share,
            "low": round(low, 5),
            "high": round(high, 5),
        }

    def __str__(self) -> str:
        if not self.total:
            return "-"
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({self.hits}/{self.total}, {100 * low:.1f} to {100 * high:.1f})"


def wilson(hits: float, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of `total` trials; (0, 1) when there were none.

    References
    ----------
    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference.
    doi:10.1080/01621459.1927.10502953
    """
    if total <= 0:
        return 0.0, 1.0
    share, spread = hits / total, Z_95**2 / total
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


@dataclass(frozen=True, slots=True)
class Difference:
    """Share of hits of the first method less that of the second, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out no difference."""
        return self.low > 0 or self.high < 0

    def as_dict(self) -> dict[str, float | bool]:
        """The three numbers, and whether they are beyond chance."""
        return {
            "value": round(self.value, 5),
            "low": round(self.low, 5),
            "high": round(self.high, 5),
            "certain": self.certain,
        }


def paired_difference(first: Sequence[bool], second: Sequence[bool]) -> Difference:
    """Compare two methods on the same trials.

    Parameters
    ----------
    first, second
        Whether each trial was a hit, in the same order.

    Raises
    ------
    ValueError
        When the lengths differ.

    References
    ----------
    Newcombe, R. G. (1998): Improved confidence intervals for the difference between binomial proportions based on
    paired data, method 10. doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C
    """
    if len(first) != len(second):
        raise ValueError(f"paired trials differ in number: {len(first)} and {len(second)}")
    total = len(first)
    if not total:
        return Difference(0.0, -1.0, 1.0)
    both = sum(a and b for a, b in zip(first, second, strict=True))
    only_first, only_second = sum(first) - both, sum(second) - both
    neither = total - both - only_first - only_second
    p1, p2 = sum(first) / total, sum(second) / total
    (low1, high1), (low2, high2) = wilson(sum(first), total), wilson(sum(second), total)
    phi = _phi(both, only_first, only_second, neither)
    below = (p1 - low1) ** 2 - 2 * phi * (p1 - low1) * (high2 - p2) + (high2 - p2) ** 2
    above = (high1 - p1) ** 2 - 2 * phi * (high1 - p1) * (p2 - low2) + (p2 - low2) ** 2
    return Difference(p1 - p2, p1 - p2 - math.sqrt(max(0.0, below)), p1 - p2 + math.sqrt(max(0.0, above)))


def _phi(a: int, b: int, c: int, d: int) -> float:
    """Return the correlation of two paired outcomes, corrected for continuity as Newcombe does."""
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if not margins:
        return 0.0
    cross = float(a * d - b * c)
    if cross > 0:
        cross = max(0.0, cross - (a + b + c + d) / 2)
    return cross / math.sqrt(margins)


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """Readings whose confidence fell between `low` and `high`."""

    low: float
    high: float
    confidence: float
    """Mean confidence."""
    right: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidences are from the share that was right."""

    error: float
    """Expected calibration error: NaN without a reading."""
    rows: tuple[ReliabilityRow, ...]

    def as_dict(self) -> dict[str, object]:
        """The error and the reliability table."""
        rows = [
            {"low": r.low, "high": r.high, "confidence": round(r.confidence, 4), "right": r.right.as_dict()}
            for r in self.rows
        ]
        return {"error": None if math.isnan(self.error) else round(self.error, 5), "rows": rows}


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> Calibration:
    """Return the expected calibration error over bins of equal width, and the table of the bins that hold readings.

    References
    ----------
    Naeini, M. P.; Cooper, G.; Hauskrecht, M. (2015): Obtaining well calibrated probabilities using Bayesian binning.
    AAAI 2015.
    """
    members: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, hit in zip(confidences, right, strict=True):
        members[min(bins - 1, max(0, int(confidence * bins)))].append((confidence, hit))
    rows = tuple(
        ReliabilityRow(
            index / bins,
            (index + 1) / bins,
            sum(c for c, _ in inside) / len(inside),
            Rate(sum(hit for _, hit in inside), len(inside)),
        )
        for index, inside in enumerate(members)
        if inside
    )
    gaps = (row.right.total * abs(row.confidence - row.right.value) for row in rows)
    return Calibration(sum(gaps) / len(confidences) if confidences else math.nan, rows)
