"""`limner cidr-regex`."""


def test_networks_ranges_and_what_is_left_out(run, tmp_path):
    done = run("cidr-regex 10.0.0.0/30 10.0.0.8-10.0.0.9 --exclude 10.0.0.2")
    assert (done.status, done.out) == (0, "^10\\.0\\.0\\.[01389]$\n")
    (tmp_path / "list").write_text("10.0.0.0/30 # offices\n")
    assert run("cidr-regex --posix --from", tmp_path / "list").out == "^10\\.0\\.0\\.[0-3]$\n"
    assert run("cidr-regex --json 10.0.0.5").json == {
        "networks": ["10.0.0.5/32"],
        "any_spelling": False,
        "regexes": ["^10\\.0\\.0\\.5$"],
    }


def test_lines_can_have_a_limit(run):
    lines = run("cidr-regex --line-limit 20 10.0.0.1 10.0.7.1 192.0.2.1").out.splitlines()
    assert len(lines) == 3
    assert run("cidr-regex --line-limit 20 10.0.0.0/8").status == 2


def test_mistakes_are_told(run):
    assert "name a network" in run("cidr-regex").err
    assert "has bits set beyond its mask" in run("cidr-regex 10.0.0.1/8").err
    assert "there is no address" in run("cidr-regex 10.0.0.1 --exclude 10.0.0.1").err
    assert run("cidr-regex --from", "/nowhere/list").status == 2
