# shellcheck shell=sh
#
# Sets up what the scripts of utils/ need: Debian's packages, and the build in
# the folder of one of CMake's presets. A POSIX shell sources it, because a
# minimal Debian has nothing else.
#
# utils/lib/usage.sh is sourced before. Then `root` is the checkout; `llvm_version`,
# where it is set, is the major version of LLVM to use, 22 by default. Nothing is
# written to standard output, which belongs to the program that runs in the end, and
# nothing is read from standard input, for the same reason. Where it says nothing,
# all is well.

# package=file: the file, or one that the pattern fits, tells that the package, or
# something in its place, is there; that is quicker than to ask dpkg, and right for
# what came another way.
v=${llvm_version:-22}
llvm=/usr/lib/llvm-$v
lit=$llvm/bin/lit
# Where the preset of that LLVM builds, and what is its name.
llvm_preset=release llvm_build=$root/build
case $v in
22) ;;
19)
  # Debian's package has lit only as part of LLVM's sources.
  lit=$llvm/build/utils/lit/lit.py
  llvm_preset=llvm19 llvm_build=$root/build-llvm19
  ;;
23) llvm_preset=llvm23 llvm_build=$root/build-llvm23 ;;
*) fail "there is no LLVM '$v' to build with; 22 (the default), 19 and 23 are known" ;;
esac
build_packages="
  clang-$v=/usr/bin/clang++-$v
  lld-$v=$llvm/bin/ld.lld
  llvm-$v-dev=$llvm/lib/cmake/llvm/LLVMConfig.cmake
  llvm-$v-tools=$lit
  cmake=/usr/bin/cmake
  ninja-build=/usr/bin/ninja
  python3=/usr/bin/python3
  libzstd-dev=/usr/include/zstd.h
  zlib1g-dev=/usr/include/zlib.h
  libgtest-dev=/usr/include/gtest/gtest.h
"
# The tests also ask about objects of the other compiler, and about programs that
# need the libraries of clang's sanitizers, profiles and OpenMP. Of the last there
# can be one version only: any will do, because another one would remove it. Then
# there are launchers, the shell whose completion is tested, and make, which starts
# programs by their names.
test_packages="
  g++=/usr/bin/g++
  libclang-rt-$v-dev=$llvm/lib/clang/$v/lib/linux/libclang_rt.profile-*.a
  gdb=/usr/bin/gdb
  linux-perf=/usr/bin/perf
  libomp-$v-dev=/usr/lib/llvm-*/lib/libomp.so
  openssh-server=/usr/sbin/sshd
  openssh-client=/usr/bin/ssh-keygen
  bubblewrap=/usr/bin/bwrap
  strace=/usr/bin/strace
  valgrind=/usr/bin/valgrind
  util-linux=/usr/bin/prlimit
  zsh=/usr/bin/zsh
  make=/usr/bin/make
  pkgconf=/usr/bin/pkg-config
"
# Programs for other machines are emulated; utils/build-stubs installs what
# compiles for them.
emulator_packages="
  qemu-user=/usr/bin/qemu-aarch64
"
sanitizer_packages="
  libclang-rt-$v-dev=$llvm/lib/clang/$v/share/asan_ignorelist.txt
"
# What cpack needs to make Debian packages and to find out what they depend on.
package_packages="
  dpkg-dev=/usr/bin/dpkg-shlibdeps
  file=/usr/bin/file
"
format_packages="
  clang-format-22=/usr/bin/clang-format-22
"

llvm_suites="LLVM $v is in Debian 12's suite bookworm-security and in Debian 13's \
trixie, component main"
[ "$v" != 23 ] || llvm_suites="LLVM 23 is in Debian's suite sid, component main"

# Which packages of the table $1 are not there.
missing_packages() {
  # The table is words, whose patterns are for later.
  set -f
  for entry in $1; do
    set +f
    # shellcheck disable=SC2086 # the pattern is to be expanded
    is_there ${entry#*=} || printf '%s ' "${entry%%=*}"
  done
  set +f
}

# Whether the first file is there, of those that a pattern fits.
is_there() {
  [ -e "$1" ]
}

# Which of the packages $* apt cannot install.
without_candidate() {
  for package; do
    LC_ALL=C apt-cache policy "$package" | grep -q '^ *Candidate: [^(]' ||
      printf '%s ' "$package"
  done
}

release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null || true)

# LLVM 22 came to Debian 12 through its security suite, which a system made by
# debootstrap does not have among its sources. It stands beside the main suite
# on every mirror that has both. In Debian 13 it is in the main suite.
add_security_suite() {
  [ "$release" = bookworm ] || return 1
  security_list=/etc/apt/sources.list.d/remote-run.list
  mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Codename: bookworm' | head -n 1)
  mirror=${mirror%/}
  [ -n "$mirror" ] || return 1
  case $mirror in
  */debian) ;;
  *) return 1 ;;
  esac
  say "adding Debian's security suite to apt's sources ($security_list)"
  printf '%s\n' \
    "# Added by remote-run's utils/lib/setup.sh: LLVM 22 for Debian 12." \
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror-security bookworm-security main" |
    $as_root tee "$security_list" >>"$log"
  $as_root apt-get -q update >>"$log" 2>&1 && return 0
  # A source that does not work would break every later apt-get update.
  $as_root rm -f "$security_list"
  return 1
}

