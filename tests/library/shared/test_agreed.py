"""What all doors must know is told in the order of its changes, once each, and whole to who is ahead of the library."""

from limner.library import open_library
from limner.library.shared.agreed import Agreed
from limner.library.shared.link import Link
from shared_servers import needs_postgres

pytestmark = needs_postgres


def test_a_reader_gets_what_changed_after_its_position_and_everything_where_it_is_ahead(shared_place):
    library = open_library(shared_place, create=True)
    link = Link(shared_place, readonly=True)
    agreed = Agreed(link)
    first = agreed.after(-1, ["a", "b"])
    assert (first.rows, first.position) == ([], 0)
    with library.batch() as batch:
        batch.agree("a", b"one", b"1")
        batch.agree("b", b"two", b"2")
        batch.agree("c", b"three", b"3")
    then = agreed.after(first.position, ["a", "b"])
    assert (sorted(then.rows), then.position) == ([("a", b"one", b"1"), ("b", b"two", b"2")], 1)
    with library.batch() as batch:
        batch.agree("a", b"one", None)
        assert batch.agreed(1, ["a"]).rows == [("a", b"one", None)]
    assert agreed.after(then.position, ["a", "b"]).rows == [("a", b"one", None)]
    assert agreed.after(2, ["a", "b"]).rows == []
    assert len(agreed.after(99, ["a", "b"]).rows) == 2
    assert first.identity == then.identity != ""
    link.close()
    library.close()


def test_a_library_that_an_older_limner_made_has_none_yet(shared_place):
    library = open_library(shared_place, create=True)
    link = Link(shared_place)
    link.open().execute("delete from limner.versions where version > 1")
    assert Agreed(link).after(-1, ["a"]).identity == ""
    link.close()
    library.close()
