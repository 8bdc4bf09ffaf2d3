"""Each edit has what undoes it, and words for people."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from limner.cell.plan.edits import (
    AddKey,
    AddSigner,
    Assign,
    Assigned,
    Configure,
    DynamicUpdate,
    Edit,
    NewConfig,
    NewScope,
    SetClient,
)

NOW = Assigned(config="A", config_scope="(cell):c", certificate="")
EDITS = [
    Configure(alias="A", scope="(cell):c", values={"sslProtocol": "TLSv1.2"}, was={"sslProtocol": ""}),
    NewConfig(alias="A", scope="(cell):c", values={"type": "JSSE"}),
    Assign(name="s", scope="(cell):c", direction="inbound", value=NOW, was=None),
    NewScope(scope="(cell):c"),
    AddSigner(store="T", scope="(cell):c", path="trust.p12", alias="root", pem="..."),
    AddKey(store="K", scope="(cell):c", path="key.p12", alias="w", file="w.p12", from_alias="w", chain=("...",)),
    DynamicUpdate(value=False, was=True),
    SetClient(node="n", alias="D", protocol="SSL_TLSv2", was="SSL_TLS"),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.do)
def test_undone_twice_is_the_same_and_undone_is_another(edit: Any) -> None:
    assert edit.undone() != edit
    assert edit.undone().undone() == edit
    assert edit.words != edit.undone().words


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.do)
def test_it_survives_a_file(edit: Any) -> None:
    adapter: TypeAdapter[Edit] = TypeAdapter(Edit)
    assert adapter.validate_json(adapter.dump_json(edit)) == edit


def test_what_was_on_because_nobody_said_otherwise_is_on_again() -> None:
    assert DynamicUpdate(value=False, was=None).undone().value is True
