"""The keys that TLS 1.3 is begun with: RFC 8446, section 4.2.8."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

X25519 = 0x001D
DEFAULT = X25519
_CURVES: dict[int, type[ec.EllipticCurve]] = {0x0017: ec.SECP256R1, 0x0018: ec.SECP384R1, 0x0019: ec.SECP521R1}
GROUPS = {X25519: "x25519", 0x0017: "secp256r1", 0x0018: "secp384r1", 0x0019: "secp521r1"}


@dataclass(frozen=True)
class KeyShare:
    """A pair of keys in a group."""

    group: int
    private: x25519.X25519PrivateKey | ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls, group: int) -> KeyShare:
        """Make a pair. Raises KeyError for a group that is not known here."""
        if group == X25519:
            return cls(group, x25519.X25519PrivateKey.generate())
        return cls(group, ec.generate_private_key(_CURVES[group]()))

    @property
    def public(self) -> bytes:
        """The public half as it is sent."""
        public = self.private.public_key()
        if isinstance(public, x25519.X25519PublicKey):
            return public.public_bytes_raw()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def agree(self, other: bytes) -> bytes:
        """Give the secret that both sides have. Raises ValueError for what is no public key of the group."""
        if isinstance(self.private, x25519.X25519PrivateKey):
            return self.private.exchange(x25519.X25519PublicKey.from_public_bytes(other))
        curve = _CURVES[self.group]()
        return self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, other))
