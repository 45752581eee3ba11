#!/bin/sh
# What mmdebstrap calls on a new build root: fetches tools and source, builds, hands over the result.
# Usage: build-hook.sh ROOT SUITE ASSETS OUT PACKAGE [SOURCE]
#   PACKAGE  Debian's kernel source, linux-source-<version>, from the suite's backports
#   SOURCE   a tree or a tarball to be built instead of it
set -eu
root=$1 suite=$2 assets=$3 out=$4 package=$5 source=${6:-}
tools='gcc make flex bison bc libelf-dev libssl-dev libc6-dev xz-utils bzip2 patch'
echo 'step: tools'
mkdir -p "$root/build/out"
cp -r "$assets" "$root/build/assets"
if [ -z "$source" ]; then
  # shellcheck disable=SC2086
  "$assets/add-backports.sh" "$root" "$suite" $tools "$package"
  inside=/usr/src/$package.tar.xz
else
  # shellcheck disable=SC2086
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $tools
  inside=/build/$(basename "$source")
  cp -r "$source" "$root$inside"
fi
for tool in gcc make flex bison bc xz bzip2 patch; do
  chroot "$root" sh -c "command -v $tool" >/dev/null || { echo "$tool is missing in the build root" >&2; exit 1; }
done
chroot "$root" env PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/build sh /build/assets/build-inside.sh "$inside" /build/assets /build/out
cp "$root"/build/out/* "$out/"
if [ -z "$source" ]; then
  # shellcheck disable=SC2016
  chroot "$root" dpkg-query -W -f '${Version}\n' "$package" >"$out/version"
else
  echo >"$out/version"
fi
