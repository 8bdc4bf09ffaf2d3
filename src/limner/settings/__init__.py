"""limner.toml -> typed settings; every mistake is reported at once, each with its place and what would be right.

One file per table. Relative paths are taken from the folder of the file. What a setting means stands in its
`description`, and docs/settings.md is written from those (a test keeps the two equal).
"""

from limner.settings.auth import Auth
from limner.settings.directory import DirectoryAccess, DirectoryPeople
from limner.settings.fetch import Fetch
from limner.settings.forms import Form, Forms
from limner.settings.log import Log
from limner.settings.passes import Passes
from limner.settings.policy import Policy, Redirect, Rule
from limner.settings.publish import FolderFiles, PhotoUrl, Publish, S3Files, SftpFiles, Thumbnails
from limner.settings.publish.files import Files
from limner.settings.publish.write_back import WriteBack
from limner.settings.reading import DEFAULT_FILE, FILE_LIMIT, load, parse
from limner.settings.replica import Replica
from limner.settings.rules.budget import Budget
from limner.settings.rules.lookup import Lookup
from limner.settings.rules.ltpa import Ltpa
from limner.settings.rules.passes import PassRule
from limner.settings.section import Section
from limner.settings.serve import Serve, Tls
from limner.settings.shared import Shared, SharedPlace
from limner.settings.sign_in import SignIn
from limner.settings.sources import (
    ConnectionsSource,
    FolderSource,
    GraphSource,
    LdapSource,
    Source,
    UrlSource,
)
from limner.settings.sync import Hide, Sync
from limner.settings.whole import Settings, tables

__all__ = [
    "DEFAULT_FILE",
    "FILE_LIMIT",
    "Auth",
    "Budget",
    "ConnectionsSource",
    "DirectoryAccess",
    "DirectoryPeople",
    "Fetch",
    "Files",
    "FolderFiles",
    "FolderSource",
    "Form",
    "Forms",
    "GraphSource",
    "Hide",
    "LdapSource",
    "Log",
    "Lookup",
    "Ltpa",
    "PassRule",
    "Passes",
    "PhotoUrl",
    "Policy",
    "Publish",
    "Redirect",
    "Replica",
    "Rule",
    "S3Files",
    "Section",
    "Serve",
    "Settings",
    "SftpFiles",
    "Shared",
    "SharedPlace",
    "SignIn",
    "Source",
    "Sync",
    "Thumbnails",
    "Tls",
    "UrlSource",
    "WriteBack",
    "load",
    "parse",
    "tables",
]
