"""A Web SSO Configuration document: what the tokens that Domino makes are good for. Its secrets are never read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from limner.signon.documents import Document, read_documents
from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.names import in_domain

DEFAULT_NAME = "LtpaToken"
TOKEN_SOURCE = "HCL, Create the Web SSO Configuration document; ST_TOKEN_TYPE in sametime.ini"  # noqa: S105
DOMAIN_SOURCE = "blog.thomashampel.com, Sametime Missing single sign on token (2013)"


@dataclass(frozen=True, slots=True)
class SsoDocument:
    """What a Web SSO document says; None is what it does not say. `minutes` is the life of a token."""

    file: str
    line: int
    token_name: str | None = None
    token_domain: str | None = None
    domain_line: int | None = None
    minutes: int | None = None

    def evidence(self, community: str | None = None) -> list[Evidence]:
        """Give what the document says about why a log-in to a community host failed; nothing without one."""
        found = []
        if community and self.token_domain:
            covers = in_domain(community, self.token_domain)
            found.append(
                Evidence(
                    file=self.file,
                    place=f"line {self.domain_line or self.line}",
                    cause=Cause.TOKEN_DOMAIN,
                    supports=not covers,
                    weight=Weight.STRONG,
                    strength=Strength.SAID,
                    source=DOMAIN_SOURCE,
                    text=f"tokens are made for the DNS domain {self.token_domain}, which "
                    f"{'covers' if covers else 'does not cover'} the community host {community}",
                    names=(self.token_domain, community),
                )
            )
        if self.token_name and self.token_name.casefold() != DEFAULT_NAME.casefold():
            found.append(
                Evidence(
                    file=self.file,
                    place=f"line {self.line}",
                    cause=Cause.TOKEN_INVALID,
                    weight=Weight.HINT,
                    strength=Strength.SAID,
                    source=TOKEN_SOURCE,
                    text=f"the configuration is named {self.token_name}; Sametime looks for {DEFAULT_NAME} unless "
                    "ST_TOKEN_TYPE in sametime.ini says otherwise",
                )
            )
        return found


def from_document(document: Document) -> SsoDocument:
    """Make sense of a document whose `is_sso` holds."""
    minutes = document.value("ltpa_tokenexpiration") or ""
    return SsoDocument(
        file=document.file,
        line=document.line,
        token_name=document.value("ltpa_tokenname"),
        token_domain=document.value("ltpa_tokendomain"),
        domain_line=document.lines.get("ltpa_tokendomain"),
        minutes=int(float(minutes)) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", minutes) else None,
    )


def read_sso_documents(file: Path) -> list[SsoDocument]:
    """Read all Web SSO Configuration documents of a file. Raises SignonError."""
    return [from_document(each) for each in read_documents(file) if each.is_sso]
