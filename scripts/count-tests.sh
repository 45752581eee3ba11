#!/bin/bash
# Runs mocha and tells the counts: as the last line, or appended to the file that $COUNTS names.
# count-tests.sh COMMAND… : mocha with its tests, and what it is to be run by
set -euo pipefail
report=$(mktemp)
trap 'rm -f "$report"' EXIT
chmod 666 "$report" # mocha may run as somebody else
status=0
"$@" --reporter "$PWD/scripts/mocha-reporter.mjs" --reporter-option "counts=$report" || status=$?
# A runner that was ended before it could count has failed, whatever it said.
grep -q ' passed, ' "$report" || {
  echo '0 passed, 1 failed, 0 skipped' >"$report"
  status=1
}
cat "$report" >>"${COUNTS:-/dev/stdout}"
exit "$status"
