#!/bin/bash
# The containerlab program of the version that this project is tested with, built through the Go module proxy into the
# user's cache. Quick the second time.
# containerlab.sh: builds it where it is missing, prints its path. The labs that it publishes lie beside it, in lab-examples.
set -euo pipefail
version=v0.79.0
folder=${XDG_CACHE_HOME:-$HOME/.cache}/faultline/containerlab/$version
program=$folder/containerlab

if [ ! -x "$program" ] || [ ! -d "$folder/lab-examples" ]; then
  if ! command -v go >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends golang-go </dev/null >&2
  fi
  # From 1.21 on, go fetches the newer toolchain that a module asks for.
  if ! go version | grep -qE 'go1\.(2[1-9]|[3-9][0-9])'; then
    echo "containerlab $version needs Go >= 1.21 to be built; this is $(go version)" >&2
    exit 4
  fi
  echo "building containerlab $version" >&2
  mkdir -p "$folder"
  # One builder at a time, and a program that is either whole or absent.
  exec 9>"$folder/.lock"
  flock 9
  if [ ! -x "$program" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    module=$(go mod download -json "github.com/srl-labs/containerlab@$version" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",$/\1/p')
    cp -r "$module" "$work/source"
    chmod -R u+w "$work/source"
    # A kernel without modules has no list of them; containerlab stops there instead of taking it as empty.
    if [ ! -e /proc/modules ]; then
      sed -i 's#os.Open("/proc/modules")#os.Open("/dev/null")#' "$work/source/utils/kernel_module.go"
    fi
    (cd "$work/source" && CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X github.com/srl-labs/containerlab/cmd.Version=${version#v}" -o "$work/containerlab" .)
    rm -rf "$folder/lab-examples"
    cp -r "$work/source/lab-examples" "$folder/lab-examples"
    mv "$work/containerlab" "$folder/.containerlab.new"
    mv "$folder/.containerlab.new" "$program"
  fi
fi
echo "$program"
