"""A door in this process at which people sign in at the real provider, and a browser that is only a jar of cookies."""

import re
import time
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from web.house import until

URL = "https://photos.example.com"
PAGE = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Accept: text/html")
SETTINGS = """
[serve]
[sign_in]
issuer = "{issuer}"
client_id = "{client}"
url = "https://photos.example.com"
scopes = ["openid", "email", "profile"]
{more}
[policy]
otherwise = "sign-in"
[[policy.allow]]
name = "signed in"
session = {{}}
"""


def settings(issuer, client="app", more=""):
    return SETTINGS.format(issuer=issuer, client=client, more=more)


def ready(house):
    """Wait until the door knows its provider; the time is the real one, as the provider's is."""
    house.now = time.time()
    house.door.tick(house.now)

    def look():
        house.door.sweep()
        return house.door.desk.provider.is_ready

    until(look, 20)
    return house


class Browser:
    """Keeps the cookies that the door sets, and asks with them."""

    def __init__(self, house):
        self.house = house
        self.cookies = {}

    def ask(self, target, *lines, **options):
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reply = self.house.ask(target, *([f"Cookie: {sent}"] if sent else []), *lines, **options)
        for line in reply.cookies:
            for name, morsel in SimpleCookie(line).items():
                assert "Secure" in line
                assert "HttpOnly" in line
                assert "SameSite=Lax" in line
                assert "Path=/" in line
                assert "Domain" not in line
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return reply

    def open(self, target):
        return self.ask(target, *PAGE)

    def begin(self, to="/"):
        """Go to sign in: the address at the provider."""
        reply = self.open(f"/sign-in?to={to}")
        assert reply.status == 303, reply.body
        return reply.headers["location"]

    def sign_in(self, user="jane", to="/"):
        return self.open(at_provider(self.begin(to), user))


def at_provider(location, user="jane"):
    """Go through the provider as a user: gives the path and query that it sends back to."""
    with httpx.Client(cookies=httpx.Cookies()) as client:
        answer = client.get(location, params=dict(flat(location)) | {"login_hint": user})
        for _ in range(10):
            to = urljoin(str(answer.url), answer.headers["location"])
            if to.startswith(URL):
                return to.removeprefix(URL)
            answer = client.get(to)
    raise AssertionError("the provider sent nobody back")


def flat(location):
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def heading(reply):
    return re.search(rb"<p>(.*?)</p>", reply.body)[1].decode()
