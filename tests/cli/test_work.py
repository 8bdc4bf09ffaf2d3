"""`limner work`, by hand: what it says, and how it ends."""

import signal
import subprocess
import sys

from tests.web.house import until

from limner.library import open_library
from shared_servers import needs_postgres

START = "from limner.cli import main; main()"


def work(tmp_path, text, *words):
    (tmp_path / "limner.toml").write_text(text)
    command = [sys.executable, "-c", START, "work", "--config", str(tmp_path / "limner.toml"), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_library_in_a_folder_has_no_use_for_it(tmp_path):
    process = work(tmp_path, 'library = "library"\n')
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert said.startswith("limner: error: the library is a folder: the machine that syncs makes its pictures\n")


@needs_postgres
def test_it_works_until_it_is_told_to_stop(shared_place, tmp_path):
    library = open_library(shared_place, create=True)
    queue = library.queue()
    process = work(tmp_path, f'library = "{shared_place.url}"\n', "--workers", "1")
    until(lambda: queue.hands() == 2, 30)
    process.send_signal(signal.SIGTERM)
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert said == "limner: making pictures with 1 process\nlimner: made the pictures of 0 photos\n"
    until(lambda: queue.hands() == 0)
    queue.close()
    library.close()


def test_a_database_that_does_not_answer_is_said(tmp_path):
    process = work(tmp_path, 'library = "postgresql://limner@127.0.0.1:1/photos"\n')
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.startswith("limner: error: the library at postgresql://limner@127.0.0.1:1/photos does not answer")
