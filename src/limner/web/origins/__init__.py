"""Photos that are fetched from their origin when somebody asks for them the first time.

A worker of the door never asks an origin: one process does it for all of them (`fetcher`), so that a face is fetched
once whoever asks for it, and nothing slow, large or broken comes near a worker. A worker hands over the name that was
asked for, and waits a bounded time (`errand`); what has come by then it finds in the library, as any photo.
"""

from limner.settings import Settings, UrlSource


def on_ask(settings: Settings) -> list[UrlSource]:
    """Give the sources whose photos are fetched when they are asked for."""
    return [source for source in settings.source if isinstance(source, UrlSource) and source.fetch == "on ask"]


__all__ = ["on_ask"]
