"""Microsoft's clouds: each its own Graph and its own login."""

from typing import get_args

from limner.fetch import Rules
from limner.settings import GraphSource
from limner.sources.graph.clouds import CLOUDS


def test_every_cloud_of_the_settings_is_somewhere() -> None:
    assert list(CLOUDS) == list(get_args(GraphSource.model_fields["cloud"].annotation))


def test_every_place_is_https_and_may_be_asked() -> None:
    for places in CLOUDS.values():
        for place in places:
            assert Rules().check(place).scheme == "https"
    assert len({graph for graph, _ in CLOUDS.values()}) == len(CLOUDS)
