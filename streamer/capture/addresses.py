"""Addresses of sources: secrets are filled in from the environment, and never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from streamer.errors import SourceError

_VARIABLE = re.compile(r"\$\$|\$\{([^}]*)\}")
_USERINFO = re.compile(r"(?<=://)(?:[^/?#\s]*|[^/?#\s:\[]*:(?!\d*(?:[/?#\s]|$))\S*)@")
"""What stands before the `@` of the host; or before the last `@` where a password holds a bare `/`, `?` or `#`."""
_SECRET_NAME = (
    r"(?:user(?:name)?|usr|login|pass(?:word|wd|phrase)?|pwd|token|secret|auth|sig(?:nature)?|(?:api|access)?_?key)"
)
_SECRET_VALUE = re.compile(rf"(?i)(?<![a-z])({_SECRET_NAME})=(?:(?!_[a-z]+=)[^&;/?#\s])*")


def redact(text: str) -> str:
    """Return an address, or a line with addresses in it, without user names, passwords and tokens.

    What stands before the `@` of a host goes; of a setting such as `?token=…` or `/user=…_password=…` the value goes.
    """
    return _SECRET_VALUE.sub(r"\1=***", _USERINFO.sub("", text))


def fill_in(spec: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the address with each `${NAME}` replaced by that environment variable and `$$` by a dollar sign.

    Raises
    ------
    SourceError
        When a variable is not set; its name is in the message, nothing else of the environment is.
    """
    known = os.environ if environment is None else environment

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return "$"
        if name not in known:
            raise SourceError(f"{redact(spec)}: the environment variable {name} is not set")
        return known[name]

    return _VARIABLE.sub(value, spec)
