from __future__ import annotations

from limner.publish.files.plan import Plan
from limner.publish.files.report import Failure, Report


def test_files_in_the_way_or_refused_are_wanting() -> None:
    assert not Report("dmz", "place", added=["a"]).wanting
    assert Report("dmz", "place", foreign=["a"]).wanting
    assert Report("dmz", "place", refused=[Failure("a", "no room")]).wanting


def test_json_has_all_of_it() -> None:
    report = Report("dmz", "place", left_out=[Failure("jane", "a dot")])
    report.take(Plan(added=["a"], removed=["b"], kept=3))
    told = report.as_dict()
    assert (told["added"], told["removed"], told["kept"]) == (["a"], ["b"], 3)
    assert told["left_out"] == [{"who": "jane", "reason": "a dot"}]
