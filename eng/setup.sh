#!/usr/bin/env bash
# Gets what the cluster on this machine stands on: etcd, etcdctl, Docker and a static busybox, from Debian. What is there is
# left as it is; a Docker daemon is started only if none answers.
. "$(dirname "$0")/lib.sh"

static_busybox() {
    command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1
}

missing_packages() {
    command -v etcd >/dev/null || echo etcd-server
    command -v etcdctl >/dev/null || echo etcd-client
    static_busybox || echo busybox-static
    docker_answers && return
    # A docker client alone is no engine.
    if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
        echo docker.io
        # Where the kernel enforces AppArmor, Docker needs its parser.
        grep -qs Y /sys/module/apparmor/parameters/enabled && ! command -v apparmor_parser >/dev/null && echo apparmor
    fi
    mountpoint -q /sys/fs/cgroup || echo cgroupfs-mount
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@"; }

install_packages() {
    if ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then apt update; fi
    # Lists that are old name files that are gone: fetch them anew, and try once more.
    apt install -y --no-install-recommends "$@" || { apt update && apt install -y --no-install-recommends "$@"; }
}

mapfile -t packages < <(missing_packages)
if [ "${#packages[@]}" -gt 0 ]; then
    may_be_root || fail "These packages are missing: ${packages[*]}. Install them, then try again:

    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
    step "Installing ${packages[*]}" "$root/out/log/install.log" install_packages "${packages[@]}"
    # Debian starts etcd as a service at once; the port is wanted for a cluster of our own.
    if [[ " ${packages[*]} " == *" etcd-server "* ]] && [ -d /run/systemd/system ]; then
        as_root systemctl disable --now etcd.service >/dev/null 2>&1 || true
        say "The etcd service that came with etcd-server is stopped and disabled; 'systemctl enable --now etcd' brings it back."
    fi
    still=$(missing_packages)
    [ -z "$still" ] || fail "Still missing after the installation: $still"
fi

start_docker() {
    if [ -d /run/systemd/system ] && systemctl cat docker.service >/dev/null 2>&1; then
        as_root systemctl start docker.service
    else
        # A session of its own: it outlives this script and the terminal, as a daemon should.
        as_root setsid dockerd >"$1" 2>&1 </dev/null &
    fi
    for _ in $(seq 300); do
        docker_answers && return
        sleep 0.1
    done
    return 1
}

if ! docker_answers; then
    if [ "$(id -u)" -ne 0 ] && may_be_root && sudo -n docker version >/dev/null 2>&1; then
        fail "A Docker daemon runs, but $(id -un) may not use it. Either: sudo usermod -aG docker $(id -un), and log in anew; or: sudo make …"
    fi
    may_be_root || fail "No Docker daemon answers. Start one, then try again:

    sudo systemctl start docker      (without systemd: sudo setsid dockerd >/tmp/dockerd.log 2>&1 &)"
    if ! mountpoint -q /sys/fs/cgroup && command -v cgroupfs-mount >/dev/null; then as_root cgroupfs-mount; fi
    log=${TMPDIR:-/tmp}/reconciler-dockerd.log
    say "No Docker daemon answers: starting one; its log is $log."
    start_docker "$log" || { tail -n 20 "$log" >&2; fail "The Docker daemon did not answer within 30 s."; }
    say "The Docker daemon runs and will go on running."
fi
