"""A file decides for one place, or is refused with the lines of both."""

import pytest
from tests.gateway.reading.apache.cases import nets, read

from limner.gateway.reading.expression import NotReadError

ONLY = "Require ip 10.1\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"<Location /a>\n{ONLY}</Location>\n<Location /b>\n{ONLY}</Location>", "line 4: .* are different places"),
        ("<VirtualHost a>\nRewriteRule ^ - [F]\n</VirtualHost>\n" * 2, "2 virtual hosts"),
        (f'<FilesMatch "jpg">\n{ONLY}</FilesMatch>', "<FilesMatch .*> is not understood"),
        (f"<Directory /srv/*>\n{ONLY}</Directory>", "is not understood"),
        ("Include conf.d/*.conf", "line 1: include .* is not understood"),
        (f"<Location />\nSatisfy any\n{ONLY}</Location>", "satisfy any"),
        (ONLY, "outside of"),
        ("RequestHeader unset Cookie early", "may change"),
        ("<Location />\nSSLVerifyClient require\n</Location>", "is not understood"),
        (f"<IfDefine X>\n{ONLY}</IfDefine>", "whether .* counts is not known"),
        (f"<Location />\n<Limit POST>\n{ONLY}</Limit>\n</Location>", "<Limit POST> is not understood"),
        ("RewriteEngine On\n<VirtualHost a>\nRewriteRule ^ - [F]\n</VirtualHost>", "no RewriteEngine of its own"),
    ],
)
def test_what_is_not_one_place_is_refused(text, what):
    with pytest.raises(NotReadError, match=what):
        read(text)


def test_the_innermost_section_counts():
    text = f"<Directory />\nRequire all denied\n</Directory>\n<Directory /srv/www>\n{ONLY}</Directory>"
    reading = read(text + '\n<Files ".ht*">\nRequire all denied\n</Files>')
    assert reading.lets_in == nets("10.1.0.0/16")
    assert [remark.doubtful for remark in reading.remarks] == [False]


def test_modules_are_taken_to_be_loaded():
    text = (
        f"<Location />\n<IfModule mod_authz_core.c>\n{ONLY}</IfModule>\n<IfModule !mod_authz_core.c>\nDeny from all\n"
    )
    reading = read(f"{text}</IfModule>\n</Location>")
    assert reading.lets_in == nets("10.1.0.0/16")


def test_htaccess_files_are_remarked_on():
    assert any(
        ".htaccess" in remark.message
        for remark in read(f"<Directory />\nAllowOverride All\n{ONLY}</Directory>").remarks
    )
