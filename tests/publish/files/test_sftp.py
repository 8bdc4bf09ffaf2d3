from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from ldap_servers.slapd import free_port
from limner.errors import PublishError
from limner.publish.files.sftp import AT_ONCE, Sftp

from .conftest import Site, body
from .sshd import Sshd, needs_sshd

pytestmark = needs_sshd


def refused(site: Site) -> PublishError:
    site.has("jane")
    with pytest.raises(PublishError) as why:
        site.publish()
    assert site.read() == {}
    return why.value


def test_a_server_whose_key_is_not_known_is_refused(sftp_site: Site, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text("")
    sftp_site.set(known_hosts=known)
    why = refused(sftp_site)
    assert "its key is not the one that is known" in why.message
    assert "ssh-keyscan -p" in (why.hint or "")


def test_a_server_with_another_key_is_refused(sftp_site: Site, sshd: Sshd, tmp_path: Path) -> None:
    other = sshd.make_key(f"other-{tmp_path.name}").with_suffix(".pub").read_text()
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{sshd.port} {other}")
    sftp_site.set(known_hosts=known)
    assert "its key is not the one" in refused(sftp_site).message


def test_a_key_that_the_server_does_not_take(sftp_site: Site, sshd: Sshd, tmp_path: Path) -> None:
    sftp_site.set(key=sshd.make_key(f"stranger-{tmp_path.name}"))
    assert "may not sign in with this key" in refused(sftp_site).message


def test_a_key_with_a_password(sftp_site: Site, sshd: Sshd, tmp_path: Path) -> None:
    locked = sshd.make_key(f"locked-{tmp_path.name}", password="open sesame")
    sftp_site.set(key=locked)
    assert "key_password_file" in (refused(sftp_site).hint or "")
    password = tmp_path / "password"
    password.write_text("wrong\n")
    sftp_site.set(key_password_file=password)
    assert "is it the key's password?" in (refused(sftp_site).hint or "")
    password.write_text("open sesame\n")
    assert "may not sign in" in refused(sftp_site).message  # it was opened


def test_a_key_that_is_none(sftp_site: Site, tmp_path: Path) -> None:
    rubbish = tmp_path / "key"
    rubbish.write_text("rubbish")
    sftp_site.set(key=rubbish)
    assert "no private key" in refused(sftp_site).message
    sftp_site.set(key=tmp_path / "missing")
    assert "cannot read the key" in refused(sftp_site).message


def test_nobody_listens(sftp_site: Site) -> None:
    sftp_site.set(port=free_port())
    assert "cannot reach 127.0.0.1:" in refused(sftp_site).message


def test_a_folder_that_is_not_there(sftp_site: Site) -> None:
    sftp_site.set(path="nowhere")
    assert "there is no folder 'nowhere'" in refused(sftp_site).message


def test_a_server_that_goes_away_meanwhile(sftp_site: Site, sshd: Sshd) -> None:
    """What was written is known to the next run."""
    for number in range(30):
        sftp_site.has(f"p{number:02}")
    target = Sftp(sftp_site.table)  # type: ignore[arg-type]
    put, done = target.put, []

    async def cuts(path: str, text: bytes) -> None:
        done.append(path)
        if len(done) == 20:
            sshd.cut()
        await put(path, text)

    target.put = cuts  # type: ignore[method-assign]
    from limner.publish.files.run import publish

    with pytest.raises(PublishError, match="the connection was lost"):
        publish(sftp_site.library, sftp_site.table, target)
    report = sftp_site.publish()
    assert report.foreign == []
    assert len(sftp_site.read()) == 30


def test_a_server_that_cannot_replace_files_is_served_in_two_steps(
    sftp_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncssh

    async def unsupported(*_: object) -> None:
        raise asyncssh.SFTPOpUnsupported("no posix-rename")

    monkeypatch.setattr(asyncssh.SFTPClient, "posix_rename", unsupported)
    sftp_site.has("jane")
    sftp_site.publish()
    sftp_site.has("jane", "a new face")
    assert sftp_site.publish().changed == ["jane@example.com.jpg"]


def test_no_password_is_ever_tried(sftp_site: Site) -> None:
    """Without a key, an agent and keys of one's own there is nothing to sign in with."""
    sftp_site.set(key=None)
    sftp_site.has("jane")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSH_AUTH_SOCK", raising=False)
        patch.setenv("HOME", "/nonexistent")
        with pytest.raises(PublishError, match="may not sign in"):
            sftp_site.publish()


def test_the_agents_keys_are_used(sftp_site: Site, sshd: Sshd, tmp_path: Path) -> None:
    import subprocess

    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSH_AUTH_SOCK", str(socket))
            while not socket.exists():
                assert agent.poll() is None
            subprocess.run(["ssh-add", "-q", sshd.key], check=True)
            sftp_site.set(key=None)
            sftp_site.has("jane")
            sftp_site.publish()
    finally:
        agent.terminate()
        agent.wait(10)
    assert list(sftp_site.read()) == ["jane@example.com.jpg"]


def test_a_listing_of_a_folder_that_is_not_there_is_empty(sftp_site: Site) -> None:
    async def look() -> dict[str, object]:
        async with Sftp(sftp_site.table) as place:  # type: ignore[arg-type]
            return dict(await place.listing(["", "nowhere"]))

    assert asyncio.run(look()) == {}


@pytest.mark.parametrize("size", [0, 1, AT_ONCE, AT_ONCE + 1, 600_000])
def test_a_file_of_any_size_is_written_whole(sftp_site: Site, sshd: Sshd, tmp_path: Path, size: int) -> None:
    """OpenSSH ends a connection over a request of more than 256 KB."""
    body = os.urandom(size)

    async def put() -> None:
        async with Sftp(sftp_site.table) as place:  # type: ignore[arg-type]
            await place.put("some/where/photo.jpg", body)

    asyncio.run(put())
    assert (sshd.data / tmp_path.name / "some" / "where" / "photo.jpg").read_bytes() == body


@pytest.mark.parametrize("ciphers", ["aes256-ctr", "chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com"])
def test_a_server_of_any_sound_cipher_is_served(sftp_site: Site, tmp_path: Path, ciphers: str) -> None:
    with Sshd(f"Ciphers {ciphers}\n") as server:
        sftp_site.set(port=server.port, known_hosts=server.known_hosts, key=server.key, path=".")
        sftp_site.has("jane")
        assert sftp_site.publish().added == ["jane@example.com.jpg"]
        assert (server.data / "jane@example.com.jpg").stat().st_size


def test_a_server_of_unsound_ciphers_is_refused(sftp_site: Site) -> None:
    with Sshd("Ciphers aes128-cbc\n") as server:
        sftp_site.set(port=server.port, known_hosts=server.known_hosts, key=server.key, path=".")
        assert "ncryption" in refused(sftp_site).message


def test_a_place_without_room_is_told_and_is_left_without_rests(sftp_site: Site, sshd: Sshd, tmp_path: Path) -> None:
    """Files that are there stay, whole."""
    place = sshd.data / tmp_path.name
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs", place], check=True)
    try:
        for number in range(60):
            sftp_site.has(f"p{number:02}")
        with pytest.raises(PublishError, match="files one after the other were refused"):
            sftp_site.publish()
        there = sftp_site.read()
        assert there
        assert set(there.values()) <= {body(f"face of p{number:02}") for number in range(60)}
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_file_of_known_hosts_that_cannot_be_read_is_told(sftp_site: Site, tmp_path: Path) -> None:
    sftp_site.set(known_hosts=tmp_path / "nowhere")
    assert "nowhere: No such file" in refused(sftp_site).message
    (tmp_path / "nowhere").write_text("garbage\n")
    assert "is not what ssh-keyscan writes" in refused(sftp_site).message


def test_what_an_interrupted_run_left_goes_with_its_person(sftp_site: Site, sshd: Sshd, tmp_path: Path) -> None:
    sftp_site.has("jane")
    sftp_site.publish()
    rest = sshd.data / tmp_path.name / ".jane@example.com.jpg.limner"
    rest.write_bytes(b"half")
    rest.chmod(0o666)
    sftp_site.leaves("jane")
    sftp_site.publish(max_removals=1)
    assert list((sshd.data / tmp_path.name).iterdir()) == []
