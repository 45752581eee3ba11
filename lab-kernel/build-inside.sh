#!/bin/sh
# Builds the lab kernel inside a build root that has the tools. Usage: build-inside.sh SOURCE ASSETS OUT
#   SOURCE  a kernel source tree, or a tarball of one
#   ASSETS  this folder: kernel.config and patches/
#   OUT     gets `linux` and `config`
# Lines `step: …` on stdout tell how far it is; the last line of stderr says what failed.
set -eu
source=$1 assets=$2 out=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$*" >&2; exit 1; }

mkdir "$work/src" "$work/out"
if [ -d "$source" ]; then
  echo "step: copy $source"
  cp -a "$source/." "$work/src"
  [ ! -e "$work/src/.config" ] || fail "$source was configured in place: give a clean tree (make mrproper)"
else
  echo "step: unpack $(basename "$source")"
  tar -xf "$source" -C "$work/src" --strip-components=1 || fail "$source cannot be unpacked"
fi
[ -d "$work/src/arch/um" ] || fail "$source is no Linux source tree: arch/um is not there"

for file in "$assets"/patches/*.patch; do
  echo "step: patch $(basename "$file" .patch)"
  patch -d "$work/src" -p1 --forward --fuzz=0 --reject-file=- <"$file" >"$work/patch.log" 2>&1 || {
    cat "$work/patch.log" >&2
    fail "$(basename "$file") does not apply to this source"
  }
done

# Nothing of the time, the user or the machine enters the binary: it may be compared by its hash.
export ARCH=um KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC' KBUILD_BUILD_USER=faultline KBUILD_BUILD_HOST=faultline
export KBUILD_BUILD_VERSION=1
echo 'step: configure'
make -C "$work/src" O="$work/out" allnoconfig >"$work/configure.log" 2>&1 || { tail -20 "$work/configure.log" >&2; fail 'make allnoconfig failed'; }
(cd "$work/out" && "$work/src/scripts/kconfig/merge_config.sh" -m -O "$work/out" .config "$assets/kernel.config") >"$work/configure.log" 2>&1 ||
  { tail -20 "$work/configure.log" >&2; fail 'merge_config.sh failed'; }
make -C "$work/src" O="$work/out" olddefconfig >"$work/configure.log" 2>&1 || { tail -20 "$work/configure.log" >&2; fail 'make olddefconfig failed'; }

missing=
while read -r line; do
  case $line in
  CONFIG_*=n) ! grep -q "^${line%=n}=[ym]" "$work/out/.config" || missing="$missing $line" ;;
  CONFIG_*) grep -qxF "$line" "$work/out/.config" || missing="$missing $line" ;;
  esac
done <"$assets/kernel.config"
[ -z "$missing" ] || fail "options of kernel.config that this source does not take:$missing"

echo 'step: compile'
mkfifo "$work/progress"
# A line per hundred objects: enough to see that it goes on.
count=0
while IFS= read -r line; do
  case $line in
  *' CC '* | *' AS '* | *' AR '*)
    count=$((count + 1))
    [ $((count % 100)) != 0 ] || echo "step: compile, $count objects"
    ;;
  *) echo "$line" >>"$work/build.log" ;;
  esac
done <"$work/progress" &
reader=$!
status=0
make -C "$work/src" O="$work/out" -j"${JOBS:-$(nproc)}" linux >"$work/progress" 2>&1 || status=$?
wait "$reader"
if [ "$status" != 0 ]; then
  grep -E 'error|Error|No space left' "$work/build.log" | tail -5 >&2 || true
  tail -15 "$work/build.log" >&2
  fail "the kernel did not compile (make exited with $status)"
fi
mkdir -p "$out"
cp "$work/out/linux" "$out/linux"
cp "$work/out/.config" "$out/config"
make -s -C "$work/src" O="$work/out" kernelrelease >"$out/release"
gcc --version | head -1 >"$out/compiler"
echo 'step: built'
