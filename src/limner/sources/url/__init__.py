"""Photos at addresses: one for each person, as the PhotoURL of Sametime."""

from limner.sources.url.places import Places
from limner.sources.url.source import Url

__all__ = ["Places", "Url"]
