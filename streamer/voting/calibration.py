"""From the vote's posterior to a confidence that keeps its word: of the readings at 0.9, nine in ten are right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streamer.errors import ModelError
from streamer.voting.evidence import ONE_READ, Grounds

_LARGEST = 28.0
"""Log-odds up to which the curve that believes the posterior goes: beyond lies one in a million million."""
_DOUBTFUL = 0.01
"""A read is no less sure of its characters than this, nor surer than what it lacks to 1."""


class Terms(BaseModel):
    """What each thing that a posterior stands on weighs; none of it: the posterior is believed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sharing: float = Field(default=0.0, ge=0, le=1)
    """The exponent a; 0: reads err independently; 1: they err together, and agreement proves nothing."""
    certainty: float = Field(default=0.0, ge=0)
    """u, of the surest read."""
    characters: float = Field(default=0.0, ge=0)
    """v, of the text's length."""
    blockiness: float = Field(default=0.0, ge=0)
    """w, of the pictures."""


_TERMS = Terms(sharing=0.6, certainty=1, characters=2, blockiness=3)
"""Chosen on 2,448 tracks of development clips and held-out pictures, in eight parts of which each was held out once:
mean log-loss 0.181; 0.202 with `sharing` alone, 0.190 with `certainty`, 0.183 with `characters` too. Without
`blockiness` confidences are too high by 3.5 points on compressed clips, and too low by 2.1 to 3.5 where noise is new in
each frame; with it by 1.0 and 0.7 to 1.9."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve through knots: the score of the posterior, and the share that was right there.

    The vote multiplies likelihoods as if what reads have in common were known in full. It is not: a reader's blind
    spot, a worn character or a screw is in every frame, and from many frames the posterior is sure of a misread that
    one frame leaves open. So the posterior's log-odds are divided by a power of the evidence they stand on: the
    correction by magnitude of a composite likelihood, whose factors are dependent. And a posterior that is still in
    doubt after n reads is one that they dispute, where a single read only doubts itself. Three more things tell right
    from wrong that the posterior doesn't know: c, how sure the surest read was of its characters, for without a clear
    look many doubtful ones agree on what they all mistake; k, how many characters the text has, for short texts are
    everywhere; and b, how blocky the pictures are, for what compression has merged is merged in every frame. The score
    is

        s = ln(posterior / (1 - posterior)) / n^a - a ln n + u ln(c / (1 - c)) + v ln k - w ln b

    References
    ----------
    Pauli, Racugno, Ventura 2011, Bayesian composite marginal likelihoods, Statistica Sinica 21.
    """

    logits: tuple[float, ...]
    """Scores s; of one read, the log-odds of its posterior."""
    confidences: tuple[float, ...]
    terms: Terms = field(default_factory=Terms)

    def confidence(self, log_odds: float, grounds: Grounds = ONE_READ) -> float:
        """Return the calibrated confidence, 0 to 1.

        Parameters
        ----------
        log_odds
            Natural logarithm of the posterior over what it lacks to 1.
        grounds
            What it stands on (`Ballot.grounds`); less than one read counts as one.
        """
        return float(np.interp(_score(log_odds, grounds, self.terms), self.logits, self.confidences))


class _CalibrationFile(BaseModel):
    """The YAML file beside the reader's model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted_on: str
    logits: tuple[float, ...] = Field(min_length=2)
    confidences: tuple[float, ...] = Field(min_length=2)
    terms: Terms = Terms()


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
    return Calibration(content.logits, content.confidences, content.terms)


def fit_calibration(
    log_odds: Sequence[float], right: Sequence[bool], grounds: Sequence[Grounds] | None = None, knots: int = 24
) -> Calibration:
    """Return the rising curve that fits best which readings were right.

    The readings are put into bins of equal size by their score, one right and one wrong reading shared out over
    each bin so that no bin claims certainty, and bins that fall are pooled.

    Parameters
    ----------
    log_odds, right
        One entry for each reading of a fitting set that is no test set: its posterior's log-odds, and whether it was
        right.
    grounds
        What each posterior stands on; without them nothing is known of it but the posterior.
    knots
        Bins at most; each holds at least ten readings.

    References
    ----------
    Zadrozny, Elkan 2002, Transforming classifier scores into accurate multiclass probability estimates (isotonic
    regression); Ayer et al. 1955 (pooling adjacent violators).
    """
    if not log_odds:
        return identity()
    stands_on = [ONE_READ] * len(log_odds) if grounds is None else grounds
    logits = np.array([_score(odds, on, _TERMS) for odds, on in zip(log_odds, stands_on, strict=True)])
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
    return Calibration(tuple(x for x, _, _ in blocks), tuple(won / count for _, won, count in blocks), _TERMS)


def save_calibration(calibration: Calibration, path: Path, fitted_on: str) -> None:
    """Write a fitted curve; `fitted_on` names the readings it was fitted on."""
    content = {
        "fitted_on": fitted_on,
        "logits": [round(x, 4) for x in calibration.logits],
        "confidences": [round(x, 4) for x in calibration.confidences],
        "terms": calibration.terms.model_dump(),
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def _score(log_odds: float, grounds: Grounds, terms: Terms) -> float:
    reads, sure = max(grounds.reads, 1.0), min(max(grounds.certainty, _DOUBTFUL), 1 - _DOUBTFUL)
    return float(
        log_odds / reads**terms.sharing
        - terms.sharing * math.log(reads)
        + terms.certainty * math.log(sure / (1 - sure))
        + terms.characters * math.log(max(grounds.characters, 1))
        - terms.blockiness * math.log(max(grounds.blockiness, 1.0))
    )
