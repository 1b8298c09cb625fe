"""What can go wrong, as types.

    StreamerError                exit   when
    ├── ConfigError (ValueError)    2   arguments or configuration; carries every fault, one a line
    ├── SourceError (OSError)       3   a source that can't be opened or read
    │   ├── SourceFormatError           it exists, but is no picture or video that can be decoded
    │   └── SourceRefusedError          a camera that refuses the user name or password
    ├── ModelError (OSError)        4   a model file missing, broken, or not matching its card
    └── SinkError (OSError)         2   an output that can't be opened at the start; later it is counted, not raised

A message is one line that names the file or key, what was wrong and what is allowed. Errors of other libraries are
translated at the edge with the cause chained.
"""

from __future__ import annotations

from collections.abc import Sequence


class StreamerError(Exception):
    """Any fault that a person can act on."""

    exit_code = 1


class ConfigError(StreamerError, ValueError):
    """Arguments or configuration that can't be used: one line for each fault."""

    exit_code = 2

    def __init__(self, faults: Sequence[str] | str) -> None:
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))


class SourceError(StreamerError, OSError):
    """A source that can't be opened or read."""

    exit_code = 3


class SourceFormatError(SourceError):
    """A source that exists but holds no picture that can be decoded."""


class SourceRefusedError(SourceError):
    """A camera that refuses the user name or password; asking often locks the account on many cameras."""


class ModelError(StreamerError, OSError):
    """A model file that is missing, broken, or does not match its card."""

    exit_code = 4


class SinkError(StreamerError, OSError):
    """An output that can't be written."""

    exit_code = 2
