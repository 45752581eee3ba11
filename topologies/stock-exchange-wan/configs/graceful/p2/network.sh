#!/bin/sh
# Written by render.ts from network.yml, timers: graceful. Do not edit.
set -e
echo 100000 >/proc/sys/net/mpls/platform_labels
echo 1 >/proc/sys/net/mpls/conf/eth2/input
echo 1 >/proc/sys/net/mpls/conf/eth1/input
echo 1 >/proc/sys/net/mpls/conf/eth4/input
echo 1 >/proc/sys/net/mpls/conf/eth6/input
echo 1 >/proc/sys/net/mpls/conf/eth5/input
