#!/bin/sh
# Written by render.ts from network.yml, timers: graceful. Do not edit.
set -e
ip -batch - <<'END'
link add br0 type bridge stp_state 0 vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0 ageing_time 180000
link add vx10030 type vxlan id 10030 dstport 4789 local 10.255.0.3 nolearning ttl 64
link set vx10030 mtu 1500 master br0
link set vx10030 up
link set eth3 mtu 1500 master br0
link set br0 up
END
bridge -batch - <<'END'
link set dev vx10030 learning off
vlan add vid 30 pvid untagged dev vx10030
vlan add vid 30 pvid untagged dev eth3
END
