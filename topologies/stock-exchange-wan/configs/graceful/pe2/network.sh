#!/bin/sh
# Written by render.ts from network.yml, timers: graceful. Do not edit.
set -e
echo 100000 >/proc/sys/net/mpls/platform_labels
echo 1 >/proc/sys/net/mpls/conf/eth1/input
echo 1 >/proc/sys/net/mpls/conf/eth2/input
ip -batch - <<'END'
link add c2 type vrf table 1002
link set c2 up
link add c3 type vrf table 1003
link set c3 up
link add link eth3 name eth3.10 type vlan id 10
link set eth3.10 up
link add link eth3 name eth3.20 type vlan id 20
link set eth3.20 master c2
link set eth3.20 up
link add link eth4 name eth4.10 type vlan id 10
link set eth4.10 up
link add link eth4 name eth4.20 type vlan id 20
link set eth4.20 master c3
link set eth4.20 up
END
setsid sh -c 'n=0; while [ $n -lt 15 ]; do sleep 2; n=$((n + 1)); vtysh -c "show ip pim rp-info" | grep -q Unknown || exit; echo "$(date) no way to the RP: entered again"; vtysh -c "configure terminal" -c "router pim" -c "no rp 10.255.255.1 239.0.0.0/8" -c "rp 10.255.255.1 239.0.0.0/8"; done' </dev/null >/var/log/frr/rp-again.log 2>&1 &
