from limner.signon.capture.protocols import vp_words
from limner.signon.reasons import REASONS


def test_every_reason_has_words_and_its_number() -> None:
    for code, (name, words, _) in REASONS.items():
        assert vp_words.reason(code) == f"{words} ({name}, 0x{code:08X})"


def test_what_is_not_known_is_said_to_be_so() -> None:
    assert vp_words.reason(0x80009999) == "reason 0x80009999, which is not known to limner"
    assert vp_words.reason(0) == "no error"
    assert vp_words.client(0x12FF) == "a client embedded in Notes (type 0x12FF)"
    assert vp_words.client(0x4242) == "a client that is not known to limner (type 0x4242)"
    assert vp_words.login(3) == "a log-in of type 3, which is not known to limner"
