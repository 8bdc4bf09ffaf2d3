"""`[[publish]]` with `kind = "sftp"`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from limner.settings.publish.files import Files
from limner.settings.values import File, Name, Port


class SftpFiles(Files):
    """`[[publish]]` with `kind = "sftp"`: files on a server that is reached by SSH."""

    kind: Literal["sftp"] = Field(description='"sftp".')
    host: Name = Field(max_length=255, description="The server's name or address.")
    port: Port = Field(default=22, description="Its port.")
    user: Name = Field(max_length=255, description="The user to sign in as.")
    path: Name = Field(
        default=".", max_length=1000, description="The folder there; it has to be there. Relative: to the user's home."
    )
    known_hosts: File | None = Field(
        default=None,
        description="File with the server's key, as `ssh-keyscan` and `ssh` write it; else the user's own "
        "~/.ssh/known_hosts. A server whose key is not in it is refused.",
    )
    key: File | None = Field(
        default=None,
        description="File with the private key to sign in with; else those of the SSH agent, and the user's own.",
    )
    key_password_file: File | None = Field(
        default=None, description="File whose first line is the password of `key`, if it has one."
    )

    @property
    def place(self) -> str:
        port = "" if self.port == 22 else f":{self.port}"
        return f"sftp://{self.user}@{self.host}{port}/{self.path.removeprefix('/')}"
