#!/bin/bash
# All that `make demo` and `make test` need: Debian packages, Node packages, the build. Quick the second time.
# setup.sh [demo|test]: what to set up for; tests need a little more.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-demo}

need_node='>= 20.19'
if ! command -v node >/dev/null; then
  echo "faultline needs Node $need_node: install it (Debian 13: apt-get install nodejs npm) and run this again" >&2
  exit 4
fi
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || {
  echo "faultline needs Node $need_node; this is $(node --version)" >&2
  exit 4
}

# program → Debian package that has it
declare -A packages=([ip]=iproute2 [nft]=nftables [tcpdump]=tcpdump [nsenter]=util-linux [perl]=perl [/usr/lib/frr/zebra]=frr
  [vtysh]=frr [/usr/lib/frr/frr-reload.py]=frr-pythontools [ping]=iputils-ping)
if [ "$purpose" = test ]; then
  packages+=([tshark]=tshark [editcap]=wireshark-common [chromium]=chromium [python3]=python3 [jq]=jq [zsh]=zsh [lldpd]=lldpd [hostapd]=hostapd [ptp4l]=linuxptp)
fi
missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null || [ -e "$program" ] || missing+=("${packages[$program]}")
done
if [ ${#missing[@]} -gt 0 ]; then
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  echo "installing Debian packages: ${missing[*]}" >&2
  if [ "$(id -u)" != 0 ]; then
    echo "that needs root: sudo apt-get install ${missing[*]}" >&2
    exit 4
  fi
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
fi

stamp=node_modules/.faultline-lock
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi
npx tsc -p tsconfig.build.json >&2
