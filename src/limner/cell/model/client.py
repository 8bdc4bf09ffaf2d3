"""What a profile's ssl.client.props says: the settings of command-line clients (wsadmin, stopServer, syncNode)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBlock:
    """One block of the file, from one `com.ibm.ssl.alias=` to the next.

    Values are as written, but for `${user.root}`, which is put in where the file says what it is. Passwords are shown
    to nobody. `line` is that of the alias, from 1.
    """

    alias: str
    protocol: str = ""
    level: str = ""
    ciphers: tuple[str, ...] = ()
    key_store: str = ""
    key_store_type: str = ""
    trust_store: str = ""
    trust_store_type: str = ""
    client_alias: str = ""
    dynamic: str = ""
    key_store_password: str = field(default="", repr=False)
    trust_store_password: str = field(default="", repr=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProps:
    """A profile's client settings. `soap_alias` is the block that soap.client.props points to, "" if it does not.

    `verify_host` is performURLHostNameVerification. `fips_level` is FIPSLevel as written, wherever in the file.
    """

    file: str
    default_alias: str = ""
    blocks: tuple[ClientBlock, ...] = ()
    verify_host: bool = False
    fips: bool = False
    fips_level: str = ""
    soap_alias: str = ""

    def block(self, alias: str) -> ClientBlock | None:
        """Give the block of an alias: the first, if there are several."""
        return next((each for each in self.blocks if each.alias == alias), None)
