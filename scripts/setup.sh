#!/bin/bash
# All that `make demo` and the tests need: Debian packages, Node packages, the build. Quick the second time.
# setup.sh [demo|test|virtual|containerlab]: what to set up for. `test` needs a little more than `demo`; `virtual` is the lab kernel and the
# images of its tests, which take minutes and gigabytes the first time, in the user's cache.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-demo}

check_node() {
  local need='>= 20.19'
  if ! command -v node >/dev/null; then
    echo "faultline needs Node $need: install it (Debian 13: apt-get install nodejs npm) and run this again" >&2
    exit 4
  fi
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || {
    echo "faultline needs Node $need; this is $(node --version)" >&2
    exit 4
  }
}

# program → Debian package that has it
declare -A packages=()
wanted_packages() {
  packages+=([ip]=iproute2 [nft]=nftables [tcpdump]=tcpdump [nsenter]=util-linux [perl]=perl [/usr/lib/frr/zebra]=frr
    [vtysh]=frr [ping]=iputils-ping)
  case $purpose in
  test)
    packages+=([tshark]=tshark [editcap]=wireshark-common [chromium]=chromium [python3]=python3 [jq]=jq [zsh]=zsh
      [lldpd]=lldpd [hostapd]=hostapd [ptp4l]=linuxptp)
    ;;
  containerlab)
    packages+=([mmdebstrap]=mmdebstrap [/usr/share/keyrings/debian-archive-keyring.gpg]=debian-archive-keyring
      [openssl]=openssl)
    ;;
  virtual)
    # The keyring is for hosts that are not Debian; without root, mmdebstrap maps users.
    packages+=([mmdebstrap]=mmdebstrap [/usr/share/keyrings/debian-archive-keyring.gpg]=debian-archive-keyring
      [newuidmap]=uidmap [setpriv]=util-linux [taskset]=util-linux)
    ;;
  esac
}

install_packages() {
  local program missing=()
  for program in "${!packages[@]}"; do
    command -v "$program" >/dev/null || [ -e "$program" ] || missing+=("${packages[$program]}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  echo "installing Debian packages: ${missing[*]}" >&2
  if [ "$(id -u)" != 0 ]; then
    echo "that needs root: sudo apt-get install ${missing[*]}" >&2
    exit 4
  fi
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
}

build_faultline() {
  local stamp=node_modules/.faultline-lock
  if ! cmp -s package-lock.json "$stamp"; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    cp package-lock.json "$stamp"
  fi
  node scripts/build.mjs >&2
}

build_lab_kernel() {
  bin/faultline kernel build >/dev/null
  bin/faultline image build faultline/frr:10.3 faultline/frr:8.4 >/dev/null
}

check_node
wanted_packages
install_packages
build_faultline
[ "$purpose" != virtual ] || build_lab_kernel
