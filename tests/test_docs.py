"""The documentation is whole: no command, setting, address form, metric or link is missing, and no example is wrong."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import click
import pytest
from prometheus_client.core import CounterMetricFamily

from limner import settings
from limner.cli import limner
from limner.picture import LADDER
from limner.settings import Section, Settings
from limner.web import admin, gauges
from limner.web.forms import FORMS
from limner.web.replica.standing import Standing

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("**/*.md"))]
page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- commands ---------------------------------------------------------------------------------------------------------


def commands(group: click.Group, name: str = "limner") -> Iterator[tuple[str, click.Command]]:
    yield name, group
    context = click.Context(group)
    for verb in group.list_commands(context):
        command = group.get_command(context, verb)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {verb}")
        else:
            yield f"{name} {verb}", command


def test_every_verb_and_option_is_in_the_page_of_the_command_line() -> None:
    text = read("cli.md")
    for name, command in commands(limner):
        if isinstance(command, click.Group) and name in ("limner library", "limner policy"):
            assert f"## `{name}`" in text
            continue
        shown = re.search(rf"<!-- help: {name} -->\n```\n(.*?)```\n<!-- end -->", text, re.DOTALL)
        assert shown, f"docs/cli.md: {name} is missing"
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert re.search(rf"(?<![\w-]){option}(?![\w-])", shown[1]), f"docs/cli.md: {name} {option} is missing"


def test_the_help_texts_in_the_page_are_as_they_are() -> None:
    text = read("cli.md")
    assert tool("cli_doc").renewed(text) == text, "renew it: python tools/cli_doc.py"


def test_a_stale_page_would_be_found() -> None:
    text = read("cli.md")
    assert tool("cli_doc").renewed(text.replace("Nothing is overwritten.", "")) == text


# -- settings ---------------------------------------------------------------------------------------------------------


def sections(section: type[Section], found: dict[type[Section], None]) -> dict[type[Section], None]:
    found[section] = None
    for field in section.model_fields.values():
        for inner in within(field.annotation):
            if inner not in found:
                sections(inner, found)
    return found


def within(annotation: object) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from within(inner)


def test_every_setting_is_in_the_page_of_the_settings() -> None:
    text = read("settings.md")
    for section in sections(Settings, {}):
        for name in section.named():
            assert re.search(rf"`[^`\n]*\b{name}\b", text), f"docs/settings.md: {section.__name__}.{name} is missing"


def toml_blocks() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        for number, block in enumerate(
            re.findall(r"^```toml\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL), 1
        ):
            yield f"{path.name} {number}", block


FRAGMENTS = {
    "networks = [": "[[policy.allow]]\nname = 'example'\n",  # the conditions of a rule, by themselves
    "jwt = {": "[[policy.allow]]\nname = 'example'\n",
    "cookie = [": "[[policy.allow]]\nname = 'example'\n",
    "ltpa = {": "[[policy.allow]]\nname = 'example'\n",
}


@pytest.mark.parametrize(("where", "block"), [pytest.param(*pair, id=pair[0]) for pair in toml_blocks()])
def test_every_example_of_settings_loads(where: str, block: str) -> None:
    table = next((table for begin, table in FRAGMENTS.items() if block.startswith(begin)), "")
    settings.parse((table + block).encode(), DOCS / "limner.toml")


def test_the_settings_files_of_the_examples_load() -> None:
    files = sorted((DOCS / "examples").glob("*.toml"))
    assert files
    for file in files:
        settings.load(file)


# -- address forms ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.NAME)
def test_every_address_form_is_in_the_page_of_the_forms(form: ModuleType) -> None:
    text = read("forms.md")
    assert f"\n## {form.NAME}\n" in text
    for address in form.ADDRESSES:
        assert f"`{address}`" in text, f"docs/forms.md: {address} is missing"


def test_the_page_of_the_forms_has_the_sizes_and_budgets_as_they_are() -> None:
    text = " ".join(read("forms.md").split())
    assert f"> {', '.join(map(str, LADDER))} pixels" in text
    forms = Settings().forms
    sizes = (forms.mail.size, forms.uid.size, forms.profiles.size, forms.avatar.size, forms.graph.size)
    assert sizes == (160, 160, 160, 80, 648)
    assert "160 pixels for `mail`, `uid` and `profiles`, 80 for `avatar` (Gravatar's), 648 for `graph`" in text
    assert {forms.mail.bytes, forms.uid.bytes, forms.profiles.bytes} == {45_000}
    assert "For `mail`, `uid` and `profiles` it is 45,000" in text
    assert f"private, max-age={Settings().serve.max_age}`" in text


# -- metrics and logs -------------------------------------------------------------------------------------------------


def test_every_metric_is_in_the_page_of_the_metrics_with_its_type() -> None:
    text = read("logging-and-metrics.md")
    shared = gauges.Gauges(gauges.make())
    syncs = SimpleNamespace(running=False, rows=[], tables=[])
    collector = admin._Collector(shared, lambda: 1, syncs, Standing(shared, 60, 3600))
    for metric in collector.collect():
        name = f"{metric.name}_total" if isinstance(metric, CounterMetricFamily) else metric.name
        assert f"| `{name}` | {metric.type} |" in text, f"docs/logging-and-metrics.md: {name} is missing"


@page
def test_every_example_of_json_is_json(page: Path) -> None:
    for block in re.findall(r"^```json\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        json.loads(block)


# -- links ------------------------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """Give the anchors that GitHub makes of the headings."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), f"{page.name}: {link} leads nowhere"
        assert not anchor or anchor in anchors(target.read_text("utf-8")), f"{page.name}: there is no {link}"


