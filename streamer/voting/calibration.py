"""From the vote's posterior to a confidence that keeps its word: of the readings at 0.9, nine in ten are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streamer.errors import ModelError

_LARGEST = 28.0
"""Log-odds up to which the curve that believes the posterior goes: beyond lies one in a million million."""
_SHARING = 0.5
"""Chosen on development clips and held-out pictures, in eight parts of which each was held out once: mean log-loss
0.292 with 0.5, 0.305 with 0, 0.322 with 1, with the reader that the present one replaced."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve through knots: the score of the posterior, and the share that was right there.

    The vote multiplies likelihoods as if what reads have in common were known in full. It is not: a reader's blind
    spot, a worn character or a screw is in every frame, and from many frames the posterior is sure of a misread that
    one frame leaves open. So the posterior's log-odds are divided by a power of the evidence they stand on: the
    correction by magnitude of a composite likelihood, whose factors are dependent. And a posterior that is still in
    doubt after n reads is one that they dispute, where a single read only doubts itself. The score is

        s = ln(posterior / (1 - posterior)) / n^a - a ln n

    References
    ----------
    Pauli, Racugno, Ventura 2011, Bayesian composite marginal likelihoods, Statistica Sinica 21.
    """

    logits: tuple[float, ...]
    """Scores s; of one read, the log-odds of its posterior."""
    confidences: tuple[float, ...]
    sharing: float = 0.0
    """The exponent a; 0: reads err independently; 1: they err together, and agreement proves nothing."""

    def confidence(self, log_odds: float, evidence: float = 1.0) -> float:
        """Return the calibrated confidence, 0 to 1.

        Parameters
        ----------
        log_odds
            Natural logarithm of the posterior over what it lacks to 1.
        evidence
            The n good, independent reads that it comes from (`Ballot.evidence`); less than one counts as one.
        """
        return float(np.interp(_score(log_odds, evidence, self.sharing), self.logits, self.confidences))


class _CalibrationFile(BaseModel):
    """The YAML file beside the reader's model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted_on: str
    logits: tuple[float, ...] = Field(min_length=2)
    confidences: tuple[float, ...] = Field(min_length=2)
    sharing: float = Field(default=0.0, ge=0, le=1)


def identity() -> Calibration:
    """Return the curve that believes the posterior, for as long as none has been fitted."""
    logits = np.linspace(-_LARGEST, _LARGEST, 201)
    return Calibration(tuple(logits.tolist()), tuple((1 / (1 + np.exp(-logits))).tolist()))


def load_calibration(path: Path) -> Calibration:
    """Read a fitted curve.

    Raises
    ------
    ModelError
        The file can't be read, or its curve has gaps or falls.
    """
    try:
        content = _CalibrationFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ModelError(f"{path.name}: no usable calibration: {' '.join(str(error).split())}") from error
    logits, confidences = np.array(content.logits), np.array(content.confidences)
    rising = len(logits) == len(confidences) and np.all(np.diff(logits) > 0) and np.all(np.diff(confidences) >= 0)
    if not rising or not np.all(np.isfinite(logits)) or confidences[0] < 0 or confidences[-1] > 1:
        raise ModelError(f"{path.name}: no usable calibration: logits and confidences must rise, within 0 to 1")
    return Calibration(content.logits, content.confidences, content.sharing)


def fit_calibration(
    log_odds: Sequence[float], right: Sequence[bool], evidence: Sequence[float] | None = None, knots: int = 24
) -> Calibration:
    """Return the rising curve that fits best which readings were right.

    The readings are put into bins of equal size by their score, one right and one wrong reading shared out over
    each bin so that no bin claims certainty, and bins that fall are pooled.

    Parameters
    ----------
    log_odds, right
        One entry for each reading of a fitting set that is no test set: its posterior's log-odds, and whether it was
        right.
    evidence
        What each posterior stands on; all on one read without it.
    knots
        Bins at most; each holds at least ten readings.

    References
    ----------
    Zadrozny, Elkan 2002, Transforming classifier scores into accurate multiclass probability estimates (isotonic
    regression); Ayer et al. 1955 (pooling adjacent violators).
    """
    if not log_odds:
        return identity()
    stands_on = [1.0] * len(log_odds) if evidence is None else evidence
    logits = np.array([_score(odds, reads, _SHARING) for odds, reads in zip(log_odds, stands_on, strict=True)])
    order = np.argsort(logits, kind="stable")
    bins = np.array_split(order, max(1, min(knots, len(order) // 10)))
    blocks: list[list[float]] = []
    hits = np.asarray(right, float)
    for part in bins:
        blocks.append([float(logits[part].mean()), float(hits[part].sum()) + 0.5, len(part) + 1.0])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            x, won, count = blocks.pop()
            before = blocks[-1]
            total = before[2] + count
            blocks[-1] = [(before[0] * before[2] + x * count) / total, before[1] + won, total]
    if len(blocks) == 1:
        blocks = [[blocks[0][0] - 1, *blocks[0][1:]], [blocks[0][0] + 1, *blocks[0][1:]]]
    return Calibration(tuple(x for x, _, _ in blocks), tuple(won / count for _, won, count in blocks), _SHARING)


def save_calibration(calibration: Calibration, path: Path, fitted_on: str) -> None:
    """Write a fitted curve; `fitted_on` names the readings it was fitted on."""
    content = {
        "fitted_on": fitted_on,
        "logits": [round(x, 4) for x in calibration.logits],
        "confidences": [round(x, 4) for x in calibration.confidences],
        "sharing": calibration.sharing,
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def _score(log_odds: float, evidence: float, sharing: float) -> float:
    reads = max(evidence, 1.0)
    return float(log_odds / reads**sharing - sharing * np.log(reads))
