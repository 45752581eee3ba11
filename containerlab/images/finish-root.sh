#!/bin/sh
# Makes a new Debian root fit to be an image. Usage: finish-root.sh ROOT
# Every file becomes readable to everybody, /etc/shadow too: no account here has a password, and the lab kernel may be
# booted by another user than the one who built the image.
set -eu
root=$1
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
rm -rf "$root"/var/log/* "$root"/tmp/* "$root"/root/.[a-z]*
# vtysh asks PAM whether root's account is in order, and a password's date can lie after a virtual clock's today.
if [ -d "$root/etc/frr" ]; then
  printf 'account sufficient pam_permit.so\nauth sufficient pam_permit.so\n' >"$root/etc/pam.d/frr"
fi
rm -f "$root/etc/resolv.conf" "$root/etc/hostname"
echo lab >"$root/etc/hostname"
dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Package} ${Version} ${Architecture}\n' | LC_ALL=C sort >"$root/.packages"

cat >"$root/faultline-init" <<'END'
#!/bin/bash
# First program of a lab kernel's guest: the control folder (`folder=` on the kernel's command line) has the rest.
mount -t proc proc /proc
for word in $(</proc/cmdline); do case $word in folder=*) folder=${word#folder=} ;; esac; done
mount -t hostfs none /mnt -o "ro,hostfs=$folder"
exec /bin/bash /mnt/init.sh
END
chmod 755 "$root/faultline-init"
# /proc, /sys and /dev of the host are mounted there while the root is made: they stay as they are.
find "$root" -xdev \( -path "$root/proc" -o -path "$root/sys" -o -path "$root/dev" \) -prune -o ! -type l -exec chmod a+rX {} +
