"""The folder of a training run: its recipe, a line an epoch, a backup while it goes on, and its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from streamer.errors import ConfigError

Line = dict[str, Any]
"""What the history says of an epoch; `epoch` counts from 1."""


class RunFolder:
    """The files of one run.

    Parameters
    ----------
    path
        The folder; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._recipe = path / "run.json"
        self.history = path / "history.jsonl"
        self.backup = path / "backup"
        self.latest = path / "latest.weights.h5"
        """Scored last."""
        self.best = path / "best.weights.h5"
        """Scored best, of a run that is ended by its score."""
        self.final = path / "final.weights.h5"

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to train."""
        return self.final.is_file()

    def check(self, recipe: dict[str, Any]) -> None:
        """Make sure that a run of this recipe can begin or go on here; nothing is changed.

        Raises
        ------
        ConfigError
            The folder holds a run of another recipe, or its history lacks what was trained.
        """
        if not self._recipe.is_file():
            return
        there, wanted = _json(self._recipe, self._recipe.read_text()), json.loads(json.dumps(recipe))
        names = [name for name in {**wanted, **there} if there.get(name) != wanted.get(name)]
        if names:
            differ = ", ".join(f"{name} {there.get(name)} instead of {wanted.get(name)}" for name in names)
            raise ConfigError(f"{self._recipe}: another run is in this folder, with {differ}; choose another folder")
        trained = max(self.epochs_trained(), int(self.ended))
        if len(self.lines()) < trained:
            raise ConfigError(
                f"{self.history}: has {len(self.lines())} lines, of {trained} or more epochs that were trained; "
                "choose another folder"
            )

    def start(self, recipe: dict[str, Any]) -> None:
        """Write the recipe."""
        self._recipe.parent.mkdir(parents=True, exist_ok=True)
        self._recipe.write_text(json.dumps(recipe, indent=1))

    def epochs_trained(self) -> int:
        """Return how many epochs the backup has; 0 where there is none."""
        state = self.backup / "training_metadata.json"
        return int(_json(state, state.read_text())["epoch"]) if state.is_file() else 0

    def lines(self) -> list[Line]:
        """Return the history, oldest first.

        Raises
        ------
        ConfigError
            A line is no line of a history.
        """
        if not self.history.is_file():
            return []
        lines = self.history.read_text().splitlines()
        return [_json(f"{self.history}:{number}", line) for number, line in enumerate(lines, 1)]

    def add(self, line: Line) -> None:
        """Add an epoch to the history; what it has of this epoch and later ones was trained in vain and goes."""
        lines = [*(before for before in self.lines() if before["epoch"] < line["epoch"]), line]
        partial = self.history.with_suffix(".tmp")
        partial.write_text("".join(json.dumps(each) + "\n" for each in lines))
        partial.replace(self.history)


def _json(place: Path | str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{place}: is no JSON: {text[:40]!r}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{place}: is no JSON object: {text[:40]!r}")
    return found
