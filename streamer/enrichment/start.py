"""The enricher where its libraries are installed, a clear line where they aren't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamer.config import RegistryConfig
from streamer.errors import ConfigError

if TYPE_CHECKING:
    from streamer.enrichment.enricher import Deliver, Enricher


def start_enricher(config: RegistryConfig, deliver: Deliver) -> Enricher | None:
    """Start looking readings up; None when no registry is configured.

    Raises
    ------
    ConfigError
        When the extra `registry` isn't installed, or the cache can't be opened.
    """
    if config.url is None:
        return None
    try:
        from streamer.enrichment.enricher import Enricher
    except ImportError as error:
        raise ConfigError(
            f"registry.url: looking vehicles up needs {error.name}: pip install 'streamer[registry]'"
        ) from error
    return Enricher(config, deliver)
