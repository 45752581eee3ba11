#!/bin/bash
# The tests by the virtual clock, in the lab kernel, as a user without privileges: where this is root, as one who owns
# nothing, with project and cache bound to places that he may reach (in a mount namespace that ends with this).
# test-virtual.sh [mocha arguments]. Ends with the counts, as test.sh does.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 'tests/virtual/**/*.test.ts'
if [ "$(uname -m)" != x86_64 ]; then
  echo "the lab kernel runs on x86-64 only: its tests are skipped" >&2
  echo '0 passed, 0 failed, 1 skipped' >>"${COUNTS:-/dev/stdout}"
  exit 0
fi
scripts/setup.sh virtual
[ "$(id -u)" = 0 ] || exec scripts/count-tests.sh npx mocha "$@"

somebody=65533
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/project" "$place/cache" "$place/home"
chmod 711 "$place"
chown "$somebody" "$place/home"
# One run by root from here, to be compared with what somebody else gets elsewhere.
mkdir "$place/by-root"
./bin/faultline run tests/fixtures/labs/triangle/control.yml --clock virtual --seed 5 --out "$place/by-root" >&2
chmod -R a+rX "$place/by-root"
export PLACE=$place SOMEBODY=$somebody PROJECT=$PWD CACHE=${XDG_CACHE_HOME:-$HOME/.cache}
# shellcheck disable=SC2016
scripts/count-tests.sh unshare --mount --propagation private bash -c '
  mount --bind "$PROJECT" "$PLACE/project" && mount --bind "$CACHE" "$PLACE/cache" && cd "$PLACE/project" || exit 1
  exec env -i PATH="$PATH" HOME="$PLACE/home" TMPDIR="$PLACE/home" XDG_CACHE_HOME="$PLACE/cache" LANG=C.UTF-8 \
    RUN_BY_ROOT="$PLACE/by-root" \
    setpriv --reuid "$SOMEBODY" --regid "$SOMEBODY" --clear-groups --inh-caps=-all --no-new-privs \
    node node_modules/mocha/bin/mocha.js "$@"' mocha "$@"
