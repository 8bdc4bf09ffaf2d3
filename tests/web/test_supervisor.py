"""`limner serve` as a process: its life, its workers, and what it says."""

import contextlib
import json
import os
import signal
import socket
import urllib.request

from .conftest import JANE, JOHN, add, fill, portrait
from .house import Served, get, read_all, until

PHOTO = f"/{JANE}.jpg"


def test_a_photo_that_comes_or_goes_shows_within_a_second(serve, tmp_path):
    fill(tmp_path / "library").close()
    served = serve()
    library = served.library()
    try:
        assert served.ask("/new@example.com.jpg").status == 404
        add(library, "new", portrait("new", 160), mails=["new@example.com"])
        until(lambda: served.ask("/new@example.com.jpg").status == 200, seconds=1)
        with library.batch() as batch:
            batch.remove("test", "new")
        until(lambda: served.ask("/new@example.com.jpg").status == 404, seconds=1)
    finally:
        library.close()


def test_several_workers_share_a_port_and_one_that_dies_is_replaced(serve, tmp_path):
    fill(tmp_path / "library").close()
    served = serve("[serve]\nworkers = 2\n")
    first = until(lambda: len(served.workers) == 2 and served.workers)
    os.kill(first[0], signal.SIGKILL)
    assert served.ask(PHOTO).status == 200
    served.said(rb"a worker ended \(signal SIGKILL\)")
    until(lambda: len(served.workers) == 2 and first[0] not in served.workers)
    assert served.ask(PHOTO).status == 200
    assert served.stop() == 0


def test_new_settings_are_taken_on_sighup_and_bad_ones_are_not(serve, tmp_path):
    fill(tmp_path / "library").close()
    served = serve()
    assert served.ask(PHOTO).status == 200
    served.file.write_text("[policy]\notherwize = 403\n")
    served.process.send_signal(signal.SIGHUP)
    served.said(rb"not reloaded: .*otherwize.*did you mean")
    assert served.ask(PHOTO).status == 200
    served.configure('[policy]\notherwise = 403\n[[policy.allow]]\nname = "x"\nnetworks = ["10.0.0.0/8"]\n')
    served.process.send_signal(signal.SIGHUP)
    served.said(rb"\nlimner: reloaded\n")
    until(lambda: served.ask(PHOTO).status == 403)


def test_a_worker_that_is_replaced_serves_by_the_settings_in_force_not_by_an_edit_that_nobody_took(serve, tmp_path):
    fill(tmp_path / "library").close()
    served = serve()
    (first,) = until(lambda: served.workers)
    served.file.write_text("[policy]\notherwize = 403\n")
    os.kill(first, signal.SIGKILL)
    until(lambda: served.workers not in ([], [first]))
    assert served.ask(PHOTO).status == 200
    assert served.stop() == 0


def test_a_request_that_has_begun_is_answered_before_the_door_closes(serve, tmp_path):
    fill(tmp_path / "library").close()
    served = serve()
    request = get(PHOTO, "Cookie: LtpaToken=x")
    with served.connect() as sock, served.connect() as idle:
        sock.sendall(request[:20])
        served.ask(PHOTO)  # the other bytes have arrived by now
        served.process.send_signal(signal.SIGTERM)
        assert read_all(idle) == b""  # who asks for nothing is not waited for
        sock.sendall(request[20:])
        assert read_all(sock).startswith(b"HTTP/1.1 200 OK")
    assert served.process.wait(10) == 0


def test_who_has_just_come_is_answered_before_the_door_closes(serve, tmp_path):
    """Whether the request or the wish to close comes first is chance: nobody should see the difference."""
    fill(tmp_path / "library").close()
    served = serve()
    with served.connect() as sock, served.connect() as silent, served.connect() as idle:
        idle.sendall(get(PHOTO, "Cookie: LtpaToken=x"))
        assert idle.recv(99).startswith(b"HTTP/1.1 200 OK")  # all three are accepted by now
        served.process.send_signal(signal.SIGTERM)
        read_all(idle)  # to its end: the door is closing
        sock.sendall(get(PHOTO, "Cookie: LtpaToken=x"))
        assert read_all(sock).startswith(b"HTTP/1.1 200 OK")
        assert read_all(silent) == b""
    assert served.process.wait(10) == 0


def test_workers_do_not_outlive_their_supervisor(serve):
    served = serve()
    (worker,) = until(lambda: served.workers)
    served.process.kill()
    served.process.wait()
    until(lambda: not os.path.exists(f"/proc/{worker}"))


def test_the_admin_address_is_another_one(serve, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    fill(tmp_path / "library").close()
    served = serve(f'[serve]\nadmin = "127.0.0.1:{port}"\n')
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        assert json.load(answer)["ready"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b"limner_workers_alive 1.0" in answer.read()
    assert served.ask("/metrics").status == 404
    assert served.ask("/metrics", headers={}).status == 302
    assert served.stop() == 0


def test_the_usual_admin_port_may_be_taken_if_nobody_asked_for_it(tmp_path):
    fill(tmp_path / "library").close()
    with contextlib.closing(socket.socket()) as taken:
        with contextlib.suppress(OSError):  # then somebody else has it, which is as good
            taken.bind(("127.0.0.1", 9081))
            taken.listen()
        served = Served(tmp_path)
        served.file.write_text(served.file.read_text().replace('admin = ""\n', ""))
        with served:
            served.said(rb"limner: warning: cannot listen on 127\.0\.0\.1:9081: Address already in use; /healthz")
            assert served.ask(PHOTO).status == 200


def test_an_admin_port_that_was_asked_for_must_be_free(serve):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        served = serve(f'[serve]\nadmin = "127.0.0.1:{taken.getsockname()[1]}"\n', ready=False)
        assert served.process.wait(20) == 2
    served.said(rb"limner: error: cannot listen on ")


def test_a_port_that_is_taken_is_said(serve):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        served = serve(listen=f"127.0.0.1:{taken.getsockname()[1]}", ready=False)
        assert served.process.wait(20) == 2
    served.said(rb"limner: error: cannot listen on 127\.0\.0\.1:\d+: Address already in use\nlimner: hint: ")


def test_a_log_that_cannot_be_written_keeps_the_door_shut(serve, tmp_path):
    served = serve(f'[log]\naccess = "{tmp_path}"\n', ready=False)
    assert served.process.wait(20) == 2
    served.said(rb"cannot write the log")


def test_a_unix_socket(serve, tmp_path):
    fill(tmp_path / "library").close()
    path = f"/tmp/limner-test-{os.getpid()}"
    served = serve(
        '[policy]\ntrusted_proxies = ["unix"]\n[[policy.allow]]\nname = "x"\nnetworks = ["10.0.0.0/8"]\n',
        listen=f"unix:{path}",
    )

    def status(*headers):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(path)
            sock.sendall(get(f"/{JOHN}.jpg", "Connection: close", *headers))
            return read_all(sock).split()[1]

    assert status("X-Forwarded-For: 10.0.0.1") == b"200"
    assert status() == b"403"
    assert served.stop() == 0
    assert not os.path.exists(path)
