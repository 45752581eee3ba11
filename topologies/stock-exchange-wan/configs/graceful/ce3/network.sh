#!/bin/sh
# Written by render.ts from network.yml, timers: graceful. Do not edit.
set -e
ip -batch - <<'END'
link add orders type vrf table 1000
link set orders up
link add link eth1 name eth1.10 type vlan id 10
link set eth1.10 up
link add link eth1 name eth1.20 type vlan id 20
link set eth1.20 master orders
link set eth1.20 up
link add link eth2 name eth2.10 type vlan id 10
link set eth2.10 up
link add link eth2 name eth2.20 type vlan id 20
link set eth2.20 master orders
link set eth2.20 up
link set eth4 master orders
END
setsid sh -c 'n=0; while [ $n -lt 15 ]; do sleep 2; n=$((n + 1)); vtysh -c "show ip pim rp-info" | grep -q Unknown || exit; echo "$(date) no way to the RP: entered again"; vtysh -c "configure terminal" -c "router pim" -c "no rp 10.255.255.1 239.0.0.0/8" -c "rp 10.255.255.1 239.0.0.0/8"; done' </dev/null >/var/log/frr/rp-again.log 2>&1 &
