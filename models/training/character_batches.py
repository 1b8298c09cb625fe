"""Batches for the character classifiers: random samples, a little varied, and what is asked of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.character_balance import Balance, sampling
from models.training.character_labels import NO_CHARACTER, STORED_PX
from models.training.training_run import Arrays, TrainingRun
from streamer.datatypes import ALPHABET
from streamer.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class CharacterRun(TrainingRun):
    """Everything that makes a run; written into its folder."""

    network: str = "simple"
    steps: int = 6000
    batch: int = 128
    learning_rate: float = 2e-3
    clip_norm: float = 5.0
    score_every: int = 2
    precision: str = "float32"
    """Half of it takes twice as long: on a CPU, depthwise convolutions of such small pictures gain nothing."""
    real_share: float = 0.25
    """Share of real characters in a batch."""
    no_character_share: float = 0.08
    """Of each batch, pieces that are no character: what is asked for them is that no answer is more likely."""
    start: str | None = None
    """Weights to start from instead of random ones: a run that ended before."""
    patience: int = 8
    """Measurements without a better one after which the run ends."""


class Characters:
    """Labelled pictures of a folder of shards, by class.

    Parameters
    ----------
    folder
        Where `shards.write_shards` wrote.

    Raises
    ------
    ConfigError
        The folder has none.
    """

    def __init__(self, folder: Path) -> None:
        names = sorted(path.name.removesuffix(".labels.npy") for path in folder.glob("*.labels.npy"))
        if not names:
            raise ConfigError(f"{folder}: no characters here")
        self._shards = [np.load(folder / f"{name}.inputs.npy", mmap_mode="r") for name in names]
        per_shard = [np.load(folder / f"{name}.labels.npy") for name in names]
        self.labels = np.concatenate(per_shard)
        self._places = np.array([(k, row) for k, part in enumerate(per_shard) for row in range(len(part))])
        self._by_class = [np.flatnonzero(self.labels == k) for k in range(len(ALPHABET))]
        self._others = np.flatnonzero(self.labels == NO_CHARACTER)
        counts = np.array([len(rows) for rows in self._by_class], np.float64)
        self._weights = sampling(counts)

    def __len__(self) -> int:
        return len(self.labels)

    def balance(self) -> dict[str, int]:
        """Return the number of pictures of each character, and of what is none."""
        return {ALPHABET[k]: len(rows) for k, rows in enumerate(self._by_class)} | {"none": len(self._others)}

    def picture(self, k: int) -> np.ndarray:
        """Return picture `k`, (80, 80) uint8."""
        shard, row = self._places[k]
        return np.array(self._shards[shard][row])

    def draw(
        self, rng: np.random.Generator, count: int, no_character_share: float = 0.0
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return random pictures and labels; a class by the square root of its number, what is none by its share."""
        others = rng.binomial(count, no_character_share) if len(self._others) else 0
        classes = rng.choice(len(ALPHABET), count - others, p=self._weights)
        rows = [int(rng.choice(self._by_class[k])) for k in classes]
        rows += [int(row) for row in rng.choice(self._others, others)] if others else []
        return [self.picture(k) for k in rows], self.labels[rows]


def balance_of(rendered: Characters, real: Characters | None) -> Balance:
    """Return the number of pictures of each character among the drawn and the real ones."""
    return {"rendered": rendered.balance(), "real": real.balance() if real else {}}


def augment(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the picture moved, turned, zoomed, slanted, bolder, lighter, blurred or faded a little; never flipped.

    It keeps its shape but for a fiftieth: often its width is all that tells an O from a 0.
    """
    size = picture.shape[0]
    angle, zoom = np.deg2rad(rng.normal(0, 4)), np.exp(rng.normal(0, 0.07) + rng.normal(0, 0.02, 2))
    slant = rng.normal(0, 0.08)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, slant], [0, 1]]) @ np.diag(zoom)
    centre = np.array([size / 2, size / 2])
    shift = centre - matrix @ centre + rng.normal(0, 0.03, 2) * size
    warped = cv2.warpAffine(picture, np.column_stack([matrix, shift]), (size, size))
    if rng.random() < 0.3:
        stroke = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
        warped = cv2.dilate(warped, stroke) if rng.random() < 0.5 else cv2.erode(warped, stroke)
    warped = warped.astype(np.float32)
    if rng.random() < 0.3:
        warped = cv2.GaussianBlur(warped, (0, 0), rng.uniform(0.3, 0.03 * size))
    if rng.random() < 0.3:
        warped = 255 * (warped / 255) ** np.exp(rng.normal(0, 0.35))
    if rng.random() < 0.3:
        warped = warped + rng.normal(0, rng.uniform(2, 18), warped.shape)
    return np.clip(warped, 0, 255).astype(np.uint8)


def sized(picture: np.ndarray, size_px: int) -> np.ndarray:
    """Return the picture averaged down to the network's size, (size_px, size_px) uint8."""
    return picture if size_px == STORED_PX else cv2.resize(picture, (size_px, size_px), interpolation=cv2.INTER_AREA)


def draw_batch(
    rendered: Characters, real: Characters | None, run: CharacterRun, size_px: int, rng: np.random.Generator
) -> Arrays:
    """Return a varied batch of pictures (n, size_px, size_px, 1) float32, 0 to 1, and targets (n, 36) float32."""
    count = round(run.batch * run.real_share) if real else 0
    pictures, labels = rendered.draw(rng, run.batch - count, run.no_character_share)
    if real and count:
        more_pictures, more_labels = real.draw(rng, count, run.no_character_share)
        pictures, labels = pictures + more_pictures, np.concatenate([labels, more_labels])
    varied = [sized(augment(picture, rng), size_px) for picture in pictures]
    return np.stack(varied)[..., None].astype(np.float32) / 255, targets(labels)


def targets(labels: np.ndarray) -> np.ndarray:
    """Return what is asked of the network (n, 36) float32: the label, or every character alike where there is none.

    References
    ----------
    D. Hendrycks et al., Deep Anomaly Detection with Outlier Exposure, arXiv:1812.04606, section 3.
    """
    rows = np.concatenate([np.eye(len(ALPHABET)), np.full((1, len(ALPHABET)), 1 / len(ALPHABET))])
    return rows[labels].astype(np.float32)


def whole(characters: Characters, size_px: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at most `limit` characters (n, size_px, size_px, 1) uint8, spread over the set, and their labels (n,)."""
    known = np.flatnonzero(characters.labels != NO_CHARACTER)
    rows = known[np.unique(np.linspace(0, len(known) - 1, min(limit, len(known))).round().astype(int))]
    pictures = np.stack([sized(characters.picture(int(k)), size_px) for k in rows])
    return pictures[..., None], characters.labels[rows].astype(np.int64)
