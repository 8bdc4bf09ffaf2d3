"""Files that hold secrets."""

from limner.settings.credential import exposed, read_secret


def test_a_file_that_others_can_read_is_told_but_a_credential_of_systemds_is_not(tmp_path, monkeypatch):
    """systemd lets one user read it by an ACL, whose mask looks like the group's right in the file's mode."""
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o600)
    assert exposed(file) is None
    file.chmod(0o440)
    assert str(exposed(file)).startswith(f"{file} holds a secret and can be read by others")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert exposed(file) is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "other"))
    assert exposed(file)
    assert read_secret(file, "", "password") == "secret"