@pytest.mark.parametrize("file", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_every_page_is_found_from_the_readme(file: Path) -> None:
    assert f"](docs/{file.name}" in (ROOT / "README.md").read_text("utf-8")


# -- tests ------------------------------------------------------------------------------------------------------------

WITHOUT_TEST = {
    "__main__.py": "two lines that call limner.cli.main; tests/cli run it as a process",
    "cell/errors.py": "a type without behaviour",
    "cell/model/client.py": "types without behaviour; tests/cell/reading/test_client.py reads into them",
    "cell/model/resolved.py": "types without behaviour; tests/cell/test_resolve.py answers with them",
    "cell/model/security.py": "types without behaviour; tests/cell/reading/test_security.py reads into them",
    "cell/model/topology.py": "types without behaviour; tests/cell/reading/test_cell.py reads into them",
    "cell/sample/authority.py": "tests/cell/sample/test_stores.py: openssl verifies what it makes",
    "cell/sample/cast.py": "names and numbers only",
    "cell/sample/documents.py": "tests/cell/sample/test_write.py: all that it writes is read again",
    "cell/sample/moments.py": "names only",
    "cell/sample/props.py": "texts only",
    "cell/sample/security.py": "tests/cell/sample/test_write.py: the story that its moments tell",
    "cell/suites/refusal.py": "types without behaviour; tests/cell/suites/test_trust.py is full of them",
    "cell/keystores/asn1.py": "tests/cell/keystores/test_pkcs12.py: whatever is cut or changed",
    "cell/keystores/errors.py": "types without behaviour",
    "cell/keystores/jks_keys.py": "tests/cell/keystores/test_jks.py: keys of keytool's, with passwords right and wrong",
    "cell/keystores/matching.py": "tests/cell/keystores/test_pkcs12.py: every key is held to its certificate",
    "cell/keystores/pkcs12_ciphers.py": "tests/cell/keystores/test_pkcs12.py: every cipher of openssl's",
    "cell/keystores/store.py": "types without behaviour",
    "cell/scan/errors.py": "a type without behaviour",
    "cell/scan/flight13.py": "tests/cell/scan/test_survey.py: certificates of TLS 1.3, with every suite and group",
    "cell/scan/wire.py": "tests/cell/scan/test_answer.py and test_survey.py: cut, endless, silent, foreign",
    "demo/clothes.py": "drawn by demo/portraits.py, whose test looks at all that it wears",
    "demo/hair.py": "drawn by demo/portraits.py, whose test looks at all of it",
    "library/embedded/batch.py": "tests/library/test_engine.py and test_model.py: what every engine's batches do",
    "library/embedded/border.py": "tests/library/test_embedded.py, test_cut.py and test_check.py: each error it gives",
    "library/embedded/layout.py": "names and numbers only",
    "library/embedded/lock.py": "tests/sync/test_sync.py: two at once; tests/web/test_timetable.py: one elsewhere",
    "library/embedded/reader.py": "tests/library/test_engine.py, as that of every engine",
    "library/shared/known.py": "tests/library/test_engine.py: what every engine's batches do",
    "library/shared/pictures.py": "tests/library/shared/test_shelf.py and test_check.py: whole, half, damaged, gone",
    "library/shared/reader.py": "tests/library/test_engine.py, as that of every engine",
    "jwt/errors.py": "types without behaviour",
    "oidc/errors.py": "a type without behaviour",
    "oidc/flow.py": "tests/web/outside/test_callback.py: every step of it, at a real provider",
    "oidc/provider.py": "tests/web/outside/test_callback.py and test_sign_in.py: a real one, and what it must not say",
    "settings/rules/jwt.py": "tests/policy/test_by_jwt.py: what is taken, and what is not",
    "settings/rules/session.py": "a table without behaviour; tests/policy/test_by_session.py",
    "settings/sign_in.py": "tests/web/test_desk.py: what is taken, and what is not",
    "web/replica/bringer.py": "tests/web/replica/test_follower.py: what the store lacks, gives by half, and has again",
    "web/replica/lacking.py": "tests/web/replica/test_follower.py: what is asked for comes first",
    "web/replica/news.py": "tests/web/replica/test_follower.py: over restarts, and with a clock that was set back",
    "web/replica/standing.py": "tests/web/replica/test_follower.py: ready, cut off, vouching, in JSON and as metrics",
    "web/outside/pages.py": "tests/web/outside/test_sign_out.py: each of them",
    "passes/errors.py": "a type without behaviour",
    "ltpa/ciphers.py": "tests/ltpa/test_verify.py: every token and key goes through it",
    "ltpa/domino.py": "tests/ltpa/test_verify.py: Domino's tokens, good and bad",
    "ltpa/errors.py": "a type without behaviour",
    "ltpa/keys.py": "tests/ltpa/test_keyset.py and test_keyfile.py: each kind of key, stored and read",
    "ltpa/token.py": "tests/ltpa/test_verify.py: what a token says",
    "ltpa/websphere.py": "tests/ltpa/test_verify.py: WebSphere's tokens, good and bad",
    "settings/credential.py": "tests/directory/test_opening.py and tests/sources/test_ldap.py: read, missing, exposed",
    "settings/directory.py": "tests/settings/test_ldap.py: what is taken, and what is not",
    "settings/auth.py": "tests/web/outside/test_auth.py: each setting; tests/settings/test_mistakes.py: what is taken",
    "settings/forms.py": "tables without behaviour; tests/settings/test_whole.py holds their page to them",
    "settings/log.py": "tests/settings/test_whole.py: what is taken",
    "settings/policy.py": "tests/settings/test_whole.py and test_mistakes.py: what is taken, and what is not",
    "settings/rules/ltpa.py": "tests/policy/test_by_ltpa.py and tests/settings/test_mistakes.py: what is taken",
    "settings/passes.py": "tests/settings/test_whole.py: what is taken, and what is not",
    "settings/rules/budget.py": "tests/policy/test_budget.py: what is taken",
    "settings/rules/passes.py": "tests/settings/test_whole.py: what is taken",
    "publish/report.py": "tests/cli/test_write_back.py: what is told, and its JSON",
    "publish/values.py": "an interface without behaviour",
    "settings/publish/write_back.py": "tests/settings/publish: what is taken, and what is not",
    "settings/section.py": "tests/settings/test_whole.py: every table is one",
    "settings/serve.py": "tests/settings/test_whole.py and test_values.py: what is taken",
    "settings/sources/folder.py": "tests/settings/test_whole.py: what is taken",
    "settings/sync.py": "tests/settings/test_mistakes.py: its bounds",
    "pattern/run.py": "tests/pattern/test_parse.py: what is read is run",
    "pattern/write4.py": "tests/pattern/test_write.py, as all that is written",
    "pattern/write6.py": "tests/pattern/test_write.py, as all that is written",
    "policy/known.py": "a type without behaviour; tests/web/test_known.py: the library as one",
    "signon/capture/around.py": "tests/signon/capture/test_attempts.py: directories, cookies, addresses",
    "signon/capture/frames.py": "types without behaviour",
    "signon/capture/scene.py": "tests/signon/capture/test_judge_nrpc.py and test_judge_connection.py ask it",
    "signon/capture/talk.py": "tests/signon/capture/protocols: the base of every reader",
    "signon/diagnose/told.py": "tests/cli/signon/test_diagnose.py: what is told, and its JSON",
    "signon/errors.py": "a type without behaviour",
    "signon/trace/record.py": "a type without behaviour",
    "web/outside/judged.py": "a type without behaviour",
    "sources/ldap/names.py": "tests/sources/test_mapping.py: every name of an entry",
    "sources/found.py": "types without behaviour",
    "sync/apply.py": "tests/sync/test_sync.py: a plan is carried out",
    "sync/results.py": "tests/sync/test_standing.py: what was written down is what is told",
}


def own_test(name: Path) -> Path | None:
    """Give a source file's test: in the folder of the same name, or in one above it, but for the top."""
    folders = [name.parent, *name.parent.parents]
    tests = (ROOT / "tests" / folder / f"test_{name.name}" for folder in folders if folder.name or not name.parent.name)
    return next((test for test in tests if test.exists()), None)


def test_every_source_file_has_a_test_file_of_its_own() -> None:
    """A folder's `__init__.py` is tested by the files of what it holds."""
    source = ROOT / "src" / "limner"
    names = [file.relative_to(source) for file in sorted(source.rglob("*.py")) if file.name != "__init__.py"]
    missing = [str(name) for name in names if str(name) not in WITHOUT_TEST and own_test(name) is None]
    assert not missing, f"no test file of their own: {', '.join(missing)}"


def test_the_exceptions_are_still_there_and_still_without_a_test() -> None:
    for name in WITHOUT_TEST:
        assert (ROOT / "src" / "limner" / name).exists(), name
        assert own_test(Path(name)) is None, f"{name} has a test now: it is no exception any more"
