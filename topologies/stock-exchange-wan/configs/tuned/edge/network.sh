#!/bin/sh
# Written by render.ts from network.yml, timers: tuned. Do not edit.
set -e
ip -batch - <<'END'
link add br0 type bridge stp_state 0 vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0 ageing_time 180000
link add es1 type bond mode 802.3ad lacp_rate fast miimon 100 min_links 1 xmit_hash_policy layer3+4 ad_actor_system 44:38:39:00:00:0c
link set eth1 down
link set eth1 master es1
link set eth1 up
link set eth2 down
link set eth2 master es1
link set eth2 up
link set es1 up
link set es1 mtu 1500 master br0
link set eth3 mtu 1500 master br0
link set eth4 mtu 1500 master br0
link set eth5 mtu 1500 master br0
link set br0 up
END
bridge -batch - <<'END'
vlan add vid 10 dev es1
vlan add vid 20 dev es1
vlan add vid 30 dev es1
vlan add vid 10 pvid untagged dev eth3
vlan add vid 20 pvid untagged dev eth4
vlan add vid 30 pvid untagged dev eth5
END
