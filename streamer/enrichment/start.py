"""The enrichers of a run where their libraries are installed, a clear line where they aren't."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from streamer.config_outputs import RegistryConfig
from streamer.errors import ConfigError

if TYPE_CHECKING:
    from streamer.enrichment.enricher import Deliver, Enricher


class Registries:
    """Looks readings up: one enricher for each registry, shared by the cameras that ask the same one.

    Parameters
    ----------
    deliver
        Takes `enriched` events; called from the enrichers' threads, and no more once this is closed.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._running: list[tuple[RegistryConfig, Enricher]] = []

    def __enter__(self) -> Registries:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def enricher(self, config: RegistryConfig) -> Enricher | None:
        """Return what looks readings up as configured, started; None when no registry is configured.

        Raises
        ------
        ConfigError
            When the extra `registry` isn't installed, or the cache can't be opened.
        """
        for known, running in self._running:
            if known == config:
                return running
        started = start_enricher(config, self._deliver)
        if started is not None:
            self._running.append((config, started))
        return started

    def close(self) -> None:
        """Finish the look-ups that wait, as far as there is time; harmless when called again."""
        for _, running in self._running:
            running.close()


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
