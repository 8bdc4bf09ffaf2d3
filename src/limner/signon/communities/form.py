"""Rules about the form of a file: can it be read, and are its words and values those of the page?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from limner.signon.communities import vocabulary as words
from limner.signon.communities.config import MOST_ELEMENTS, Config, Element
from limner.signon.communities.finding import Finding, error, note, warning
from limner.signon.communities.vocabulary import Form
from limner.signon.evidence import Strength
from limner.signon.names import is_address, is_host

CURLY: Final = "‘’“”„"
INFERRED: Final = Strength.INFERRED


def form(config: Config) -> Iterator[Finding]:
    """Yield what is wrong with a file's form."""
    yield from _bytes(config)
    if config.broken is not None:
        yield _broken(config)
    if config.cut:
        yield error(None, f"it has more than {MOST_ELEMENTS} elements; the rest was not looked at", "make it smaller")
    if config.root is not None and config.root.name != words.ROOT:
        yield error(
            config.root.line, f"the root element is {config.root.name}, not {words.ROOT}", f"make it <{words.ROOT}>"
        )
    for line, text in config.words:
        yield _words(line, text)
    for element in config.elements:
        yield from _element(config, element)


def _bytes(config: Config) -> Iterator[Finding]:
    if not config.is_utf8:
        yield error(None, "it is not UTF-8", "save it as UTF-8")
    elif config.has_mark:
        yield warning(
            1, "it begins with a byte order mark", "save it as UTF-8 without a byte order mark", Strength.UNCONFIRMED
        )
    declared = re.match(r"\ufeff?<\?xml[^>]*encoding=[\"']([^\"']+)", config.begins)
    if declared and declared[1].upper() not in ("UTF-8", "UTF8"):
        yield error(1, f"it declares the encoding {declared[1]}", 'declare encoding="UTF-8", and save it so')


def _broken(config: Config) -> Finding:
    why = config.broken
    assert why is not None
    fix = "mend the XML: see the line named"
    line = why.line
    if not config.elements and f"<{words.COMMUNITY[:17]}" not in config.begins and "#" not in config.begins[:3]:
        return error(line, f"this is no {words.NAME}: {why.message}", "is it the right file?", Strength.SEEN)
    if any(quote in config.begins for quote in CURLY):
        fix = "type straight quotation marks: it has curly ones, as word processors and web pages make them"
    elif not config.elements and config.begins.lstrip("\ufeff").lstrip().startswith("#"):
        fix = 'remove the lines that begin with "#": they belong into managed-settings.xml, and are no XML'
    elif "<!DOCTYPE" in config.begins:
        fix = "remove <!DOCTYPE ...>: the file needs none, and readers that are careful refuse it"
    elif config.begins[:1].isspace() and "<?xml" in config.begins:
        fix = "let <?xml be the very first characters of the file"
    elif "&" in why.message or "token" in why.message:
        fix = 'write & as &amp;, < as &lt;, and every attribute as name="value"'
    return error(line, f"clients cannot read it: {why.message}", fix, Strength.SEEN)


def _words(line: int, text: str) -> Finding:
    shown = text if len(text) <= 40 else f"{text[:40]}..."
    if text.startswith("#"):
        return error(
            line,
            f"{shown!r}: lines that begin with # belong into managed-settings.xml",
            "remove it; comments are <!-- -->",
        )
    return warning(line, f"there is text between the elements: {shown!r}", "remove it", INFERRED)


def _element(config: Config, element: Element) -> Iterator[Finding]:
    line = element.line
    if element is config.root:
        yield from _attributes(element)
        return
    known = words.ATTRIBUTES.get(element.name)
    if known is None:
        yield _unknown(line, element.name, f"element {element.name}", list(words.ATTRIBUTES))
        return
    expected = words.COMMUNITY if element.name == words.CONNECTION else words.ROOT
    if element.within != expected and element.name != words.ROOT:
        yield error(line, f"{element.name} stands in {element.within}, not in {expected}", f"move it into <{expected}>")
    if element.name == words.CONNECTION:
        yield note(
            line,
            "the connection is an element of its own: HCL's sample has it so, HCL's table has attributes instead",
            f"if clients do not take it, write its attributes into the {words.COMMUNITY} around it",
        )
    for name in words.REQUIRED.get(element.name, ()):
        if not element.attributes.get(name, "").strip():
            yield error(line, f"{element.name} has no {name}", f'add {name}="..."')
    yield from _attributes(element)


