#!/bin/bash
# The tests on real containerlab and Docker: installs and builds what is missing, on a Docker daemon of its own, which it
# starts and ends. DOCKER_HOST named in FAULTLINE_TEST_DOCKER is used as it is instead, and left alone.
# test-containerlab.sh [mocha arguments]. Ends with the counts, as test.sh does.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 'tests/containerlab/**/*.test.ts'
if [ "$(id -u)" != 0 ]; then
  echo "containerlab needs root: its tests are skipped" >&2
  echo '0 passed, 0 failed, 1 skipped' >>"${COUNTS:-/dev/stdout}"
  exit 0
fi
scripts/setup.sh containerlab
scripts/docker-daemon.sh install
scripts/containerlab.sh >&2
./bin/faultline image build faultline/host faultline/frr:8.4 faultline/frr:10.3 >/dev/null
if [ -n "${FAULTLINE_TEST_DOCKER:-}" ]; then
  export DOCKER_HOST=$FAULTLINE_TEST_DOCKER
else
  folder=$(mktemp -d /var/tmp/faultline-docker-XXXXXX)
  trap 'scripts/docker-daemon.sh stop "$folder"' EXIT
  DOCKER_HOST=$(scripts/docker-daemon.sh start "$folder")
  export DOCKER_HOST
fi
./bin/faultline image docker faultline/host faultline/frr:8.4 faultline/frr:10.3
status=0
scripts/count-tests.sh npx mocha "$@" || status=$?
exit "$status"
