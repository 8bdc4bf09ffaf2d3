"""Files on a server that is reached by SSH: SFTP with asyncssh, whose errors end here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import asyncssh

from limner import settings
from limner.errors import PublishError
from limner.publish.files.target import RefusedError, Seen, fresh_name
from limner.settings.credential import read_secret

SECONDS: Final = 30.0
"""For a connection to stand, and for silence on it."""

CIPHERS: Final = "^aes128-gcm@openssh.com,aes256-gcm@openssh.com"
"""Those that cost Python least come first; a server without them takes another of asyncssh's, all of them sound."""

AT_ONCE: Final = 32_768
"""Bytes of data that every server takes in one request (draft-ietf-secsh-filexfer-02, 3)."""

_READABLE: Final = asyncssh.SFTPAttrs(permissions=0o644)
_FILE: Final = asyncssh.FILEXFER_TYPE_REGULAR

logging.getLogger("asyncssh").setLevel(logging.CRITICAL)  # what goes wrong is told by our own errors


class Sftp:
    """A folder on another machine; files appear in it by renaming. See `Target`."""

    parallel = 32  # so that the time on the way does not add up

    def __init__(self, table: settings.SftpFiles) -> None:
        self.table = table
        self._stack = AsyncExitStack()
        self._folders: set[str] = set()  # that are known to be there
        self._stands = False  # the connection does, or did

    async def __aenter__(self) -> Self:
        table = self.table
        # neither the user's ~/.ssh/config nor another user's keys: what settings say is what is done
        options: dict[str, object] = {"config": None, "password_auth": False, "kbdint_auth": False, "gss_auth": False}
        options |= {"encryption_algs": CIPHERS, "compression_algs": None}  # a JPEG is compressed already
        if table.known_hosts is not None:
            options["known_hosts"] = self._known_hosts(table.known_hosts)
        if table.key is not None:
            options |= {"client_keys": [self._key()], "agent_path": None}
        with self._border():
            try:
                async with asyncio.timeout(SECONDS):
                    connection = await self._stack.enter_async_context(
                        asyncssh.connect(
                            table.host,
                            table.port,
                            username=table.user,
                            keepalive_interval=SECONDS / 3,
                            login_timeout=SECONDS,
                            **options,
                        )
                    )
                    self._stands = True
                    self._sftp = await self._stack.enter_async_context(connection.start_sftp_client())
                    there = await self._sftp.isdir(table.path)
            except BaseException:
                await self._stack.aclose()
                raise
        if not there:
            await self._stack.aclose()
            raise PublishError(f"there is no folder {table.path!r} on {table.host}", hint="make it there first")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(asyncssh.Error, OSError):
            await self._stack.aclose()

    async def listing(self, folders: Collection[str]) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        for folder in folders:
            try:
                with self._border():
                    entries = await self._sftp.readdir(self._at(folder))
            except _MissingError:
                continue
            self._folders.add(folder)
            for entry in entries:
                attrs, name = entry.attrs, str(entry.filename)
                if attrs.type == _FILE:
                    stamp = f"{attrs.mtime}.{attrs.mtime_ns or 0}"
                    found[f"{folder}/{name}" if folder else name] = Seen(attrs.size or 0, stamp)
        return found

    async def put(self, path: str, body: bytes) -> None:
        folder, fresh = path.rpartition("/")[0], self._at(fresh_name(path))
        with self._border(path):
            if folder not in self._folders:
                await self._sftp.makedirs(self._at(folder), exist_ok=True)
                self._folders.add(folder)
            try:
                await self._write(fresh, body)
                await self._rename(fresh, self._at(path))
            except asyncssh.SFTPError:
                with contextlib.suppress(asyncssh.SFTPError):  # where there is no room it would take some
                    await self._sftp.remove(fresh)
                raise

    async def _write(self, fresh: str, body: bytes) -> None:
        block = 0 if len(body) <= AT_ONCE else -1  # 0: in one request
        out = await self._sftp.open(fresh, "wb", attrs=_READABLE, encoding=None, block_size=block)
        try:
            await out.write(body)
        finally:
            await out.close()

    async def _rename(self, fresh: str, path: str) -> None:
        try:
            await self._sftp.posix_rename(fresh, path)
        except asyncssh.SFTPOpUnsupported:  # a server that cannot replace a file: it is away for a moment
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                await self._sftp.remove(path)
            await self._sftp.rename(fresh, path)

    async def remove(self, path: str) -> None:
        with self._border(path):
            for each in (fresh_name(path), path):
                with contextlib.suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                    await self._sftp.remove(self._at(each))

    def _at(self, path: str) -> str:
        return f"{self.table.path}/{path}" if path else self.table.path

    def _known_hosts(self, file: Path) -> asyncssh.SSHKnownHosts:
        try:
            return asyncssh.read_known_hosts(str(file))
        except OSError as why:
            hint = f"ssh-keyscan -p {self.table.port} {self.table.host} gives the key: compare it before you trust it"
            raise PublishError(f"cannot read {file}: {why.strerror}", hint=hint) from None
        except ValueError as why:
            raise PublishError(f"{file} is not what ssh-keyscan writes: {' '.join(str(why).split())[:200]}") from None

    def _key(self) -> asyncssh.SSHKey:
        file, password = self.table.key, read_secret(self.table.key_password_file, "", "password of the key")
        try:
            return asyncssh.read_private_key(str(file), password)
        except OSError as why:
            raise PublishError(f"cannot read the key {file}: {why.strerror}") from None
        except asyncssh.KeyEncryptionError:
            raise PublishError(f"the key {file} cannot be opened", hint="is it the key's password?") from None
        except asyncssh.KeyImportError as why:
            if password is None and "assphrase" in str(why):
                hint = "name a file with it: key_password_file"
                raise PublishError(f"the key {file} has a password", hint=hint) from None
            raise PublishError(f"{file} is no private key that SSH knows") from None

    def _lost(self) -> PublishError:
        hint = "the next run goes on where this ended" if self._stands else "is it an SSH server?"
        return PublishError(f"{self.table.host}:{self.table.port}: the connection was lost", hint=hint)

    @contextmanager
    def _border(self, path: str | None = None) -> Iterator[None]:
        """Turn asyncssh's errors into ours: with a path, those that are of one file only are a RefusedError."""
        where = f"{self.table.host}:{self.table.port}"
        try:
            yield
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as why:
            if path is None:
                raise _MissingError(f"{where}: there is no such folder") from None
            raise RefusedError(f"cannot write {path}: {why.reason}") from None
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost):
            raise self._lost() from None
        except asyncssh.SFTPError as why:
            reason = " ".join(str(why.reason).split())[:200]
            if path is None:
                raise PublishError(f"{where}: {reason}") from None
            raise RefusedError(f"cannot write {path}: {reason}") from None
        except asyncssh.HostKeyNotVerifiable:
            raise PublishError(
                f"{where}: its key is not the one that is known, or none is known",
                hint="compare its key with what its administrator says, then put it into known_hosts: "
                f"ssh-keyscan -p {self.table.port} {self.table.host}",
            ) from None
        except asyncssh.PermissionDenied:
            raise PublishError(
                f"{where}: {self.table.user!r} may not sign in with this key",
                hint="is the public key in its authorized_keys there? Without `key`, the agent's keys are tried",
            ) from None
        except TimeoutError:
            raise PublishError(f"{where}: no answer within {SECONDS:.0f} seconds") from None
        except asyncssh.Error as why:
            raise PublishError(f"{where}: {' '.join(why.reason.split())[:200]}") from None
        except OSError as why:
            if self._stands:
                raise self._lost() from None
            reason = why.strerror or str(why)
            raise PublishError(
                f"cannot reach {where}: {reason}", hint="is the server up, and the port right?"
            ) from None


class _MissingError(PublishError):
    """There is no such folder."""
