#!/bin/sh
# Written by render.ts from network.yml, timers: tuned. Do not edit.
set -e
echo 100000 >/proc/sys/net/mpls/platform_labels
echo 1 >/proc/sys/net/mpls/conf/eth1/input
echo 1 >/proc/sys/net/mpls/conf/eth2/input
ip -batch - <<'END'
link add c1 type vrf table 1001
link set c1 up
link add c3 type vrf table 1003
link set c3 up
link add link eth3 name eth3.10 type vlan id 10
link set eth3.10 up
link add link eth3 name eth3.20 type vlan id 20
link set eth3.20 master c1
link set eth3.20 up
link add link eth4 name eth4.10 type vlan id 10
link set eth4.10 up
link add link eth4 name eth4.20 type vlan id 20
link set eth4.20 master c3
link set eth4.20 up
END
