#!/bin/bash
# All tests: types, lint, unit, contract and real labs. Ends with a line `N passed, N failed, N skipped`, or appends it to the
# file that $COUNTS names, for who adds several up.
# test.sh [mocha arguments]: with arguments only these tests, without types and lint.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
# Labs of these tests are of the netns runtime, whatever this machine has besides.
export DOCKER_HOST=unix:///nowhere/docker.sock
if [ $# -eq 0 ]; then
  echo "types"
  npx tsc --noEmit
  echo "lint"
  npx eslint .
  npx prettier --check --log-level warn .
  set -- 'tests/unit/**/*.test.ts' 'tests/lab/**/*.test.ts'
fi
exec scripts/count-tests.sh npx mocha "$@"
