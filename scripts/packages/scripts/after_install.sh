#!/bin/sh
# Nothing is started: kar sends traffic, and only where somebody has said so.
set -e
[ -z "${DPKG_ROOT-}" ] && [ -d /run/systemd/system ] || exit 0
systemctl daemon-reload || true
