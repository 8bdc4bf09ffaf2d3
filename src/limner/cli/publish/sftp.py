"""`limner publish sftp`: write photos as files to a server that is reached by SSH (SFTP)."""

from limner.cli import files

command = files.verb(
    "sftp",
    "Write photos as files to a server, by SFTP.",
    "Write photos as files to a server that is reached by SSH (SFTP)",
)
