import os
import subprocess
import sys
from pathlib import Path

from bench import cpu

SPIN = "import time\nwhile time.process_time() < 0.3: pass\n"


def test_the_time_of_a_child_that_has_ended_is_counted_with_its_parent() -> None:
    before = cpu.cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", SPIN], check=True)
    assert cpu.cpu_seconds(os.getpid()) - before >= 0.28


def test_a_living_descendant_belongs_to_the_tree() -> None:
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen([sys.executable, "-c", nested], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert len(cpu.tree(child.pid)) == 2
        assert cpu.tree(child.pid)[0] == child.pid
        child.communicate(b"\n")


def test_a_name_with_spaces_and_brackets_does_not_shift_the_fields(tmp_path: Path) -> None:
    program = tmp_path / "a) R 1 (b"
    program.symlink_to(sys.executable)
    with subprocess.Popen([program, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in cpu.tree(os.getpid())
        child.communicate(b"\n")


def test_memory_that_is_taken_shows_as_own_memory() -> None:
    """32 MB that are written to are anonymous memory, of the tree and of its largest process."""
    hold = "held = b'x' * 32_000_000; print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        used = cpu.memory(child.pid)
        child.communicate(b"\n")
    assert 32_000_000 <= used.own < 80_000_000
    assert used.largest >= 32_000_000
