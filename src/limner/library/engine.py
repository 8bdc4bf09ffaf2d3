"""The verbs that every engine of the library offers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from limner.library.record import Record
    from limner.picture import Portrait


GUEST, INSIDER, KEEPER = range(3)
"""Who looks: a guest, an insider, who keeps the library. Each sees people up to that place in AUDIENCES."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture at one size: JPEG bytes, the ETag without its quotation marks, and when the photo last changed."""

    body: bytes
    etag: str
    modified: int


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is: people, those of them with a photo, different photos, and bytes on disk."""

    people: int
    with_photo: int
    pictures: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the library that is not as it should be: where, and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person as one library hands them to another: number (8 bytes), record, and the index keys that lead to them.

    `record` None: the person was removed.
    """

    number: bytes
    record: Record | None
    names: frozenset[bytes] = frozenset()


class Batch(Protocol):
    """Changes that become visible all at once, or not at all."""

    def put(self, record: Record, portrait: Portrait | None = None, *, without: Set[bytes] = frozenset()) -> None:
        """Add a person or change one, found by (source, origin).

        With a portrait the person shows it from now on (where `record.told` is not empty, it is that of a part with its
        digest). Without one: `record.digest` None takes the photo away, the digest of a picture that the library has
        shows that, anything else is a LibraryError.
        A person is found by all names of the record; also by those of its parts that nobody else is found by, but for
        the index keys in `without`; one who is hidden, by none. Raises NameTakenError, with nothing changed, when a
        name of the record belongs to another one; LibraryError when a part of it does.
        A picture that nobody has any more can still be shown to somebody until the batch ends.
        """

    def remove(self, source: str, origin: str) -> bool:
        """Remove a person, by what any source calls them, with all that is told of them, and their pictures when nobody
        else has them. False: there was none.
        """

    def find(self, index_key: bytes) -> Record | None:
        """Give what `Library.find` gives, as things stand in this batch."""

    def record(self, source: str, origin: str) -> Record | None:
        """Give what `Library.record` gives, as things stand in this batch."""

    def hide(self, keys: Collection[bytes], shown_to: str) -> list[Record]:
        """Show whoever goes by one of these names, now or later, to `shown_to` only (one of AUDIENCES).

        All names that a person has are hidden with the one, and those that they get; "everyone" ends it for all names
        that were hidden together. Gives the people whom it concerns now.
        """

    def has_picture(self, digest: bytes, recipe: int) -> bool:
        """Tell what `Library.has_picture` tells, as things stand in this batch."""

    def note(self, name: str, value: str | None) -> None:
        """Write something down under a name, for a later run to read; None: forget it."""

    def noted(self, name: str) -> str | None:
        """Give what `Library.note` gives, as things stand in this batch."""

    def adopt(self, digest: bytes) -> bool:
        """Have the picture that was made of this original by who takes from `Library.queue`; False: there is none.

        One that nobody has at the end of the batch goes again.
        """

    def take_in(self, portrait: Portrait) -> None:
        """Have a picture, for somebody who is restored in this batch; one that nobody has at its end goes again."""

    def restore(self, row: Row) -> None:
        """Have a person be exactly as in another library, number and names included; the library has the pictures.

        Whoever else has one of the names or of the parts goes, or loses it, for they have changed there as well, and
        follow. Raises LibraryError.
        """

    def mark(self, key: bytes, audience: int, together: bytes) -> None:
        """Have a name be hidden as in another library: see `Library.marks`; 0 as audience ends it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A photo whose pictures are wanted: the SHA-256 of its bytes, how reports call it, and what gives the bytes."""

    digest: bytes
    called: str
    photo: Callable[[], bytes]


class Queue(Protocol):
    """Photos whose pictures are to be made by whichever machine has hands free. Raises AwayError, LibraryError."""

    most_bytes: int
    """Of a photo that can be put into it."""

    def hands(self) -> int:
        """Count those who take from it now, on all machines."""

    def put(self, photos: Iterable[Asked]) -> None:
        """Have pictures made; what is in it already is not put again."""

    def done(self, digests: Collection[bytes]) -> dict[bytes, str | None]:
        """Give which of these are done: None where there are pictures, else why not; "": it is not in the queue."""

    def wait(self, seconds: float) -> None:
        """Wait until more may be done, for so many seconds at most."""

    def aside(self) -> list[tuple[str, str]]:
        """Give the photos that are set aside, since workers died of them: how reports call each, and why."""

    def try_again(self) -> None:
        """Forget what was set aside: it may be tried again."""

    def tidy(self) -> None:
        """Forget what nobody has asked for within a day, and what was set aside 30 days ago."""

    def close(self) -> None:
        """Let go of it."""


