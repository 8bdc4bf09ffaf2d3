from __future__ import annotations

from limner.signon.communities import vocabulary as words

from .samples import CONSOLIDATION, SAMPLE, TWICE, read


def test_every_word_of_hcls_samples_is_known() -> None:
    for sample in (SAMPLE, TWICE, CONSOLIDATION):
        for element in read(sample).elements:
            assert set(element.attributes) <= set(words.ATTRIBUTES[element.name])


def test_required_attributes_are_attributes() -> None:
    for element, names in words.REQUIRED.items():
        assert set(names) <= set(words.ATTRIBUTES[element])
    assert set(words.ONLY_WITH) <= set(words.ACTION_ATTRIBUTES)
    assert set(words.WITH_PROXY) <= set(words.CONNECTION_TYPES)
