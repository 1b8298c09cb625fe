"""How often each character occurs, and how often it is trained on: the table of a run, and the shift of a model."""

from __future__ import annotations

import numpy as np

from streamer.datatypes import ALPHABET

Balance = dict[str, dict[str, int]]
"""Number of pictures of each character and of `none`, `rendered` and `real`; empty where there are none."""


def sampling(counts: np.ndarray) -> np.ndarray:
    """Return the share of each character in batches (36,), by the square root of its number, so that none is rare."""
    return np.sqrt(counts) / np.sqrt(counts).sum()


def shares(balance: Balance, real_share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each character (36,) as it occurs, and as it is trained on.

    Parameters
    ----------
    balance
        Number of pictures.
    real_share
        Share of real ones in a batch.
    """
    parts = [(1 - real_share, balance["rendered"]), (real_share, balance["real"])]
    counts = [(share, np.array([part[char] for char in ALPHABET], np.float64)) for share, part in parts if part]
    occurs = sum((share * n / n.sum() for share, n in counts), np.zeros(len(ALPHABET)))
    trained = sum((share * sampling(n) for share, n in counts), np.zeros(len(ALPHABET)))
    return occurs / occurs.sum(), trained / trained.sum()


def prior_shift(balance: Balance, real_share: float) -> np.ndarray:
    """Return what the logits (36,) lack because rare characters were trained on more often than they occur.

    Where O and 0, or I and 1, look alike, it is only this that tells which is likelier.

    Parameters
    ----------
    balance, real_share
        See `shares`.

    References
    ----------
    M. Saerens, P. Latinne, C. Decaestecker, Adjusting the Outputs of a Classifier to New a Priori Probabilities,
    Neural Computation 14 (2002), equation 2.4. doi:10.1162/089976602753284446
    """
    occurs, trained = shares(balance, real_share)
    return np.log(np.maximum(occurs, 1e-6) / np.maximum(trained, 1e-6)).astype(np.float32)


def balance_table(balance: Balance, real_share: float) -> list[str]:
    """Return a line for each character: pictures drawn and real, its share of them and of what is trained on."""
    occurs, trained = shares(balance, real_share)
    lines = [f"{'class':>5} {'rendered':>9} {'real':>9} {'occurs':>8} {'trained':>8}"]
    for char, often, asked in zip(ALPHABET, occurs, trained, strict=True):
        lines.append(f"{_numbers(balance, char)} {100 * often:>6.2f} % {100 * asked:>6.2f} %")
    return [*lines, _numbers(balance, "none")]


def _numbers(balance: Balance, label: str) -> str:
    return f"{label:>5} {balance['rendered'][label]:>9,} {balance['real'].get(label, 0):>9,}"