is_debian() {
  [ -e /etc/debian_version ] && command -v apt-get >/dev/null &&
    grep -q '^ID=debian$' /etc/os-release
}

# Installs what is missing of the packages in the table $1.
install_packages() {
  missing=$(missing_packages "$1")
  [ -n "$missing" ] || return 0
  is_debian || fail "this is not a Debian system, so it cannot install what is" \
    "missing, in Debian's names: ${missing% }." \
    "Install that yourself and build with CMake (see README.md)"
  if [ "$(id -u)" = 0 ]; then
    as_root=env
  elif command -v sudo >/dev/null; then
    as_root=sudo
  else
    absent=$(without_candidate $missing)
    fail "missing packages; run it as root, or install sudo, or let root do this:
  apt-get update && apt-get install --no-install-recommends ${missing% }" \
      ${absent:+"
  (apt knows no ${absent% } so far. $llvm_suites)"}
  fi
  say "installing ${missing% }"
  # Another apt may be at work; it gets two minutes. What is there is somebody's,
  # so that nothing is ever removed.
  apt_install="$as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q
    -o DPkg::Lock::Timeout=120 --no-install-recommends --no-remove install"
  $as_root apt-get -q update >>"$log" 2>&1 ||
    say "warning: apt-get update failed (see $log); going on with old lists"
  if [ -n "$(without_candidate $missing)" ]; then
    add_security_suite || true
    absent=$(without_candidate $missing)
    [ -z "$absent" ] || fail "no source of apt has ${absent% }." \
      "$llvm_suites: add it to apt's sources (see also $log)"
  fi
  announce_packages $missing
  # shellcheck disable=SC2086 # all of them are words
  with_progress $apt_install --yes $missing ||
    fail_with_log "cannot install ${missing% }"
  missing=$(missing_packages "$1")
  [ -z "$missing" ] ||
    fail "installed, but not where it is expected: ${missing% }"
}

# How much there is to get for the packages $*, in apt's own words.
announce_packages() {
  # It says so, and ends with 1, because it is told not to go on; beside --yes that
  # would not count.
  plan=$($apt_install --assume-no "$@" 2>&1 </dev/null || true)
  sizes=$(printf '%s\n' "$plan" | sed -n '
    s/^Need to get \(.*\) of archives\.$/\1 to fetch/p
    s/^After this operation, \(.*\) of additional disk space will be used\.$/, \1 on the disk/p
  ' | tr -d '\n')
  [ -z "$sizes" ] || say "$sizes; that may take some minutes"
}

# Runs the command $* with its output in the log; where that takes longer, the last
# line of the log is said now and then.
with_progress() {
  (
    told=
    # A sleep that is left behind keeps nobody waiting for what it has open.
    while sleep "${progress_seconds:-10}" </dev/null >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      line=$(tail -n 1 "$log" | tr '\r\t' '  ' | cut -c 1-100 | sed 's/ *$//')
      [ "$line" = "$told" ] || say "... $line"
      told=$line
    done
  ) 9>&- &
  watcher=$!
  progress_status=0
  "$@" >>"$log" 2>&1 || progress_status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  return "$progress_status"
}

fail_with_log() {
  tail -n 40 "$log" >&2
  fail "$* (all of it is in $log)"
}

# $1 is the preset, $2 its build folder, the rest the targets, all by default.
configure_and_build() {
  preset=$1 folder=$2
  shift 2
  # CMake itself notices changes of its own files, but not of the presets.
  if [ ! -e "$folder/build.ninja" ] ||
    [ ! -e "$folder/configured" ] ||
    [ "$root/CMakePresets.json" -nt "$folder/configured" ]; then
    say "configuring $folder"
    (cd "$root" && cmake --preset "$preset") >>"$log" 2>&1 ||
      fail_with_log "cannot configure the preset '$preset'"
    : >"$folder/configured"
  fi
  # In every build it is looked after the commit, which is not worth a word.
  steps=$(ninja -C "$folder" -n "$@" 2>/dev/null | grep -c '^\[' || true)
  if [ "${steps:-0}" -lt 12 ]; then
    set -- --quiet "$@"
  else
    # A step of the whole build took 1.6 s of a processor on the average.
    minutes=$((1 + steps * 16 / 10 / 60 / $(nproc)))
    say "building: $steps steps, about $minutes min on $(nproc) processor(s)"
  fi
  if [ -t 2 ] && [ "$1" != --quiet ]; then
    # ninja has a line of its own for a terminal.
    ninja -C "$folder" "$@" >&2 || fail "cannot build"
  else
    with_progress ninja -C "$folder" "$@" || {
      # The first of the errors tells the most.
      sed -n '/^FAILED:/,$p' "$log" | head -n 40 >&2
      fail "cannot build (all of it is in $log)"
    }
  fi
}

# Runs the command $2... alone among all that set up the build folder $1.
# In a subshell, so that what is run in the end does not inherit the lock.
with_lock() {
  folder=$1
  shift
  mkdir -p "$folder"
  (
    flock -n 9 || {
      say "waiting for another build in $folder"
      flock 9
    }
    log=$folder/setup.log
    : >"$log"
    "$@"
  ) 9>"$folder/setup.lock" </dev/null >&2
}
