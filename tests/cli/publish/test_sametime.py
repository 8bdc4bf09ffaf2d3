from __future__ import annotations

from pathlib import Path

from publish.paste.test_user_info import WHOLE


def test_a_tools_text_is_filled_in_with_this_sites_address(run) -> None:
    done = run("publish sametime --site https://photos.acme.example --tool gitlab")
    assert (done.status, done.err) == (0, "")
    assert "gravatar_ssl_url'] = \"https://photos.acme.example/avatar/" in done.out
    assert "restart:  sudo gitlab-ctl reconfigure" in done.out
    assert "how sure: documented" in done.out


def test_what_is_not_known_is_said(run) -> None:
    done = run("publish sametime --site http://photos.acme.example --tool sametime-9")
    assert "not known: the exact XML of the element proxyServerURL" in done.out


def test_the_address_is_that_of_the_settings_or_asked_for(run, site) -> None:
    asked = run("publish sametime --tool gitea")
    assert (asked.status, asked.out) == (2, "")
    assert "where do tools find limner?" in asked.err
    settings = Path("limner.toml")
    settings.write_text(settings.read_text() + '\n[passes]\nsite = "https://photos.acme.example"\n')
    assert "https://photos.acme.example/avatar/" in run("publish sametime --tool gitea").out


def test_a_form_that_is_switched_off_is_warned_of(run, site) -> None:
    settings = Path("limner.toml")
    settings.write_text(settings.read_text() + "\n[forms.avatar]\nenabled = false\n")
    done = run("publish sametime --site https://photos.acme.example --tool gitea")
    assert "'avatar' is switched off" in done.err


def test_json_and_the_list(run) -> None:
    (found,) = run("publish sametime --site https://photos.acme.example --tool jira --json").json
    assert (found["tool"], found["snippets"][0]["unknown"]) == ("jira", ["the name of the field in its administration"])
    assert "sametime-12" in run("publish sametime --list").out
    assert {"name": "verse", "title": "HCL Verse on-premises"} in run("publish sametime --list --json").json


def test_check_says_what_a_file_lacks(run, site) -> None:
    file = Path("UserInfoConfig.xml")
    file.write_text(WHOLE)
    assert run(f"publish sametime --check {file}").status == 0
    file.write_text(WHOLE.replace('Id="ImagePath"', 'Id="Pager"'))
    done = run(f"publish sametime --check {file}")
    assert done.status == 1
    assert "wanting: UserInfoConfig.xml:4: the LDAP directory ldap.acme.example has no detail ImagePath" in done.out
    assert 'fix: add within <Details>: <Detail Type="text/plain" FieldName="photoURL" Id="ImagePath"/>' in done.out
    found = run(f"publish sametime --check {file} --attribute PhotoURL --json").json
    assert (found["sound"], found["findings"][0]["line"]) == (False, 4)
    file.write_text("<x>")
    assert run(f"publish sametime --check {file}").status == 2


def test_check_is_a_job_of_its_own(run) -> None:
    done = run("publish sametime --check x.xml --tool gitlab")
    assert done.status == 2
    assert "--check goes with --attribute only" in done.err
