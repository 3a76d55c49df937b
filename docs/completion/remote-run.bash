# Completion of remote-run's arguments for bash. The program itself says which
# options it has, so this holds for every version of it.

# Prints "NAME HOW VALUE" for each option: remote-run --describe-options, with the
# gaps of empty fields closed by a "-".
_remote_run_options() {
  local kind name how value text
  "$1" --describe-options 2>/dev/null | tr '\t' '\037' |
    while IFS=$'\037' read -r kind name how value text; do
      [ "$kind" != option ] || printf '%s %s %s\n' "$name" "${how:-joined}" "${value:--}"
    done
}

# Completes the rest of its arguments, compgen's, as names of files.
_remote_run_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$@")
}

# Completes $2, the value that an option calls $1.
_remote_run_value() {
  case $1 in
  dir) _remote_run_files -d -- "$2" ;;
  file* | lib) _remote_run_files -f -- "$2" ;;
  *"|"*) mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$2") ;;
  esac
}

_remote_run() {
  # Readline cuts words at "=", too: they are put together again.
  local program=${COMP_WORDS[0]} line=${COMP_LINE:0:COMP_POINT} word=
  local words name how value names=()
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] || word=${words[-1]}
  COMPREPLY=()
  # After the file everything is the program's.
  local index
  for ((index = 1; index < ${#words[@]} - (${#word} > 0); index++)); do
    case ${words[index]} in
    -?*) ;;
    *)
      _remote_run_files -f -- "$word"
      return
      ;;
    esac
  done
  while read -r name how value; do
    # As it is typed: with one dash or two.
    [[ $word == --* || $name != --* ]] || name=${name#-}
    if [[ $word == "$name="* ]]; then
      _remote_run_value "$value" "${word#*=}"
      return
    fi
    case $how in
    =) names+=("$name=") ;;
    "[=]") names+=("$name" "$name=") ;;
    *) names+=("$name") ;;
    esac
  done < <(_remote_run_options "$program")
  case $word in
  -*)
    mapfile -t COMPREPLY < <(compgen -W "${names[*]}" -- "$word")
    # What ends with "=" goes on.
    [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] ||
      compopt -o nospace 2>/dev/null
    ;;
  *)
    _remote_run_files -f -X '!*.ll' -- "$word"
    _remote_run_files -f -X '!*.bc' -- "$word"
    _remote_run_files -d -- "$word"
    ;;
  esac
}

complete -F _remote_run remote-run
