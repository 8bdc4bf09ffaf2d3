"""`limner publish s3`: write photos as objects into a store that speaks S3."""

from limner.cli import files

command = files.verb(
    "s3", "Write photos as objects into an S3 store.", "Write photos as objects into a store that speaks S3"
)
