#!/bin/sh
# Written by render.ts from network.yml, timers: tuned. Do not edit.
set -e
echo 100000 >/proc/sys/net/mpls/platform_labels
echo 1 >/proc/sys/net/mpls/conf/eth2/input
echo 1 >/proc/sys/net/mpls/conf/eth3/input
ip -batch - <<'END'
link add br0 type bridge stp_state 0 vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0 ageing_time 180000
link set br0 address 44:38:39:00:00:fe
link add vx10010 type vxlan id 10010 dstport 4789 local 10.255.0.1 nolearning ttl 64
link set vx10010 mtu 1500 master br0
link set vx10010 up
link add vx10020 type vxlan id 10020 dstport 4789 local 10.255.0.1 nolearning ttl 64
link set vx10020 mtu 1500 master br0
link set vx10020 up
link add vx10030 type vxlan id 10030 dstport 4789 local 10.255.0.1 nolearning ttl 64
link set vx10030 mtu 1500 master br0
link set vx10030 up
link add es1 type bond mode 802.3ad lacp_rate fast miimon 100 min_links 2 xmit_hash_policy layer3+4 ad_actor_system 44:38:39:ff:ff:01
link set eth1 down
link set eth1 master es1
link set eth1 up
link set es1 up
link set es1 master br0
link set br0 up
END
tc -batch - <<'END'
qdisc add dev eth2 clsact
filter add dev eth2 ingress pref 1 protocol ip flower ip_proto udp dst_port 4789 src_ip 10.255.0.2 action skbedit mark 0x10
filter add dev eth2 ingress pref 9 protocol ip flower ip_proto udp dst_port 4789 action skbedit mark 0x20
qdisc add dev eth3 clsact
filter add dev eth3 ingress pref 1 protocol ip flower ip_proto udp dst_port 4789 src_ip 10.255.0.2 action skbedit mark 0x10
filter add dev eth3 ingress pref 9 protocol ip flower ip_proto udp dst_port 4789 action skbedit mark 0x20
qdisc add dev es1 clsact
filter add dev es1 egress chain 1 protocol all flower dst_mac 01:00:00:00:00:00/01:00:00:00:00:00 action drop
filter add dev es1 egress pref 1 protocol all handle 0x10 fw action goto chain 1
filter add dev es1 egress pref 2 protocol all handle 0x20 fw action goto chain 1
END
bridge -batch - <<'END'
link set dev vx10010 learning off
vlan add vid 10 pvid untagged dev vx10010
vlan add vid 10 dev es1
vlan add vid 10 dev br0 self
link set dev vx10020 learning off
vlan add vid 20 pvid untagged dev vx10020
vlan add vid 20 dev es1
vlan add vid 20 dev br0 self
link set dev vx10030 learning off
vlan add vid 30 pvid untagged dev vx10030
vlan add vid 30 dev es1
vlan add vid 30 dev br0 self
link set dev es1 flood off
END
ip -batch - <<'END'
link add orders type vrf table 1000
link set orders up
link add link br0 name vlan10 type vlan id 10
link set vlan10 up
link add link br0 name vlan20 type vlan id 20
link set vlan20 up
link add link br0 name vlan30 type vlan id 30
link set vlan30 master orders
link set vlan30 up
neigh add 172.16.30.10 lladdr 02:00:00:00:30:10 dev vlan30 nud permanent
END
setsid perl /etc/wan/es-helper.pl es1 vx10030 100 500 eth1 </dev/null >/dev/null 2>&1 &
