#!/bin/bash
# Runs a command that needs real containerlab and Docker: installs and builds what is missing, starts a Docker daemon of its
# own for it, and ends that. DOCKER_HOST named in FAULTLINE_TEST_DOCKER is used as it is instead, and left alone.
# with-containerlab.sh COMMAND…
set -euo pipefail
cd "$(dirname "$0")/.."
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
"$@" || status=$?
exit "$status"
