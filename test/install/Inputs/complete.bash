# What bash would offer at the end of a command line, in order, a line each:
#
#   bash complete.bash COMPLETION PROGRAM ARGUMENTS

source "$1"
COMP_LINE="$2 $3"
COMP_POINT=${#COMP_LINE}
read -ra COMP_WORDS <<<"$COMP_LINE"
_remote_run
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort
