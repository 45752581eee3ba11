#!/bin/bash
# The first program of a guest, started by the image's /faultline-init with the control folder at /mnt.
# Puts a root together that anything may write to (in memory), runs job.sh in it, hands over the exit code, powers off.
# Consoles: 1 and 2 take the job's stdout and stderr, 3 the beats of the virtual clock.
cd /
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
if [ "${1:-}" != inside ]; then
  mount -t tmpfs tmpfs /run
  mkdir /run/over /run/work /run/root
  # The image itself stays as it is, whoever boots it.
  mount -t overlay overlay -o lowerdir=/,upperdir=/run/over,workdir=/run/work /run/root || exit 1
  mount --move /proc /run/root/proc
  mount --bind /mnt /run/root/mnt
  # The new root must be that of the mount namespace: whoever enters one from outside lands there.
  cd /run/root && mount --move . / && exec chroot . /bin/bash /mnt/init.sh inside
  exit 1
fi
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
for dir in /dev/shm /run /tmp /var/tmp; do mount -t tmpfs tmpfs "$dir"; done
chmod 1777 /tmp /var/tmp /dev/shm
mkdir -p /run/netns /run/lock
ln -sfn /proc/self/fd /dev/fd
ip link set lo up
# Else every new namespace shows the devices of all tunnels that are compiled in.
echo 2 >/proc/sys/net/core/fb_tunnels_only_for_init_net
# Node takes it where it can, and a fork then copies its shared pages wrongly: the kernel's own memory gets overwritten.
echo 2 >/proc/sys/kernel/io_uring_disabled
for tty in 1 2 3; do stty -F /dev/tty$tty raw -echo; done

exec 7>/dev/tty3
mkfifo /run/beat
# Nothing is ever written there: the time runs out, and no program has to be started for it.
(exec 8<>/run/beat; while read -r up _ </proc/uptime && echo "$up" >&7; do read -rt 5 -u 8; done) >/dev/null 2>&1 &
beat=$!
mkfifo /run/stdout /run/stderr
cat /run/stdout >/dev/tty1 7>&- &
out=$!
cat /run/stderr >/dev/tty2 7>&- &
err=$!
bash /mnt/job.sh </dev/null >/run/stdout 2>/run/stderr 7>&-
code=$?
# What the job left running may still hold its output: a second, and no longer.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 $out 2>/dev/null || kill -0 $err 2>/dev/null || break
  sleep 0.1
done
kill $beat $out $err 2>/dev/null
for tty in 1 2; do stty -F /dev/tty$tty drain 2>/dev/null; done
read -r up _ </proc/uptime
echo "end $code $up" >&7
exec 7>&-
sync
perl -e 'syscall(169, 0xfee1dead, 672274793, 0x4321fedc, 0)'
