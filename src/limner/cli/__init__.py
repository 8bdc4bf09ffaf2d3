"""The face: `limner <noun> <verb>`, one file per noun, each a thin layer over a room below.

Results go to standard output, everything else to standard error. Exit status: 0 done and sound, 1 done and something
was found wanting, 2 could not be done.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from importlib import import_module
from typing import ClassVar

import click

from limner import __version__
from limner.cli.noun import Noun
from limner.cli.say import complain
from limner.errors import LimnerError

STOPPED = 130  # as shells say it of a program that Ctrl-C ended: 128 + SIGINT
NOT_READ = 141  # 128 + SIGPIPE: whoever read our output went away, so nobody knows how it ended


class Limner(Noun):
    """The command, whose parts are imported when they are called: `limner init` should not wait for a web server."""

    PARTS = (
        "init",
        "sync",
        "serve",
        "work",
        "status",
        "report",
        "photo",
        "people",
        "library",
        "publish",
        "policy",
        "pass",
        "ltpa",
        "jwt",
        "cidr-regex",
        "regex-cidr",
        "signon",
        "cert",
        "cell",
        "demo",
    )

    FILES: ClassVar = {"pass": "passes"}  # where a part's name is a word of Python

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.PARTS:
            return None
        file = self.FILES.get(cmd_name, cmd_name.replace("-", "_"))
        command: click.Command = import_module(f"limner.cli.{file}").command
        return command


@click.group(cls=Limner, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="limner %(version)s")
def limner() -> None:
    """One library of a workplace's portraits, shown to exactly those who may see them."""


def main() -> None:
    """Run the command; errors are a line or two, never a traceback."""
    _fill_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a name that the terminal cannot show is no reason to end
    sys.exit(_run())


def _run() -> int:
    """Run the command and give its exit status."""
    if "_LIMNER_COMPLETE" in os.environ:
        limner.main()  # a shell asks how a command line may go on; click answers, and ends
    try:
        with limner.make_context("limner", sys.argv[1:]) as context:
            limner.invoke(context)
        return 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except LimnerError as why:
        complain(why.message, why.hint)
    except click.exceptions.NoArgsIsHelpError as why:
        click.echo(why.format_message(), err=True)
    except click.ClickException as why:
        _complain_of_usage(why)
    except (KeyboardInterrupt, click.Abort):
        complain("stopped")
        return STOPPED
    except BrokenPipeError:
        _write_to_nobody()
        return NOT_READ
    except Exception as why:  # the last border
        if os.environ.get("LIMNER_DEBUG"):
            raise
        _complain_of_all_else(why)
    return 2


def _complain_of_all_else(why: Exception) -> None:
    if not isinstance(why, OSError):  # a mistake of ours, not the user's
        complain(
            f"this is a mistake in limner: {type(why).__name__}: {why}",
            "LIMNER_DEBUG=1 in the environment shows where it happened; please report it",
        )
    elif why.filename is not None:
        complain(f"{os.fsdecode(why.filename)}: {why.strerror}")
    else:  # most likely it is standard output that cannot be written
        _write_to_nobody()
        complain(why.strerror or str(why))


def _complain_of_usage(why: click.ClickException) -> None:
    message = why.format_message().rstrip(".")
    context = getattr(why, "ctx", None)
    complain(message[:1].lower() + message[1:], f"`{context.command_path} --help` tells more" if context else None)


def _fill_closed() -> None:
    """Open nothing in place of a standard stream that is closed, or the library's file would get its number."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(fd)


def _write_to_nobody() -> None:
    """Point standard output nowhere, so that what is still in its buffer does no harm when Python ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
