"""Short ways to say what a configuration of Apache's lets in."""

from limner.gateway.reading import apache
from limner.gateway.reading.expression import From
from limner.policy.networks import Networks


def read(text):
    return apache.read(text, "httpd.conf")


def nets(*texts):
    return From(Networks(texts))


def inside(text, section="Location /"):
    """Give whom lines in a section let in."""
    return read(f"<{section}>\n{text}\n</{section.split()[0]}>").lets_in
