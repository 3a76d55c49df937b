# shellcheck shell=sh
#
# The systems of utils/host: how one is made, entered, and told about. `hosts` is
# the folder of all, `system` that of the one called `name`. utils/lib/setup.sh is
# sourced before.

# Where the checkout is copied to, seen from outside and from inside.
copy_inside=/home/remote-run

make_system() {
  install_packages "
    debootstrap=/usr/sbin/debootstrap
    git=/usr/bin/git
    util-linux=/usr/bin/unshare
  "
  [ "$new" = no ] || rm -rf "$system"
  [ ! -d "$system" ] || return 0
  mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' "Codename: $release" | head -n 1)
  [ -n "$mirror" ] || fail "apt has no mirror of Debian's $release here"
  say "fetching a bare Debian ($name), some 100 MB"
  rm -rf "$system.new"
  with_progress debootstrap --variant=minbase --include=git,ca-certificates \
    "$suite" "$system.new" "$mirror" ||
    fail_with_log "cannot make a bare Debian"
  rm -f "$system.new"/var/cache/apt/archives/*.deb
  # What apt needs here to get to the mirror, as a proxy.
  apt-config dump Acquire | grep -E '^Acquire::(https?|Check|Retries)' \
    >"$system.new/etc/apt/apt.conf.d/50mirror" || true
  [ "$name" != aarch64 ] || add_arm64
  mv "$system.new" "$system"
}

# Compilers of this machine for the other one, and what programs there link to. The
# packages of LLVM for both cannot be installed at once, so that those of arm64 are
# unpacked beside them.
add_arm64() {
  say "adding arm64, some 300 MB"
  # shellcheck disable=SC2016 # it is for another shell
  with_progress chroot "$system.new" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    sh -euc '
      dpkg --add-architecture arm64
      apt-get -q update
      apt-get -q install -y --no-install-recommends clang-22 lld-22 llvm-22 llvm-22-tools \
        cmake ninja-build python3 qemu-user g++ g++-aarch64-linux-gnu \
        libc6-dev:arm64 libstdc++-14-dev:arm64 zlib1g-dev:arm64 \
        libzstd-dev:arm64 libgtest-dev:arm64 libstdc++6-amd64-cross \
        libffi8:arm64 libedit2:arm64 libz3-4:arm64 libxml2:arm64
      cd /tmp
      apt-get -q -o APT::Sandbox::User=root download \
        llvm-22:arm64 llvm-22-dev:arm64 llvm-22-tools:arm64 \
        llvm-22-linker-tools:arm64 llvm-22-runtime:arm64 libllvm22:arm64
      for package in *_arm64.deb; do
        dpkg -x "$package" /opt/arm64
        rm "$package"
      done
      # Of each program that dies of a signal, the emulator says so on standard
      # error, as nobody does natively: an empty text is as long as that one.
      LC_ALL=C sed "s/qemu: uncaught target signal/\x00emu: uncaught target signal/" \
        /usr/bin/qemu-aarch64 >/opt/arm64/qemu-aarch64
      chmod +x /opt/arm64/qemu-aarch64
    ' || fail_with_log "cannot add the packages of arm64"
}

# Runs a command in the system, as its root, in namespaces that end with the
# command: mounts and processes. Not by chroot(8), in which nobody may make a user
# namespace, as sandboxes do.
inside() {
  if [ "$name" = aarch64 ]; then
    in_user_namespace enter "$@"
  else
    enter "$@"
  fi
}

# $1, and what follows it, in a user namespace, in which all users are as outside.
# Each has its own formats of executables, since Linux 6.7: what is told there of
# emulators is true for nobody else, and forgotten with it.
in_user_namespace() {
  mapped=$hosts/$name.mapped
  rm -f "$mapped"
  mkfifo "$mapped"
  own=$(readlink /proc/self/ns/user)
  "$@" <&0 &
  entered=$!
  until [ "$(readlink "/proc/$entered/ns/user" || echo "$own")" != "$own" ]; do
    kill -0 "$entered" || return 125
    sleep 0.01
  done
  echo '0 0 4294967295' >"/proc/$entered/uid_map"
  echo '0 0 4294967295' >"/proc/$entered/gid_map"
  : >"$mapped"
  wait "$entered"
}

enter() {
  set -- sh -euc "$mount_and_run" sh "$system" "${CCACHE_DIR:-}" "$@"
  set -- unshare --mount --pid --ipc --fork --kill-child "$@"
  # It is a job then, whose number is to be the command's, and for which the shell
  # ignores signals of keys, as its programs would.
  [ "$name" != aarch64 ] ||
    exec env --default-signal=INT,QUIT unshare --user sh -euc 'read go <"$1" || true
      shift
      exec setpriv --pdeathsig KILL "$@"' sh "$mapped" "$@"
  setpriv --pdeathsig KILL "$@"
}

# shellcheck disable=SC2016 # it is for another shell
mount_and_run='
  system=$1 shared=$2
  shift 2
  mount --bind "$system" "$system"
  cd "$system"
  mount -t proc proc proc
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys 2>/dev/null ||
    mount --rbind /sys sys
  mount -t tmpfs -o mode=755,nosuid tmpfs dev
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for name in stdin:0 stdout:1 stderr:2; do
    ln -s "/proc/self/fd/${name#*:}" "dev/${name%:*}"
  done
  for device in null zero full random urandom tty; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  if [ -n "$shared" ]; then
    mkdir -p var/cache/ccache
    mount --bind "$shared" var/cache/ccache
  fi
  # The old root lies over the new one then, until it goes.
  pivot_root . .
  umount -l .
  cd /
  if [ -d /opt/arm64 ]; then
    # Programs of aarch64: ELF of 64 bits, little-endian, ET_EXEC or ET_DYN, 183.
    # The emulator is opened now, and executes what is open.
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    printf %s ":aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/opt/arm64/qemu-aarch64:POCF" \
      >/proc/sys/fs/binfmt_misc/register
  fi
  # Not exec: this shell is the one that processes without a parent come to.
  status=0
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LANG=C.UTF-8 "TERM=${TERM:-dumb}" "$@" || status=$?
  exit "$status"
'

# The command $* in the copy of the checkout.
inside_copy() {
  if [ -n "${CCACHE_DIR:-}" ]; then
    [ -x "$system/usr/bin/ccache" ] || {
      say "installing ccache"
      inside sh -c 'apt-get -q update && apt-get -q install -y \
        --no-install-recommends ccache' </dev/null >"$hosts/$name.log" 2>&1 ||
        fail "cannot install ccache there (see $hosts/$name.log)"
    }
    # What the same compiler has compiled in another folder counts, too.
    set -- CCACHE_DIR=/var/cache/ccache CMAKE_C_COMPILER_LAUNCHER=ccache \
      CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_NOHASHDIR=1 \
      "CCACHE_BASEDIR=${copy_inside%/*}" \
      ${CCACHE_MAXSIZE:+"CCACHE_MAXSIZE=$CCACHE_MAXSIZE"} "$@"
  fi
  # env(1) of an older system has no --chdir.
  inside sh -c 'cd "$1" && shift && exec env "$@"' sh "$copy_inside" "$@"
}

# Has the copy be what git knows of the checkout, with what is changed and not
# committed. Files that stay as they were keep their times, so that little is
# built again.
copy_checkout() {
  copy=$system$copy_inside
  commit=$(git -C "$root" stash create)
  commit=${commit:-$(git -C "$root" rev-parse HEAD)}
  [ -d "$copy/.git" ] || git init -q "$copy"
  git -C "$root" push -q --force "$copy" "$commit:refs/heads/given"
  git -C "$copy" checkout -q --force --detach refs/heads/given
}

# What the command prints is looked at for a suite's last line.
run_and_print() {
  printed=$hosts/$name.out
  rm -f "$hosts/$name.pipe"
  mkfifo "$hosts/$name.pipe"
  tee "$printed" <"$hosts/$name.pipe" 8>&- &
  printer=$!
  # No pipeline: it is a child of this shell, and ends with it.
  inside_status=0
  inside_copy "$@" >"$hosts/$name.pipe" 8>&- || inside_status=$?
  wait "$printer"
  return "$inside_status"
}

# The version of the package $1 there, without Debian's part.
version_of() {
  version=$(dpkg-query "--admindir=$system/var/lib/dpkg" -W -f '${Version}\n' "$1" \
    2>/dev/null | sed 's/^[0-9]*://; s/[-+~].*//; q')
  printf %s "${version:-–}"
}

print_row() {
  ended=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$printed" | tail -n 1)
  ended=${ended:-exit status $status}
  case $shown in
  *--llvm=*)
    llvm_there=${shown##*--llvm=}
    llvm_there=${llvm_there%% *}
    ;;
  *) llvm_there=22 ;;
  esac
  machine=$(uname -m)
  [ "$name" != aarch64 ] || machine='aarch64, emulated'
  printf '| %s | %s | %s | %s | %s | %s | %s | `%s` | %s |\n' \
    "$suite $(cat "$system/etc/debian_version")" "$machine" \
    "$(version_of "llvm-$llvm_there-tools")" "$(version_of libc6)" \
    "$(version_of g++)" "$(version_of linux-libc-dev)" "$(version_of qemu-user)" \
    "$shown" "$ended"
}
