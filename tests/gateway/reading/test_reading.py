"""Files are read in bounds, in either of two encodings."""

import pytest

from limner.errors import LimnerError
from limner.gateway.reading.reading import FILE_LIMIT, LINES_LIMIT, MOST_STEPS, Reading, decoded, text_of, typographic


def test_encodings():
    assert decoded("é\r\n“".encode(), "f") == "é\n“"
    assert decoded(b"\x93photos\x94", "f") == "“photos”"
    assert typographic("a “b”") == "“"
    assert typographic('a "b"') == ""


@pytest.mark.parametrize("raw", [b"\0", b"a" * (FILE_LIMIT + 1), b"\n" * (LINES_LIMIT + 1), b"\x81\xff"])
def test_what_is_no_configuration_is_refused(raw):
    with pytest.raises(LimnerError, match="f: "):
        decoded(raw, "f")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(LimnerError, match="cannot read"):
        text_of(tmp_path / "none")


def test_what_takes_long_is_counted():
    reading = Reading("apache", "f")
    for _ in range(MOST_STEPS):
        reading.step(3)
    with pytest.raises(LimnerError, match="f, line 4: there are more than"):
        reading.step(4)


def test_a_remark_is_made_once():
    reading = Reading("apache", "f")
    reading.remark(1, "odd")
    reading.remark(1, "odd")
    assert [remark.as_dict() for remark in reading.remarks] == [{"line": 1, "message": "odd", "doubtful": True}]
