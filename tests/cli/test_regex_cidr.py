"""`limner regex-cidr`."""


def test_what_an_expression_admits(run):
    done = run("regex-cidr", r"^10\.1\.")
    assert (done.status, done.out, done.err) == (0, "10.1.0.0/16\n", "")
    assert run("regex-cidr", "x").out == "no address\n"


def test_doubts_are_told_and_change_the_status(run):
    done = run("regex-cidr", r"^10\.1\.2\.[0-3]")
    assert done.status == 1
    assert "limner: warning: it is not anchored at its end ($), so it also admits 10.1.2.10" in done.err


def test_what_is_expected_is_compared(run):
    assert run("regex-cidr --expect 10.1.0.0/16", r"^10\.1\.").status == 0
    done = run("regex-cidr --expect 10.1.0.0/16", r"^10\.[0-127]\.")
    assert done.status == 1
    assert "beyond what is expected: 196,608 addresses, such as 10.0.0.0" in done.out
    told = run("regex-cidr --json --expect 10.0.0.0/15", r"^10\.1\.").json
    assert told["as_expected"] is False
    assert (told["beyond"], told["lacking"], told["networks"]) == ([], ["10.0.0.0/16"], ["10.1.0.0/16"])


def test_what_has_no_short_list_is_counted(run):
    done = run("regex-cidr", r"\.5$")
    assert "too many networks to list" in done.out
    assert run("regex-cidr --json", r"\.5$").json["networks"] is None


def test_what_is_not_read_is_named(run):
    done = run("regex-cidr", "(?!10)")
    assert done.status == 2
    assert done.err == "limner: error: at character 1: look-ahead is not read\n"
