#!/bin/sh
# A ring of N FRR routers (zebra, ospfd, pimd) made by hand: what `ip -batch` and daemon starts alone cost.
#   netns-up-baseline.sh up|down N work-folder
# Routers share the host's file system and are told apart by FRR's own path names (-N); no mount or PID namespaces.
set -e
verb=$1 count=$2 work=$3
prefix=netns-base-
frr=/usr/lib/frr

names() { seq -f "${prefix}%g" 0 $((count - 1)); }

if [ "$verb" = down ]; then
  for n in $(names); do
    kill -9 $(ip netns pids "$n") 2>/dev/null || true
    rm -rf "/etc/frr/$n" "/run/frr/$n"
  done
  for n in $(names); do echo "netns delete $n"; done | ip -force -batch -
  exit 0
fi

{
  for n in $(names); do echo "netns add $n"; done
  for i in $(seq 0 $((count - 1))); do
    echo "link add eth1 netns $prefix$i type veth peer name eth2 netns $prefix$(((i + 1) % count))"
  done
} | ip -batch -

start() {
  n=$prefix$1
  mkdir -p "/etc/frr/$n" "/run/frr/$n"
  cp "$work/$1/frr.conf" "/etc/frr/$n/frr.conf"
  : > "/etc/frr/$n/vtysh.conf"
  chown -R frr:frr "/etc/frr/$n" "/run/frr/$n"
  ip netns exec "$n" sh -c "
    printf 'link set lo up\nlink set eth1 up\nlink set eth2 up\n' | ip -batch -
    sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
    for d in zebra ospfd pimd; do
      $frr/\$d -N $n -d -A 127.0.0.1 --vty_socket /run/frr/$n -i /run/frr/$n/\$d.pid
    done
    vtysh -N $n -b" </dev/null >/dev/null 2>&1
}

# As many routers at a time as there are processors: more do not help, fewer waste the machine.
width=$(nproc)
for lane in $(seq 0 $((width - 1))); do
  (
    i=$lane
    while [ "$i" -lt "$count" ]; do
      start "$i"
      i=$((i + width))
    done
  ) &
done
wait
