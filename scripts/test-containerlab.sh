#!/bin/bash
# The tests on real containerlab and Docker (with-containerlab.sh says on which).
# test-containerlab.sh [mocha arguments]. Ends with the counts, as test.sh does.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 'tests/containerlab/**/*.test.ts'
if [ "$(id -u)" != 0 ]; then
  echo "containerlab needs root: its tests are skipped" >&2
  echo '0 passed, 0 failed, 1 skipped' >>"${COUNTS:-/dev/stdout}"
  exit 0
fi
# One of them runs built images by the virtual clock, too.
[ "$(uname -m)" != x86_64 ] || scripts/setup.sh virtual
exec scripts/with-containerlab.sh scripts/count-tests.sh npx mocha "$@"
