# Starts a command, and shows the first line that it is given, as a terminal would.
IFS= read -r line
printf '%s\n' "$line"
{
  printf '%s\n' "$line"
  exec cat
} | exec "$@"
