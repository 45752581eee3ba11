#!/bin/sh
# Completes a new Debian root: adds the suite's backports, derived from the sources that mmdebstrap wrote there, and
# installs from them. Usage: add-backports.sh ROOT SUITE PACKAGE...
set -eu
root=$1 suite=$2
shift 2
lines=$(sed -n "s/^\(deb .*\) $suite \(main.*\)$/\1 $suite-backports \2/p" "$root/etc/apt/sources.list" | head -1)
[ -n "$lines" ] || { echo "no line of $suite in the sources of the new root" >&2; exit 1; }
echo "$lines" >"$root/etc/apt/sources.list.d/backports.list"
chroot "$root" apt-get -q update
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"
