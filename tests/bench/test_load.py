from bench.load import parse


def test_the_line_of_figures_is_found_among_what_wrk_prints() -> None:
    line = '{"requests": 1000, "micros": 2000000, "bytes": 6000000, "p50": 300, "p99": 900, "failed": 0}'
    answered = parse(f"Running 2s test @ http://127.0.0.1:1/\n  1 threads\n{line}\n")
    assert answered is not None
    assert (answered.rate, answered.p99, answered.failed) == (500.0, 900, 0)


def test_without_the_line_there_are_no_figures() -> None:
    assert parse("unable to connect to 127.0.0.1:1 Connection refused\n") is None
