# shellcheck shell=sh
#
# Fetches source packages of Debian 12, on every system: the programs and suites
# of the tests are the same everywhere, and so are the tables in docs/ that count
# them. It is sourced after setup.sh, by scripts that want the sources of programs.
#
# apt fetches them from the mirror that it uses already, but by a list of sources
# and a state of its own, in a folder of the build: nothing is written to the
# system's, and who is not root can do it.
#
# What the tools say goes to the file that `log` names.

source_release=bookworm
source_state=$llvm_build/debian-sources

# Runs a command whose output is worth reading only when it fails.
logged() {
  "$@" >>"$log" 2>&1
}

# Where apt has packages of Debian from, without the security suites, which are
# elsewhere.
debian_mirrors() {
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' "$@" |
    grep -v -e '-security/*$' | sort -u
}

# apt-get for the sources alone: source_apt COMMAND...
source_apt() {
  apt-get -q -o "Dir::State=$source_state" \
    -o "Dir::State::lists=$source_state/lists" \
    -o "Dir::Cache=$source_state/cache" \
    -o "Dir::Etc::sourcelist=$source_state/sources.list" \
    -o Dir::Etc::sourceparts=- -o APT::Update::Error-Mode=any "$@"
}

update_source_lists() {
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$source_state/lists/partial" "$source_state/cache/archives/partial"
  # The origin is known where apt has been updated.
  mirrors=$(debian_mirrors 'Origin: Debian')
  [ -n "$mirrors" ] || mirrors=$(debian_mirrors)
  for mirror in $mirrors; do
    echo "deb-src [signed-by=$keys] $mirror $source_release main" \
      >"$source_state/sources.list"
    ! logged source_apt update || return 0
  done
  rm -f "$source_state/sources.list"
  fail_with_log "apt finds no sources of Debian's $source_release (mirrors: $mirrors)"
}

get_into_fetched() {
  rm -rf fetched
  mkdir fetched
  (cd fetched && logged source_apt source --only-source "$@")
}

# Gets a source package into the new folder ./fetched, unpacked but with
# --download-only: fetch_source [--download-only] PACKAGE
fetch_source() {
  mkdir -p "$source_state"
  (
    flock 9
    [ -f "$source_state/sources.list" ] || update_source_lists
    # Lists that are days old can name files that the mirror has replaced.
    get_into_fetched "$@" || { update_source_lists && get_into_fetched "$@"; } ||
      fail_with_log "cannot fetch Debian's source package: $*"
  ) 9>"$source_state/lock"
}
