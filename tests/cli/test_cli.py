"""What all commands have in common: exit statuses, errors, hints, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner import __version__
from limner.cli import limner
from limner.errors import LimnerError

from .conftest import Run

LIMNER = [sys.executable, "-m", "limner"]
COMMANDS = ["sync", "people", "library check", "policy check", "policy explain --from 10.0.0.1", "photo show x"]


def test_the_version(run: Run) -> None:
    done = run("--version")
    assert (done.status, done.out) == (0, f"limner {__version__}\n")


@pytest.mark.parametrize("line", ["", "photo", "library", "policy"])
def test_a_noun_without_a_verb_shows_its_help_and_has_not_done_anything(run: Run, line: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("Usage: limner ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("snyc", "there is no command 'snyc'; did you mean 'sync'?"),
        ("polcy check", "there is no command 'polcy'; did you mean 'policy'?"),
        ("policy expain", "there is no command 'expain'; did you mean 'explain'?"),
        ("photo ad", "there is no command 'ad'; did you mean 'add'?"),
        ("library xyz", "there is no command 'xyz'; there are: "),
        ("people --mising", "did you mean"),
    ],
)
def test_a_command_that_there_is_not_suggests_the_nearest(run: Run, line: str, said: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith("limner: error: ")
    assert said.lower() in first.lower()
    assert second.startswith("limner: hint: `limner")
    assert second.endswith("--help` tells more")


@pytest.mark.parametrize("line", [*COMMANDS, "serve", "photo add x x.jpg", "photo remove x"])
def test_without_a_settings_file_every_command_says_how_to_get_one(
    run: Run, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIMNER_CONFIG", raising=False)
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "limner: error: there is no settings file 'limner.toml'\n"
        "limner: hint: `limner init` writes one; `-c FILE` names another\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", [*COMMANDS, "serve", "photo add x x.jpg", "photo remove x"])
def test_every_mistake_in_the_settings_is_reported_at_once(run: Run, line: str, fresh: Path) -> None:
    (fresh / "limner.toml").write_text('libary = "x"\n[serve]\nworkers = 0\n[policy]\notherwise = "maybe"\n')
    done = run(line)
    assert (done.status, done.out) == (2, "")
    *errors, hint = done.err.splitlines()
    assert [error.startswith("limner: error: limner.toml: ") for error in errors] == [True] * 3
    assert "did you mean" in done.err
    assert hint == "limner: hint: docs/settings.md lists every setting"


@pytest.mark.parametrize(
    "rubbish", [b"\xff\xfe", b"[[[", b"\0", b"x = " + b"[" * 5000, b"policy = 1", b'[[source]]\nkind = "\x1b[31m"']
)
def test_rubbish_settings_are_an_error_of_plain_lines(run: Run, fresh: Path, rubbish: bytes) -> None:
    (fresh / "limner.toml").write_bytes(rubbish)
    done = run("people")
    assert (done.status, done.out) == (2, "")
    assert all(line.startswith("limner: ") for line in done.err.splitlines())
    assert done.err.replace("\n", "").isprintable()


def test_settings_that_are_a_folder(run: Run, fresh: Path) -> None:
    done = run("people -c photos")
    assert (done.status, done.out) == (2, "")
    assert done.err == "limner: error: cannot read photos: Is a directory\n"


def test_the_settings_file_is_that_of_the_option_then_that_of_the_environment(
    run: Run, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "limner.toml").rename(site / "other.toml")
    assert run("people -c other.toml").status == 0
    monkeypatch.setenv("LIMNER_CONFIG", "other.toml")
    assert run("people").status == 0
    assert run("people -c missing.toml").status == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("-=azé'\x1b[]\n\udcff@.:%/0", max_size=12), max_size=4), st.sampled_from(COMMANDS))
def test_no_arguments_bring_a_traceback(run: Run, site: Path, arguments: list[str], line: str) -> None:
    done = run(line, *arguments)
    assert done.status in (0, 1, 2)
    assert "mistake in limner" not in done.err
    assert done.err.replace("\n", "").isprintable()
    if done.status == 2:
        assert done.out == ""
        assert done.err.startswith("limner: error: ")


def test_a_mistake_of_ours_is_two_lines_too_unless_somebody_wants_to_see_it(
    run: Run, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("limner.cli.people.open_library", lambda *_, **__: 1 / 0)
    monkeypatch.delenv("LIMNER_DEBUG", raising=False)
    done = run("people")
    assert done.status == 2
    assert done.err.splitlines() == [
        "limner: error: this is a mistake in limner: ZeroDivisionError: division by zero",
        "limner: hint: LIMNER_DEBUG=1 in the environment shows where it happened; please report it",
    ]
    monkeypatch.setenv("LIMNER_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["limner", "people"])
    with pytest.raises(ZeroDivisionError):
        limner.main(["people"], standalone_mode=False)


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (LimnerError("a\nb", hint="c"), 2, "limner: error: a\nlimner: error: b\nlimner: hint: c\n"),
        (PermissionError(13, "Permission denied", "file"), 2, "limner: error: file: Permission denied\n"),
        (KeyboardInterrupt(), 130, "limner: error: stopped\n"),
    ],
)
def test_how_what_is_raised_is_said(
    run: Run, site: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException, status: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("limner.cli.people.open_library", fail)
    done = run("people")
    assert (done.status, done.err.lstrip("\n"), done.out) == (status, said, "")


def _limner(*arguments: str, stdout: int, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONUNBUFFERED": ""}
    return subprocess.run(
        [*LIMNER, *arguments], stdout=stdout, stderr=subprocess.PIPE, cwd=cwd, env=env, text=True, timeout=30
    )


def test_when_nobody_reads_the_output_it_is_quiet_and_does_not_say_that_all_is_well(site: Path) -> None:
    """`limner policy check | head -0` finds something: a status of 0 would be wrong, and so would a traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = _limner("policy", "check", stdout=writing, cwd=site)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


