#!/bin/bash
# A Docker daemon of one's own, beside or instead of the machine's: its data, its socket and all that it leaves lie in one
# folder, the host's firewall and forwarding stay as they are.
# docker-daemon.sh install         Debian's docker.io where dockerd is missing; does not start the system's service
# docker-daemon.sh start FOLDER    starts it, prints what DOCKER_HOST has to be; quick where it runs already
# docker-daemon.sh stop FOLDER     removes its containers and networks, ends it, waits until it is gone, removes FOLDER
set -euo pipefail

say() { echo "docker-daemon: $*" >&2; }

install() {
  local missing=() service_start_denied=
  command -v dockerd >/dev/null || missing+=(docker.io)
  # Debian 13 has the client in a package of its own.
  command -v docker >/dev/null || [ -z "$(apt-cache search --names-only '^docker-cli$')" ] || missing+=(docker-cli)
  command -v jq >/dev/null || missing+=(jq)
  [ ${#missing[@]} -eq 0 ] && return
  say "installing Debian packages: ${missing[*]}"
  if [ "$(id -u)" != 0 ]; then
    say "that needs root: sudo apt-get install ${missing[*]}"
    exit 4
  fi
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    service_start_denied=yes
  fi
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
  [ -z "$service_start_denied" ] || rm /usr/sbin/policy-rc.d
}

# Names of the capabilities that this host does not hold; capability(7), in the order of their numbers.
missing_capabilities() {
  local names=(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
    NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT
    SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG
    WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE)
  local held last i
  held=$((16#$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)))
  last=$(cat /proc/sys/kernel/cap_last_cap)
  for ((i = 0; i <= last && i < ${#names[@]}; i++)); do
    (((held >> i) & 1)) || echo "CAP_${names[i]}"
  done
}

# runc, minus the capabilities that the host lacks: it refuses a container (create) or process (exec) that asks for one.
# And containers forward, as on any other Docker host, where Docker has switched the host's own forwarding on.
write_oci_runtime() { # file capability…
  local file=$1
  shift
  local list
  list=$(printf '%s\n' "$@" | jq -R . | jq -sc 'map(select(. != ""))')
  cat >"$file" <<WRAPPER
#!/bin/bash
arguments=("\$@")
for ((i = 0; i < \${#arguments[@]}; i++)); do
  case "\${arguments[i]}" in
    create | run) verb=create ;;
    exec) verb=exec ;;
    --bundle | -b) [[ \$verb == create ]] && file=\${arguments[i + 1]}/config.json ;;
    --process | -p) [[ \$verb == exec ]] && file=\${arguments[i + 1]} ;;
  esac
done
if [[ -f \$file ]]; then
  capped=\$(jq --argjson missing '$list' '
    ((.process.capabilities, .capabilities | select(. != null)) |= with_entries(.value -= \$missing))
    | if .linux.namespaces // [] | any(.type == "network" and .path == null) then .linux.sysctl["net.ipv4.ip_forward"] //= "1" else . end' "\$file") &&
    printf '%s' "\$capped" >"\$file"
fi
exec runc "\$@"
WRAPPER
  chmod +x "$file"
}

alive() { # pidfile name: its pid, where that runs and is the program of that name
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] && echo "$pid"
}

start() {
  local folder=$1
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd -P)
  local socket=unix://$folder/docker.sock
  if alive "$folder/docker.pid" dockerd >/dev/null && docker -H "$socket" version >/dev/null 2>&1; then
    echo "$socket"
    return
  fi
  local options=() missing
  mapfile -t missing < <(missing_capabilities)
  [ ${#missing[@]} -eq 0 ] || say "the host lacks ${missing[*]}: containers do without"
  write_oci_runtime "$folder/oci-runtime" "${missing[@]}"
  options+=(--add-runtime "capped=$folder/oci-runtime" --default-runtime capped)
  rm -f "$folder/docker.pid"
  # Files and /dev/null: a daemon that keeps a pipe open keeps its reader waiting.
  setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" --host "$socket" \
    --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false --bridge=none "${options[@]}" \
    </dev/null >>"$folder/dockerd.log" 2>&1 &
  local daemon=$!
  for _ in $(seq 300); do
    if docker -H "$socket" version >/dev/null 2>&1; then
      echo "$socket"
      return
    fi
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  say "dockerd did not come up; its last lines:"
  tail -n 15 "$folder/dockerd.log" >&2
  kill "$daemon" 2>/dev/null || true
  exit 4
}

end() { # pid: asks it, waits, insists
  kill "$1" 2>/dev/null || return 0
  for _ in $(seq 150); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$1" 2>/dev/null || true
  for _ in $(seq 50); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  say "process $1 does not end"
  return 1
}

stop() {
  [ -d "$1" ] || return 0
  local folder socket pid found
  folder=$(cd "$1" && pwd -P)
  socket=unix://$folder/docker.sock
  if alive "$folder/docker.pid" dockerd >/dev/null; then
    mapfile -t found < <(timeout 20 docker -H "$socket" ps -aq || true)
    # A paused container cannot be removed by older versions.
    [ ${#found[@]} -eq 0 ] || {
      timeout 20 docker -H "$socket" unpause "${found[@]}" >/dev/null 2>&1 || true
      timeout 120 docker -H "$socket" rm -fv "${found[@]}" >/dev/null || true
    }
    mapfile -t found < <(timeout 20 docker -H "$socket" network ls -q --filter type=custom || true)
    [ ${#found[@]} -eq 0 ] || timeout 60 docker -H "$socket" network rm "${found[@]}" >/dev/null || true
  fi
  ! pid=$(alive "$folder/docker.pid" dockerd) || end "$pid"
  ! pid=$(alive "$folder/exec/containerd/containerd.pid" containerd) || end "$pid"
  # What a daemon that was killed has left: its containers' keepers know its socket.
  for cmdline in /proc/[0-9]*/cmdline; do
    if { tr '\0' ' ' <"$cmdline"; } 2>/dev/null | grep -q "^[^ ]*containerd-shim[^ ]* .*$folder/exec/"; then
      pid=${cmdline#/proc/}
      end "${pid%/cmdline}"
    fi
  done
  while read -r mountpoint; do umount -l "$mountpoint" || true; done < <(
    awk -v folder="$folder/" 'index($5, folder) == 1 { print $5 }' /proc/self/mountinfo | sort -r
  )
  rm -rf "$folder"
}

case "${1:-}" in
  install) install ;;
  start | stop) [ -n "${2:-}" ] || { say "$1 needs a folder"; exit 2; }; "$1" "$2" ;;
  *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
esac
