# shellcheck shell=sh
#
# What every script of utils/ does with its arguments before it does anything else:
# the comment at its head is its --help, and an option that is not there is refused.

say() {
  printf 'utils/%s: %s\n' "${0##*/}" "$*" >&2
}

fail() {
  say "error: $*"
  exit 125
}

# The comment at the head of the script.
usage() {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

# Whether usage() has the option $1 as a word.
is_documented() {
  usage | tr -s ' ,[]()`' '\n' | sed 's/=.*//' | grep -qxF -e "$1"
}

# Answers --help, which then is all that the script does, and refuses what nobody
# knows. What follows "--" belongs to another program.
check_arguments() {
  for argument; do
    case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --) return 0 ;;
    -) ;;
    -*)
      name=${argument%%=*}
      case $name in
      -j[0-9]*) name=-j ;;
      esac
      is_documented "$name" ||
        fail "unknown option '$argument' (see utils/${0##*/} --help)"
      ;;
    esac
  done
}
