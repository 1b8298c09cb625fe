"""What can go wrong with one look-up; none of it concerns the reading itself."""

from __future__ import annotations


class LookUpError(Exception):
    """A look-up that gave no answer."""


class TransientError(LookUpError):
    """The registry can't be reached, is too slow or too busy; another attempt may succeed."""

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        """How long the registry asked to be left alone."""


class BadAnswerError(LookUpError):
    """The registry answered, but not what the configuration says; another attempt gives the same."""
