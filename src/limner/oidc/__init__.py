"""Signing in at an OpenID provider: authorization code flow with PKCE, and the sessions that come of it.

After OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9207 (the issuer in the answer) and RFC 9700 (what attackers do).
"""

from limner.oidc.errors import SignInError
from limner.oidc.flow import Flow, Started, safe_path
from limner.oidc.keybox import Keybox
from limner.oidc.provider import Metadata, Provider
from limner.oidc.session import Session, Sessions

__all__ = ["Flow", "Keybox", "Metadata", "Provider", "Session", "Sessions", "SignInError", "Started", "safe_path"]
