#!/bin/sh
# Written by render.ts from network.yml, timers: default. Do not edit.
set -e
ip -batch - <<'END'
link add orders type vrf table 1000
link set orders up
link add link eth1 name eth1.10 type vlan id 10
link set eth1.10 up
link add link eth1 name eth1.20 type vlan id 20
link set eth1.20 master orders
link set eth1.20 up
link set eth3 master orders
END
