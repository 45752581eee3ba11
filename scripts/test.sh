#!/bin/bash
# All tests: types, lint, unit, contract and real labs. Ends with a line `N passed, N failed, N skipped`.
# test.sh [mocha arguments]: with arguments only these tests, without types and lint.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
if [ $# -eq 0 ]; then
  echo "types"
  npx tsc --noEmit
  echo "lint"
  npx eslint .
  npx prettier --check --log-level warn .
  set -- 'tests/unit/**/*.test.ts' 'tests/contract/**/*.test.ts' 'tests/lab/**/*.test.ts'
fi
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
npx mocha --reporter scripts/mocha-reporter.mjs --reporter-option "counts=$report" "$@" || status=$?
cat "$report"
# A runner that was ended before it could count has failed, whatever it said.
grep -q ' passed, ' "$report" || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
exit "$status"
