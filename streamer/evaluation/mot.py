"""How well tracks keep to vehicles: IDF1, identity switches and fragmentations."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from streamer.evaluation.matching import Box, overlaps


@dataclass(frozen=True, slots=True)
class MotScores:
    """Measures of one clip."""

    truth_boxes: int
    track_boxes: int
    identified: int
    """Boxes that agree under the best one-to-one assignment of tracks to vehicles."""
    switches: int
    """Times a vehicle went on under another track."""
    fragmentations: int
    """Times a vehicle was lost and found again."""
    vehicles: int

    @property
    def idf1(self) -> float:
        """Identity F1, NaN without any box."""
        total = self.truth_boxes + self.track_boxes
        return 2 * self.identified / total if total else math.nan

    def __add__(self, other: MotScores) -> MotScores:
        return MotScores(
            self.truth_boxes + other.truth_boxes,
            self.track_boxes + other.track_boxes,
            self.identified + other.identified,
            self.switches + other.switches,
            self.fragmentations + other.fragmentations,
            self.vehicles + other.vehicles,
        )

    def as_dict(self) -> dict[str, float | int | None]:
        """The measures by name."""
        return {
            "vehicles": self.vehicles,
            "idf1": None if math.isnan(self.idf1) else round(self.idf1, 5),
            "switches": self.switches,
            "fragmentations": self.fragmentations,
        }


NO_BOXES = MotScores(0, 0, 0, 0, 0, 0)
"""The measures of nothing at all, to add to."""


def mot_scores(
    truth: Sequence[Mapping[int, Box]], tracks: Sequence[Mapping[int, Box]], min_iou: float = 0.5
) -> MotScores:
    """Score tracks against vehicles.

    Parameters
    ----------
    truth
        For each frame, the box of each vehicle by its id.
    tracks
        For each frame, the box of each track by its id.
    min_iou
        Overlap from which the two can be the same plate.

    Raises
    ------
    ValueError
        When the numbers of frames differ.

    Notes
    -----
    In each frame a pair of the frame before is kept while it overlaps; the rest are paired with the most overlap.

    References
    ----------
    Bernardin, K.; Stiefelhagen, R. (2008): Evaluating multiple object tracking performance. doi:10.1155/2008/246309
    Ristani, E. et al. (2016): Performance measures and a data set for multi-target, multi-camera tracking.
    doi:10.1007/978-3-319-48881-3_2
    """
    last: dict[int, int] = {}
    together: dict[tuple[int, int], int] = defaultdict(int)
    followed: dict[int, list[bool]] = defaultdict(list)
    switches = 0
    for vehicles, found in zip(truth, tracks, strict=True):
        ids, track_ids = list(vehicles), list(found)
        matrix = overlaps([vehicles[i] for i in ids], [found[j] for j in track_ids])
        near = matrix >= min_iou
        for row, column in zip(*np.nonzero(near), strict=True):
            together[ids[row], track_ids[column]] += 1
        pairs = _pairs(ids, track_ids, matrix, near, last)
        for vehicle in ids:
            followed[vehicle].append(vehicle in pairs)
        switches += sum(last.get(vehicle, track) != track for vehicle, track in pairs.items())
        last |= pairs
    return MotScores(
        sum(map(len, truth)),
        sum(map(len, tracks)),
        _identified(together),
        switches,
        sum(_fragments(seen) for seen in followed.values()),
        len(followed),
    )


def _pairs(
    ids: list[int], track_ids: list[int], matrix: np.ndarray, near: np.ndarray, last: Mapping[int, int]
) -> dict[int, int]:
    """Return vehicle to track of one frame, pairs of the frames before first."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for row, vehicle in enumerate(ids):
        track = last.get(vehicle)
        if track in track_ids and track not in taken and near[row, track_ids.index(track)]:
            pairs[vehicle] = track
            taken.add(track)
    free = [row for row, vehicle in enumerate(ids) if vehicle not in pairs]
    open_columns = [column for column, track in enumerate(track_ids) if track not in taken]
    gain = np.where(near, 1.0 + matrix, 0.0)[np.ix_(free, open_columns)]
    for i, j in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
        if gain[i, j] > 0:
            pairs[ids[free[i]]] = track_ids[open_columns[j]]
    return pairs


def _identified(together: Mapping[tuple[int, int], int]) -> int:
    """Return the most boxes that can agree when each vehicle may keep one track only."""
    vehicles = sorted({vehicle for vehicle, _ in together})
    tracks = sorted({track for _, track in together})
    counts = np.zeros((len(vehicles), len(tracks)))
    for (vehicle, track), count in together.items():
        counts[vehicles.index(vehicle), tracks.index(track)] = count
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return int(counts[rows, columns].sum())


def _fragments(seen: Sequence[bool]) -> int:
    """Return how often a vehicle was lost and then found again."""
    starts = sum(now and not before for before, now in zip([False, *seen], seen, strict=False))
    return max(0, starts - 1)
