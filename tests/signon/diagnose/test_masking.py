from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from limner.signon.diagnose import diagnose, page
from signon.diagnose import scenes
from signon.diagnose.scenes import Site
from signon.trace.samples import INCIDENT


@pytest.mark.root
@pytest.mark.parametrize("scene", ["incident", "token_domain", "token_version", "cached_address"])
def test_no_name_and_no_address_of_the_site_is_left_anywhere(built: dict[str, Path], scene: str) -> None:
    made = diagnose(built[scene], mask=True)
    text = json.dumps(made.as_dict()) + page(made)
    site = Site.own()
    for name in (scenes.ALIAS, scenes.HOST, "acme", "Jane", "Roe", site.net, "corp.example"):
        assert name.casefold() not in text.casefold(), name
    assert re.search(r"(host|name|address)-[0-9]", text)
    assert made.masked


@pytest.mark.root
def test_the_same_name_is_the_same_word_everywhere_and_the_diagnosis_is_the_same(built: dict[str, Path]) -> None:
    plain, made = diagnose(built["incident"]), diagnose(built["incident"], mask=True)
    assert [each.weighed.cause for each in made.causes] == [each.weighed.cause for each in plain.causes]
    assert [each.weighed.score for each in made.causes] == [each.weighed.score for each in plain.causes]
    texts = [each.text for named in made.causes for each in named.weighed.speaks_for]
    assert len({word for text in texts for word in re.findall(r"address-[0-9]+", text)}) == 1


def test_file_names_are_masked_but_for_those_that_every_site_has(tmp_path: Path) -> None:
    (tmp_path / "jane-roes-laptop.txt").write_text(INCIDENT)
    (tmp_path / "notes.ini").write_text("[Notes]\nKitType=2\n")
    made = diagnose(tmp_path, mask=True)
    assert [seen.name for seen in made.files] == ["file-1.txt", "notes.ini"]
    assert made.causes[0].weighed.speaks_for[0].file == "file-1.txt"
    assert "jane" not in json.dumps(made.as_dict())
    assert str(tmp_path) not in json.dumps(made.as_dict())


def test_a_servers_common_name_is_masked_but_not_the_words_that_everybody_uses(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").write_text(INCIDENT.replace("Sametime/Servers", "HUB07/Servers"))
    (tmp_path / "server.dxl").write_text(scenes.SERVER_DOCUMENT.replace("CN=Sametime", "CN=HUB07"))
    text = json.dumps(diagnose(tmp_path, mask=True).as_dict())
    assert "hub07" not in text.casefold()
    assert "Domino" in text
