"""`limner publish folder`: write photos as files into a folder of this machine."""

from limner.cli import files

command = files.verb(
    "folder", "Write photos as files into a folder.", "Write photos as files into a folder of this machine"
)
