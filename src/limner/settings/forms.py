"""`[forms]`: the address forms."""

from __future__ import annotations

from pydantic import Field

from limner.settings.section import Section


class Form(Section):
    """One address form: what it shows."""

    enabled: bool = Field(default=True, description="Whether this address form is answered at all.")
    size: int = Field(default=160, ge=1, le=2048, description="Pixels of a side, where the address asks for no size.")
    bytes: int = Field(
        default=0,
        ge=0,
        description="Bytes of a photo, at most (0: no limit): a smaller size is sent when one is larger.",
    )


class SametimeForm(Form):
    """An address form that Sametime reads: JPEG under 45 KB, 10 KB wanted."""

    bytes: int = Field(
        default=45_000,
        ge=0,
        description="Bytes of a photo, at most (0: no limit): a smaller size is sent when one is larger.",
    )


class AvatarForm(Form):
    """The Gravatar and Libravatar form."""

    size: int = Field(default=80, ge=1, le=2048, description="Pixels of a side, where the address asks for no size.")


class GraphForm(Form):
    """Microsoft Graph's form."""

    size: int = Field(default=648, ge=1, le=2048, description="Pixels of a side, where the address asks for no size.")


class Forms(Section):
    """`[forms]`: the address forms."""

    mail: SametimeForm = Field(default=SametimeForm(), description="`/{mail}.jpg` and `/photos/{mail}.jpg`.")
    uid: SametimeForm = Field(default=SametimeForm(), description="`/uid/{uid}.jpg`.")
    avatar: AvatarForm = Field(default=AvatarForm(), description="`/avatar/{md5 or sha256}`.")
    profiles: SametimeForm = Field(default=SametimeForm(), description="`/profiles/photo.do?...`.")
    graph: GraphForm = Field(default=GraphForm(), description="`/v1.0/users/{id}/photo/$value` and its kin.")
