"""Answers kept on disk, each until it expires."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from streamer.config_outputs import RegistryConfig
from streamer.enrichment.answers import Vehicle
from streamer.errors import ConfigError

TABLE = """CREATE TABLE IF NOT EXISTS answers (
    settings TEXT NOT NULL, plate TEXT NOT NULL, region TEXT NOT NULL, vehicle TEXT, expires_s REAL NOT NULL,
    PRIMARY KEY (settings, plate, region))"""

RULES = 2
"""How answers are understood; raised when the same answer gives another vehicle, so that older entries don't count."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registry said about a plate."""

    vehicle: Vehicle | None
    """None when it doesn't know the plate."""


class AnswerCache:
    """A registry's answers, by plate and region.

    Parameters
    ----------
    file
        SQLite file; made when it isn't there.
    config
        How long answers are good for. Answers got with other settings don't count.
    now
        Wall clock in seconds: entries outlive the program.

    Raises
    ------
    ConfigError
        When the file can't be opened, or is no cache.
    """

    def __init__(self, file: Path, config: RegistryConfig, now: Callable[[], float] = time.time) -> None:
        self._config = config
        self._settings = _digest(config)
        self._now = now
        try:
            self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
            self._db.execute(TABLE)
            self._db.execute("DELETE FROM answers WHERE expires_s <= ?", (now(),))
        except sqlite3.Error as error:
            raise ConfigError(f"registry.cache: {file} can't be opened as a cache: {error}") from error

    def get(self, plate: str, region: str) -> Answer | None:
        """Return the answer about a plate, or None when there is none that is still good."""
        row = self._db.execute(
            "SELECT vehicle, expires_s FROM answers WHERE settings = ? AND plate = ? AND region = ?",
            (self._settings, plate, region),
        ).fetchone()
        if row is None or row[1] <= self._now():
            return None
        return Answer(None if row[0] is None else json.loads(row[0]))

    def put(self, plate: str, region: str, answer: Answer) -> None:
        """Keep an answer until it expires."""
        good_s = self._config.unknown_s if answer.vehicle is None else self._config.cache_s
        text = None if answer.vehicle is None else json.dumps(answer.vehicle, ensure_ascii=False)
        row = self._settings, plate, region, text, self._now() + good_s
        self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _digest(config: RegistryConfig) -> str:
    """Return what distinguishes settings that give different answers; nothing secret can be read from it."""
    settings = config.model_dump(
        mode="json", include={"url", "answer", "json_inside", "fields", "personal", "keep_personal", "plate_field"}
    )
    return hashlib.sha256(json.dumps([RULES, settings], sort_keys=True).encode()).hexdigest()[:16]
