#!/bin/sh
# Installs the real servers and the browser that tests and benchmarks start; without root it says what is left out.
set -eu
packages="apache2-bin caddy chromium curl dbus default-jre-headless dnsmasq-base faketime gnome-control-center-data h2o haproxy iproute2 ldap-utils ldb-tools logrotate media-types nginx-light nodejs openssh-server openssl postgresql prometheus rgxg samba samba-ad-dc samba-ad-provision samba-dsdb-modules slapd systemd tcpdump tshark wrk"
missing=""
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
# the OpenID provider that tests sign in at: exact versions, with their hashes
provider() {
    cd "$(dirname "$0")/../tests/provider"
    [ -d node_modules/oidc-provider ] && return
    if command -v npm >/dev/null; then
        npm ci --silent --no-audit --no-fund --ignore-scripts
    else
        echo "limner: npm is not installed: the tests that sign in at an OpenID provider are skipped" >&2
    fi
}
if [ -z "$missing" ]; then
    provider
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "limner: not root, so these are not installed, and the tests that need them are skipped:$missing" >&2
    exit 0
fi
# a package must not start its service here
[ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; }
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
# Debian has npm in a package of its own, others within nodejs
command -v npm >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
provider