class Reader(Protocol):
    """The photo lane's view of the library: raw and quick.

    A *name record* is what `find` gives for an index key. Bytes 8 to 16 are the picture's number, 16 to 20 the time of
    its last change (Unix seconds, big-endian), 20 to 22 the mask of rungs that there are, all zero for no photo; byte
    22 is the place in AUDIENCES of those to whom the person is shown.
    `rendition` gives an *entity*: the header lines `ETag` and `Content-Length`, an empty line, the JPEG.
    What a reader sees stands still until `release`; the next look is at the newest state.
    """

    def find(self, index_key: bytes) -> bytes | None:
        """Give the name record of an index key."""

    def rendition(self, place: bytes) -> bytes | None:
        """Give the entity of a picture (8 bytes) at a rung (2 bytes, big-endian pixels), both in one."""

    def release(self) -> None:
        """Let go of the state that was looked at, so that its pages can be used again."""

    def state(self) -> int:
        """Give a number for the state that is looked at: another one after every change."""


class Library(Protocol):
    """People and their pictures."""

    def find(self, index_key: bytes) -> Record | None:
        """Give the record that an index key leads to."""

    def find_all(self, index_keys: Iterable[bytes]) -> list[tuple[bytes, Record]]:
        """Give the records that index keys lead to, each with its key; those that lead to nobody are left out."""

    def rendition(self, index_key: bytes, size: int, limit: int = 0, *, sees: int = KEEPER) -> Rendition | None:
        """Give somebody's picture at `size` pixels or the next rung up, else the largest there is.

        With `limit`, the largest rung not above that which has at most so many bytes; the smallest rung if none has.
        `sees`: who wants to see it, GUEST, INSIDER or KEEPER. None: nobody goes by that name, or has a photo, or they
        are hidden from whoever wants to see it.
        """

    def hidden(self) -> Iterator[tuple[bytes, str, Record | None]]:
        """Give the names that are hidden, as index keys in order, with whom they are shown to and who has the name."""

    def count_hidden(self, sees: int) -> int:
        """Count the people who are hidden from a GUEST, or from an INSIDER."""

    def people(self, after: str = "", *, source: str | None = None) -> Iterator[tuple[str, Record]]:
        """Give records in the order of people's display names, each with the cursor that continues behind it.

        Raises LibraryError where `after` is no cursor.
        """

    def by_number(self, number: bytes) -> Record | None:
        """Give the record of a person's number: the first 8 bytes of a name record."""

    def record(self, source: str, origin: str) -> Record | None:
        """Give the person whom a source calls so, hidden or not; `Record.part` gives what that source says."""

    def version(self, source: str, origin: str) -> str | None:
        """Give the version that a source's part was last stored with; None if there is none, or it is hidden."""

    def origins(self, source: str) -> Iterator[str]:
        """Give the origins of all parts that a source has in the library and that are not hidden, in order."""

    def sources(self) -> dict[str, int]:
        """Give the names of all sources that the library has people from, with how many; hidden ones do not count."""

    def has_picture(self, digest: bytes, recipe: int) -> bool:
        """Tell whether the renditions of an original (SHA-256) are there, made after this recipe."""

    def note(self, name: str) -> str | None:
        """Give what was written down under a name by `Batch.note`."""

    def notes(self, start: str) -> Iterator[tuple[str, str]]:
        """Give all that was written down under names that begin so, each with its name, in the order of the names."""

    def picture(self, digest: bytes, size: int) -> bytes | None:
        """Give a picture (the SHA-256 of its original) as `rendition` does, as JPEG; None: the library lacks it."""

    def sizes(self, digest: bytes) -> dict[int, int]:
        """Give the rungs of a picture (the SHA-256 of its original), each with the bytes of its rendition; none if the
        library does not have it.
        """

    def rows(self) -> Iterator[Row]:
        """Give everybody, hidden or not, in the order of their numbers."""

    def row(self, number: bytes) -> Row | None:
        """Give the row of a person's number; None: there is nobody of that number."""

    def marks(self) -> Iterator[tuple[bytes, int, bytes]]:
        """Give the index keys that are hidden, in order, with the place in AUDIENCES of those who see the person, and
        a mark (8 bytes) that all names have that were hidden together.
        """

    def portrait(self, digest: bytes) -> Portrait | None:
        """Give all renditions of a picture (the SHA-256 of its original; its own pixels are not known: 0)."""

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock that lets one sync of the library run at a time, over all processes, and machines where several
        share it; freed when the process ends, however it ends. Raises HeldError where another holds it.
        """

    def is_held(self) -> bool:
        """Tell whether somebody holds that lock."""

    def queue(self) -> Queue | None:
        """Open the queue of photos that several machines work on together; None: this machine makes all pictures."""

    def now(self) -> float:
        """Give the time (Unix seconds) by which it is reckoned when a sync is due: the same for all who share it."""

    def count(self) -> Count:
        """Count people and pictures."""

    def check(self) -> Iterator[Fault]:
        """Verify every record, reading everything once."""

    def batch(self) -> AbstractContextManager[Batch]:
        """Open a batch; it is committed when the block ends, and dropped whole when an exception leaves it.

        One batch at a time over all processes: a second one waits.
        """

    def reader(self) -> Reader:
        """Give a view for the photo lane; to be used by one thread."""

    def close(self) -> None:
        """Close the library."""
