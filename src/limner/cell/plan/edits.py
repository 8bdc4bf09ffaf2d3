"""The single steps of a plan, each of them one command of wsadmin, and each with what undoes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from limner.cell.plan.part import Part

Flag = Annotated[bool, Field(strict=True)]


class Configure(Part):
    """Set attributes of an SSL configuration; the names are the parameters of AdminTask.modifySSLConfig."""

    do: Literal["configure"] = "configure"
    alias: str
    scope: str
    values: dict[str, str]
    was: dict[str, str]

    def undone(self) -> Configure:
        """Give what undoes it."""
        return self.model_copy(update={"values": self.was, "was": self.values})

    @property
    def words(self) -> str:
        """What is done, for people."""
        told = ", ".join(f"{name} {self.was.get(name) or 'nothing'} -> {to}" for name, to in self.values.items())
        return f"{self.alias} of {self.scope}: {told}"


class NewConfig(Part):
    """Make an SSL configuration, or take it away: `gone`. `values` are parameters of AdminTask.createSSLConfig."""

    do: Literal["new configuration"] = "new configuration"
    alias: str
    scope: str
    values: dict[str, str]
    gone: Flag = False

    def undone(self) -> NewConfig:
        """Give what undoes it."""
        return self.model_copy(update={"gone": not self.gone})

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"{'no longer' if self.gone else 'a new'} SSL configuration {self.alias} of {self.scope}"


class Assigned(Part):
    """What a group says: an SSL configuration, by alias and scope, and a certificate, "" for none."""

    config: str
    config_scope: str
    certificate: str

    @property
    def words(self) -> str:
        """It for people."""
        return f"{self.config} of {self.config_scope}, certificate {self.certificate or 'of no name'}"


class Assign(Part):
    """Let a scope have an SSL configuration and a certificate in a direction; None: as its surroundings have it."""

    do: Literal["assign"] = "assign"
    name: str
    scope: str
    direction: Literal["inbound", "outbound"]
    value: Assigned | None
    was: Assigned | None

    def undone(self) -> Assign:
        """Give what undoes it."""
        return self.model_copy(update={"value": self.was, "was": self.value})

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"{self.scope}, {self.direction}: {self.value.words if self.value else 'as inherited'}"


class NewScope(Part):
    """Make a management scope, or take it away."""

    do: Literal["new scope"] = "new scope"
    scope: str
    gone: Flag = False

    def undone(self) -> NewScope:
        """Give what undoes it."""
        return self.model_copy(update={"gone": not self.gone})

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"{'no longer' if self.gone else 'a new'} management scope {self.scope}"


class AddSigner(Part):
    """Add a signer to a trust store; `pem` is its certificate, `path` the store's file below the cell's folder."""

    do: Literal["signer"] = "signer"
    store: str
    scope: str
    path: str
    alias: str
    pem: str
    gone: Flag = False

    def undone(self) -> AddSigner:
        """Give what undoes it."""
        return self.model_copy(update={"gone": not self.gone})

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"{'no longer a' if self.gone else 'a'} signer {self.alias} in {self.store} of {self.scope}"


class AddKey(Part):
    """Import a key with its certificates from a file into a key store. `chain` is those certificates, PEM."""

    do: Literal["key"] = "key"
    store: str
    scope: str
    path: str
    alias: str
    file: str
    from_alias: str
    chain: tuple[str, ...] = Field(strict=False)
    gone: Flag = False

    def undone(self) -> AddKey:
        """Give what undoes it."""
        return self.model_copy(update={"gone": not self.gone})

    @property
    def words(self) -> str:
        """What is done, for people."""
        what = "no longer the" if self.gone else f"from {self.file}, the"
        return f"{what} key {self.alias} in {self.store} of {self.scope}"


class DynamicUpdate(Part):
    """Switch the dynamic update of SSL settings on or off. `was` is None where security.xml does not say: it is on."""

    do: Literal["dynamic update"] = "dynamic update"
    value: Flag
    was: Flag | None

    def undone(self) -> DynamicUpdate:
        """Give what undoes it."""
        return self.model_copy(update={"value": self.was is not False, "was": self.value})

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"dynamic update of SSL settings {'on' if self.value else 'off'}"


class SetClient(Part):
    """Set the protocol of a block of a node's ssl.client.props."""

    do: Literal["client"] = "client"
    node: str
    alias: str
    protocol: str
    was: str

    def undone(self) -> SetClient:
        """Give what undoes it."""
        return self.model_copy(update={"protocol": self.was, "was": self.protocol})

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"ssl.client.props of {self.node}, {self.alias}: protocol {self.was} -> {self.protocol}"


class ClientSigner(Part):
    """Fetch a signer from a trust store of the cell into that of a node's commands, by retrieveSigners."""

    do: Literal["client signer"] = "client signer"
    node: str
    remote: str
    local: str
    path: str
    alias: str
    pem: str

    def undone(self) -> ClientSigner:
        """Give itself: a signer more in a client's trust store does no harm, and stays."""
        return self

    @property
    def words(self) -> str:
        """What is done, for people."""
        return f"a signer {self.alias} in {self.local} of the commands on {self.node}"


Edit = Annotated[
    Configure | NewConfig | Assign | NewScope | AddSigner | AddKey | DynamicUpdate | SetClient | ClientSigner,
    Field(discriminator="do"),
]
