from __future__ import annotations

import json
from itertools import pairwise

from limner.signon.evidence import _WORDS, Cause, Evidence, Strength, Weight


def test_every_cause_has_words() -> None:
    assert set(_WORDS) == set(Cause)
    for cause in Cause:
        assert cause.words
        assert not cause.words.endswith(".")


def test_evidence_is_json() -> None:
    evidence = Evidence(
        file="trace.txt",
        place="line 2",
        time=1.5,
        cause=Cause.NAME_CHECK,
        text="the server says that it is Sametime/Servers/ACME",
        weight=Weight.CONCLUSIVE,
        names=("Sametime/Servers/ACME",),
    )
    assert json.loads(json.dumps(evidence.as_dict())) == {
        "file": "trace.txt",
        "place": "line 2",
        "time": 1.5,
        "cause": "name_check",
        "supports": True,
        "weight": 12,
        "strength": "seen",
        "source": None,
        "text": "the server says that it is Sametime/Servers/ACME",
    }


def test_evidence_in_another_file_is_otherwise_the_same() -> None:
    evidence = Evidence(file="a", cause=Cause.OTHER, text="x", strength=Strength.SAID)
    assert evidence.at("b") == Evidence(file="b", cause=Cause.OTHER, text="x", strength=Strength.SAID)


def test_a_heavier_weight_is_more_than_two_of_the_next() -> None:
    weights = sorted(Weight)
    assert all(2 * less <= more for less, more in pairwise(weights))
