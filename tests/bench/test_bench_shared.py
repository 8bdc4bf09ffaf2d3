from pathlib import Path

import pytest

from bench import ours, shared
from limner import settings
from limner.picture import LADDER
from limner.settings import SharedPlace


def test_everybody_has_a_picture_of_their_own_and_another_after_a_change() -> None:
    """Otherwise the store would be read less often than people are counted."""
    made = [shared._portrait(number, generation) for number in range(3) for generation in range(3)]
    assert len({portrait.digest for portrait in made}) == 9
    assert len({body for portrait in made for body in portrait.renditions.values()}) == 9 * len(LADDER)
    assert {shared._digest(number, 0) for number in range(3)} <= {portrait.digest for portrait in made}
    assert shared._record(1, 0).person.index_keys() != shared._record(1, 1).person.index_keys()


def test_a_delay_of_one_in_fifty_is_in_the_p99() -> None:
    delays = shared.Delays([0.01] * 98 + [2.0] * 2, 500)
    assert delays.p99 == pytest.approx(2.0)
    assert delays.told() == "10 / 2000 ms"


def test_a_door_of_the_bench_has_a_shared_library_and_says_how_it_stands(tmp_path: Path) -> None:
    lines = 'pictures = "s3://photos/bench"\n\n[shared]\nendpoint = "http://127.0.0.1:9000"'
    file = ours.settings(tmp_path / "limner.toml", library="postgresql://a@127.0.0.1/b", shared=lines, port=8080)
    loaded = settings.load(file)
    assert isinstance(loaded.place, SharedPlace)
    assert loaded.place.pictures == "s3://photos/bench"
    assert loaded.serve.admin == "127.0.0.1:8081"
