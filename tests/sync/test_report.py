from limner.sources import Refused
from limner.sync.report import Report


def test_what_is_harmless_is_only_ignored() -> None:
    report = Report("photos")
    report.refuse(Refused("readme.txt", "no picture", harmless=True))
    report.refuse(Refused("jane.jpg", "broken"))
    assert report.as_dict() == {
        "source": "photos",
        "added": [],
        "changed": [],
        "removed": [],
        "kept": 0,
        "shadowed": [],
        "refused": [{"file": "jane.jpg", "reason": "broken"}],
        "ignored": [{"file": "readme.txt", "reason": "no picture"}],
        "postponed": [],
        "failed": None,
        "hint": None,
        "note": None,
    }
