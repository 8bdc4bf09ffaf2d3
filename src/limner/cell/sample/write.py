"""Writes the sample cell: for each moment the profiles of the deployment manager and of the nodes."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from limner.cell.errors import CellError
from limner.cell.sample import documents, props
from limner.cell.sample.authority import make_authority, make_identity
from limner.cell.sample.cast import CELL, DOMAIN, NODES, VERSION, Host
from limner.cell.sample.moments import WANTED, Moment
from limner.cell.sample.security import PASSWORD, WILDCARD, security_xml
from limner.cell.sample.stores import key_store, trust_store

STALE: Final = "mediaNode"  # which has not synchronised at the last moment
WILDCARD_FILE: Final = f"wild.{DOMAIN}.p12"


def write_sample(folder: Path) -> None:
    """Write the sample to a folder, which must not be there yet, all of it or nothing.

    There is a folder for each moment, with a profile for each node, and the wildcard certificate with its key, as a
    certificate authority hands it out; its password is that of all stores, `WebAS`. Raises CellError.
    """
    if folder.exists():
        raise CellError(f"{folder} is there already", hint="give the name of a folder that is not there yet")
    try:
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}-") as work:
            inner = Path(work, "sample")
            _Keys().write(inner)
            os.rename(inner, folder)  # noqa: PTH104 - Path.rename says the same
    except OSError as why:
        raise CellError(f"cannot write {why.filename or folder}: {why.strerror}") from None


class _Keys:
    """All identities of the sample, made once, so that the moments have them in common."""

    def __init__(self) -> None:
        self.root = make_authority("Acme cell root")
        public = make_authority("Acme Public Root")
        issuing = make_authority("Acme Issuing CA", public)
        self.wildcard = make_identity(f"*.{DOMAIN}", issuing, (f"*.{DOMAIN}", DOMAIN))
        self.nodes = {host.node: make_identity(host.host, self.root, (host.host,), years=5) for host in NODES}
        self.client = make_identity("client", self.root, (f"client.{DOMAIN}",), years=5)
        self.client_keys = key_store({"default": self.client}, PASSWORD)
        self.shared = {moment: self._shared(moment) for moment in Moment}
        self.etc = {moment: self._client_stores(moment) for moment in Moment}

    def write(self, folder: Path) -> None:
        for moment in Moment:
            for host in NODES:
                stale = moment is Moment.TLS12 and host.node == STALE
                seen = Moment.CERTIFICATE if stale else moment
                _write(folder / moment / host.node, self._profile(host, seen, moment))
        _write(folder, {WILDCARD_FILE: key_store({WILDCARD: self.wildcard}, PASSWORD)})

    def _profile(self, host: Host, seen: Moment, moment: Moment) -> dict[str, bytes]:
        cell = f"config/cells/{CELL}"
        files = {f"{cell}/{path}": raw for path, raw in self.shared[seen].items()}
        for server in host.servers:
            files[f"{cell}/nodes/{host.node}/servers/{server.name}/server.xml"] = documents.server_xml(server)
        if host.node == "dmgrNode":  # the master has the servers' files of all nodes
            for other in NODES:
                for server in other.servers:
                    path = f"{cell}/nodes/{other.node}/servers/{server.name}/server.xml"
                    files[path] = documents.server_xml(server)
        protocol = WANTED[moment].everywhere
        files["properties/ssl.client.props"] = props.SSL.format(profile=host.node, protocol=protocol).encode()
        files["properties/soap.client.props"] = props.SOAP.encode()
        return files | self.etc[seen]

    def _client_stores(self, moment: Moment) -> dict[str, bytes]:
        return {
            "etc/key.p12": self.client_keys,
            "etc/trust.p12": self._trust(wildcard=WANTED[moment].wildcard),
        }

    def _shared(self, moment: Moment) -> dict[str, bytes]:
        """Give what is the same in every copy of the configuration."""
        wildcard = WANTED[moment].wildcard
        files = {
            "security.xml": security_xml(moment),
            "cell.xml": documents.cell_xml(),
            "key.p12": self._keys("dmgrNode", wildcard=wildcard),
            "trust.p12": self._trust(wildcard=WANTED[moment].wildcard),
            "nodegroups/DefaultNodeGroup/nodegroup.xml": documents.node_group(),
        }
        for name, raw in documents.clusters().items():
            files[f"clusters/{name}/cluster.xml"] = raw
        for host in NODES:
            path = f"nodes/{host.node}"
            own = wildcard and host.node == "stpNode"
            files |= {
                f"{path}/serverindex.xml": documents.serverindex(host),
                f"{path}/node.xml": documents.node_xml(host),
                f"{path}/node-metadata.properties": props.METADATA.format(version=VERSION).encode(),
                f"{path}/key.p12": self._keys(host.node, wildcard=own),
                f"{path}/trust.p12": self._trust(wildcard=WANTED[moment].wildcard),
            }
        return files

    @cache  # noqa: B019 - a store that does not change stays the same bytes, as in a cell; this lives for one call
    def _keys(self, node: str, *, wildcard: bool) -> bytes:
        found = {"default": self.nodes[node]}
        if wildcard:
            found[WILDCARD] = self.wildcard
        return key_store(found, PASSWORD)

    @cache  # noqa: B019
    def _trust(self, *, wildcard: bool) -> bytes:
        signers = {"root": self.root.certificate}
        if wildcard:
            issuing, public = self.wildcard.above
            signers |= {"acme issuing ca": issuing, "acme public root": public}
        return trust_store(signers, PASSWORD)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, raw in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
        if file.suffix == ".p12":
            file.chmod(0o600)
