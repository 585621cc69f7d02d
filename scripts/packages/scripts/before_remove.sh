#!/bin/sh
# A removal, not an upgrade: `remove` of dpkg, 0 versions left of rpm.
set -e
case ${1-} in remove | 0) ;; *) exit 0 ;; esac
[ -z "${DPKG_ROOT-}" ] && [ -d /run/systemd/system ] || exit 0
systemctl --no-reload disable --now kar.service || true