def test_when_the_output_cannot_be_written_it_says_so(site: Path) -> None:
    with open("/dev/full", "w") as full:
        done = _limner("people", stdout=full.fileno(), cwd=site)
    assert (done.returncode, done.stderr) == (2, "limner: error: No space left on device\n")


def test_a_closed_standard_output_is_not_mistaken_for_a_file_of_the_library(site: Path) -> None:
    """The lowest free number is the next file's: a library opened as number 1 would be written to by any print."""
    code = "import os, sys; os.close(1); sys.argv = ['limner', 'people']; from limner.cli import main; main()"
    watch = "import atexit, os; atexit.register(lambda: print(os.readlink('/proc/self/fd/1'), file=sys.stderr)); "
    done = subprocess.run([sys.executable, "-c", f"import sys; {watch}{code}"], capture_output=True, text=True)
    assert done.stderr == "/dev/null\n"
    assert done.returncode == 0


def _commands(group: click.Group, name: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for verb in group.list_commands(context):
        command = group.get_command(context, verb)
        assert command is not None
        line = f"{name} {verb}".strip()
        found |= _commands(command, line) if isinstance(command, click.Group) else {line: command}
    return found


def test_every_command_that_has_a_result_can_print_it_as_json() -> None:
    """`serve`, `work` and `demo` run until they are stopped; what the other two print is a file for another program."""
    without = [
        line
        for line, command in _commands(limner).items()
        if not any("--json" in option.opts for option in command.params)
    ]
    assert without == ["serve", "work", "policy export", "cell clients", "demo"]
    assert len(set(limner.list_commands(None))) == len(limner.list_commands(None))


def test_every_option_has_a_help_text() -> None:
    for line, command in _commands(limner).items():
        assert command.help, line
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (line, parameter.name)
