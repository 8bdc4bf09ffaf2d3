from __future__ import annotations

from signon.trace.samples import ALIAS, GOOD, INCIDENT, LOST, UNAVAILABLE

from .conftest import Put, Run


def test_the_incident_in_words(run: Run, put: Put) -> None:
    put("trace.txt", INCIDENT)
    done = run("signon trace trace.txt")
    assert done.status == 1
    assert done.out.startswith("trace.txt: 2 attempts, 0 messages\n1  wrong server  (lines 4-5)\n")
    assert "the name was refused" in done.out
    assert done.err == (
        f"limner: hint: `limner signon server-name {ALIAS} --server-doc FILE`, with the Server document of "
        "Sametime/Servers/ACME, compares the ways out\n"
    )


def test_the_trace_that_lost_its_names(run: Run, put: Put) -> None:
    put("trace.txt", LOST)
    done = run("signon trace trace.txt")
    assert "(the trace has lost the name)" in done.out
    assert "answered   Sametime/Servers/ACME" in done.out


def test_a_good_one_and_json(run: Run, put: Put) -> None:
    put("good.txt", GOOD)
    assert run("signon trace good.txt").status == 0
    put("bad.txt", INCIDENT)
    done = run("signon trace good.txt bad.txt --json")
    assert (done.status, done.err) == (1, "")
    assert [len(file["attempts"]) for file in done.json["files"]] == [1, 2]
    assert done.json["files"][1]["attempts"][0]["server"] == "Sametime/Servers/ACME"
    assert not done.json["sound"]


def test_messages_of_a_client(run: Run, put: Put) -> None:
    put("error-log-0.xml", UNAVAILABLE)
    done = run("signon trace error-log-0.xml")
    assert done.status == 1
    assert "!  name_check  2016-10-04 09:12:33  (line 1)" in done.out


def test_a_file_that_tells_nothing_says_so(run: Run, put: Put) -> None:
    put("empty.txt", "hello\n")
    done = run("signon trace empty.txt")
    assert done.status == 1
    assert "none of its 1 record tells of an attempt" in done.out


def test_what_is_left_out_is_said(run: Run, put: Put) -> None:
    put("many.txt", "Single Sign-On token is expired\n" * 1100)
    done = run("signon trace many.txt")
    assert "... and 960 more" in done.out
    assert "100 more attempts and messages were left out" in done.err


def test_control_characters_are_not_obeyed(run: Run, put: Put) -> None:
    put("evil.txt", "Connected to the wrong server \x1b[31mA/B using address 192.0.2.4\n")
    done = run("signon trace evil.txt")
    assert "\x1b" not in done.out + done.err


def test_a_file_that_is_not_there(run: Run) -> None:
    done = run("signon trace none.txt")
    assert (done.status, done.out) == (2, "")
    assert done.err == "limner: error: cannot read none.txt: No such file or directory\n"
    assert run("signon trace").status == 2