def _attributes(element: Element) -> Iterator[Finding]:
    known = words.ATTRIBUTES.get(element.name, words.ROOT_ATTRIBUTES)
    for name, value in element.attributes.items():
        if name.startswith("xmlns") or name == "xml":
            continue
        if name not in known:
            yield _unknown(element.line, name, f"attribute {name} of {element.name}", list(known))
        elif value.strip() or name not in words.REQUIRED.get(element.name, ()):
            yield from _value(element.line, name, value, known[name])


def _unknown(line: int, name: str, what: str, known: list[str]) -> Finding:
    if name in words.OTHER_FILE:
        return warning(line, f"the {what} belongs into managed-settings.xml", "move it there")
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    if near:
        return error(line, f"there is no {what}", f"write {near[0]}")
    return warning(line, f"the {what} is not documented; clients most likely pass over it", "remove it", INFERRED)


def _value(line: int, name: str, value: str, kind: Form) -> Iterator[Finding]:
    text = value.strip()
    if value != text:
        yield warning(line, f"{name} has blanks before or after its value", "remove them", INFERRED)
    if any(quote in value for quote in CURLY):
        yield error(line, f"{name} has curly quotation marks in its value", "type straight ones", Strength.SEEN)
        return
    match kind:
        case Form.BOOLEAN if text not in ("true", "false"):
            fix = f'write {name}="{text.lower() if text.lower() in ("true", "false") else "true"}"'
            grave = warning if text.lower() in ("true", "false") else error
            yield grave(line, f"{name} is {_shown(text)}, not true or false", fix)
        case Form.PORT if not (re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) < 65536):
            yield error(line, f"{name} is {_shown(text)}, not a port", "write a number from 1 to 65535")
        case Form.SECONDS if not (re.fullmatch(r"[0-9]{1,9}", text) and int(text) > 0):
            yield error(line, f"{name} is {_shown(text)}, not a whole number above 0", "write the number of seconds")
        case Form.CONNECTION if text not in words.CONNECTION_TYPES:
            yield _choice(
                line, name, text, words.CONNECTION_TYPES, {"https-proxy": "preferences have it, this file not"}
            )
        case Form.AUTH if text not in words.AUTH_TYPES:
            odd = {
                "SAMPLE": "it stands in HCL's sample, and is no authentication type",
                "SAML": "preferences have it, this file's table does not",
                "": "in preferences that means a password",
            }
            yield _choice(line, name, text, words.AUTH_TYPES, odd)
        case Form.TYPE if text not in words.TYPES:
            yield _choice(line, name, text, words.TYPES, {})
        case Form.HOST:
            yield from _host(line, name, text)
        case Form.URL:
            yield from _url(line, name, text)
        case _:
            pass


def _choice(line: int, name: str, text: str, known: tuple[str, ...], odd: dict[str, str]) -> Finding:
    same = next((each for each in known if each.casefold() == text.casefold()), None)
    near = [same] if same else difflib.get_close_matches(text, known, n=1, cutoff=0.7)
    fix = f"write {near[0]}" if near else f"write one of {', '.join(known)}"
    if text in odd:
        grave = warning if text in ("SAML", "https-proxy") else error
        return grave(line, f"{name} is {_shown(text)}: {odd[text]}", fix)
    return error(line, f"{name} is {_shown(text)}, which is not documented", fix)


def _host(line: int, name: str, text: str) -> Iterator[Finding]:
    if is_host(text) or not text:
        return
    if is_address(text):
        yield note(line, f"{name} is an IP address: a new server means a new move", "a DNS name lasts longer", INFERRED)
    elif "://" in text:
        yield error(line, f"{name} is a URL, not a host name", f"write {host_of(text) or 'the host name'}")
    elif re.fullmatch(r"[\w.-]+:[0-9]+", text):
        yield error(line, f"{name} has a port", f'write {text.partition(":")[0]}, and the port as port="..."')
    elif "/" in text:
        yield error(line, f"{name} is a Notes name, not a host name", "write the name that clients connect to")
    else:
        yield error(line, f"{name} is {_shown(text)}, not a host name", "write letters, digits, dots and dashes only")


def host_of(text: str) -> str | None:
    """Give the host in a URL, None if there is none."""
    try:
        return urlsplit(text.strip()).hostname
    except ValueError:
        return None


def _url(line: int, name: str, text: str) -> Iterator[Finding]:
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme not in ("http", "https") or not host_of(text):
        yield warning(
            line,
            f"{name} is {_shown(text)}, not a URL; whether a host or a Notes name is taken there is not documented",
            "write https://HOST, and try it with one client",
        )
    elif scheme == "http":
        yield warning(line, f"{name} is http: log-ins and tokens travel unencrypted", "use https, if the server has it")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}...")
