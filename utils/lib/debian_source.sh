# shellcheck shell=sh
#
# Fetches Debian's source packages, from the mirrors that apt already uses. It
# is sourced after setup.sh, by scripts that want the sources of programs.
#
# What the tools say goes to the file that `log` names.

# Runs a command whose output is worth reading only when it fails.
logged() {
  "$@" >>"$log" 2>&1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null || fail "run it as root, or install sudo"
    sudo "$@"
  fi
}

update_lists() {
  logged as_root apt-get -q update
}

# The fields of every index that apt has from Debian: indexes KIND FIELD
indexes() {
  apt-get indextargets --format "\$($2)" "Created-By: $1" "Origin: Debian" | sort -u
}

# Prints the entry of apt's configuration that FILE:NUMBER names, asking for
# sources. NUMBER counts lines in a list, and in a .sources file paragraphs, not
# those of comments alone. A copy keeps the options of the entry (its key, above
# all): apt refuses two entries for one archive whose options differ.
source_entry() {
  case ${1%:*} in
  *.sources)
    sed '/^#/d' "${1%:*}" | awk -v number="${1##*:}" '
      BEGIN { RS = "" }
      NR == number { sub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src"); print $0 "\n" }' |
      sed '/./,$!d'
    ;;
  *) sed -n "${1##*:}s/^[[:space:]]*deb[[:space:]]/deb-src /p" "${1%:*}" ;;
  esac
}

# The entries $2... that are in files of the kind $1, list or sources.
source_entries() {
  kind=$1
  shift
  for entry; do
    case $entry in
    *.sources:*) [ "$kind" = sources ] || continue ;;
    *) [ "$kind" = list ] || continue ;;
    esac
    source_entry "$entry"
  done
}

# Makes apt know Debian's source packages, from the mirrors it already uses.
enable_sources() {
  [ -z "$(indexes Sources SITE)" ] || return 0
  if [ -z "$(indexes Packages SITE)" ]; then
    update_lists || fail_with_log "apt-get update failed"
    [ -z "$(indexes Sources SITE)" ] || return 0
  fi
  entries=$(indexes Packages SOURCESENTRY)
  [ -n "$entries" ] || fail "apt has no archive of Debian's among its sources"
  list=/etc/apt/sources.list.d/remote-run-src
  say "adding Debian's source packages to apt's sources ($list.*)"
  for suffix in list sources; do
    # shellcheck disable=SC2086 # the entries are words
    text=$(source_entries $suffix $entries)
    [ -z "$text" ] ||
      printf '%s\n' "$text" |
      logged as_root install -m 644 /dev/stdin $list.$suffix ||
      fail_with_log "cannot write $list.$suffix"
  done
  update_lists || fail_with_log "apt-get update failed"
  [ -n "$(indexes Sources SITE)" ] ||
    fail "the mirror that apt uses has no source packages (see $list.*)"
}

get_into_fetched() {
  rm -rf fetched
  mkdir fetched
  (cd fetched && logged apt-get -q source --only-source "$@")
}

# Gets a source package into the new folder ./fetched, unpacked but with
# --download-only: fetch_source [--download-only] PACKAGE
fetch_source() {
  enable_sources
  # Lists that are days old can name files that the mirror has replaced. And a
  # mirror can lack what the security suite's list has; the main suite has it then,
  # or what was before.
  get_into_fetched "$@" || { update_lists && get_into_fetched "$@"; } ||
    { [ -n "$release" ] && get_into_fetched "--target-release=$release" "$@"; } ||
    fail_with_log "cannot fetch Debian's source package: $*"
}
