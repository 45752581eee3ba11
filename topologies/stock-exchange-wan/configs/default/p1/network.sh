#!/bin/sh
# Written by render.ts from network.yml, timers: default. Do not edit.
set -e
echo 100000 >/proc/sys/net/mpls/platform_labels
echo 1 >/proc/sys/net/mpls/conf/eth1/input
echo 1 >/proc/sys/net/mpls/conf/eth2/input
echo 1 >/proc/sys/net/mpls/conf/eth4/input
echo 1 >/proc/sys/net/mpls/conf/eth5/input
echo 1 >/proc/sys/net/mpls/conf/eth6/input
setsid sh -c 'n=0; while [ $n -lt 15 ]; do sleep 2; n=$((n + 1)); vtysh -c "show ip pim rp-info" | grep -q Unknown || exit; echo "$(date) no way to the RP: entered again"; vtysh -c "configure terminal" -c "router pim" -c "no rp 10.255.255.1 239.0.0.0/8" -c "rp 10.255.255.1 239.0.0.0/8"; done' </dev/null >/var/log/frr/rp-again.log 2>&1 &
