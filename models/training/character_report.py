"""How good a character classifier is: accuracy, precision and recall of each class, and the plots beside its card."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from streamer.datatypes import ALPHABET


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often each character was taken for each."""

    counts: np.ndarray
    """(36, 36) int, row: what it is, column: what was said."""

    @staticmethod
    def of(labels: np.ndarray, said: np.ndarray) -> Confusion:
        """Count pairs of indices (n,) into the alphabet."""
        counts = np.zeros((len(ALPHABET), len(ALPHABET)), np.int64)
        np.add.at(counts, (labels, said), 1)
        return Confusion(counts)

    @property
    def accuracy(self) -> float:
        """Share of characters that were told right."""
        return float(np.trace(self.counts) / max(1, self.counts.sum()))

    @property
    def accuracy_lookalikes(self) -> float:
        """The same where O and 0, and I and 1, count as one: on many plates only the format tells them apart."""
        merged = self.counts.copy()
        for letter, digit in (("O", "0"), ("I", "1")):
            a, b = ALPHABET.index(letter), ALPHABET.index(digit)
            merged[:, b] += merged[:, a]
            merged[:, a] = 0
            merged[b] += merged[a]
            merged[a] = 0
        return float(np.trace(merged) / max(1, merged.sum()))

    def by_class(self) -> dict[str, dict[str, float | int | None]]:
        """Return precision, recall, F1 and number of samples of each character; None for a share of nothing."""
        right, is_it, said = np.diag(self.counts), self.counts.sum(axis=1), self.counts.sum(axis=0)
        table: dict[str, dict[str, float | int | None]] = {}
        for k, char in enumerate(ALPHABET):
            table[char] = {
                "precision": _ratio(right[k], said[k]),
                "recall": _ratio(right[k], is_it[k]),
                "f1": _ratio(2 * right[k], said[k] + is_it[k]),
                "samples": int(is_it[k]),
            }
        return table

    def summary(self) -> dict[str, float | int]:
        """Return what the card says of a held-out set."""
        return {
            "samples": int(self.counts.sum()),
            "accuracy": round(self.accuracy, 4),
            "accuracy_o_as_0_and_i_as_1": round(self.accuracy_lookalikes, 4),
        }


def refusals(labels: np.ndarray, sureness: np.ndarray, least: float) -> dict[str, float | int | None]:
    """Return how many pieces are no character, the share of them that is refused, and of characters that are lost.

    Parameters
    ----------
    labels
        (n,) index into the alphabet, or beyond it for what is no character.
    sureness
        (n,) probability of the likeliest character.
    least
        What it must reach.
    """
    none = labels >= len(ALPHABET)
    refused = sureness < least
    return {
        "no_character": int(none.sum()),
        "refused": _ratio(np.sum(refused & none), none.sum()),
        "characters_lost": _ratio(np.sum(refused & ~none), np.sum(~none)),
    }


def _ratio(part: float, whole: float) -> float | None:
    return round(float(part / whole), 4) if whole else None


def plot_confusion(confusion: Confusion, title: str, path: Path) -> None:
    """Write the confusion matrix as PNG: shares of each row, errors numbered."""
    from matplotlib.figure import Figure

    shares = confusion.counts / np.maximum(confusion.counts.sum(axis=1, keepdims=True), 1)
    figure = Figure((10, 9.5), layout="constrained")
    axes = figure.subplots()
    picture = axes.imshow(np.sqrt(shares), cmap="viridis", vmin=0, vmax=1)
    axes.set(title=title, xlabel="said", ylabel="is")
    axes.set_xticks(range(len(ALPHABET)), ALPHABET)
    axes.set_yticks(range(len(ALPHABET)), ALPHABET)
    for row, column in np.argwhere((shares > 0.01) & ~np.eye(len(ALPHABET), dtype=bool)):
        text = f"{100 * shares[row, column]:.0f}"
        axes.text(column, row, text, ha="center", va="center", color="white", fontsize=7)
    figure.colorbar(picture, shrink=0.7, label="square root of the share")
    figure.savefig(path, dpi=110)


def plot_curves(history: Path, path: Path) -> None:
    """Write loss and accuracy by epoch as PNG, from a run's `history.jsonl`."""
    from matplotlib.figure import Figure

    lines = [json.loads(line) for line in history.read_text().splitlines()]
    figure = Figure((10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, title, curves in (
        (left, "loss", {"loss": "training", "val_loss": "validation"}),
        (right, "share told right", {"val_character_accuracy": "validation"}),
    ):
        for name, label in curves.items():
            points = [(line["epoch"], line[name]) for line in lines if name in line]
            axes.plot(*zip(*points, strict=True), marker=".", label=label)
        axes.set(xlabel="epoch", ylabel=title)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)
