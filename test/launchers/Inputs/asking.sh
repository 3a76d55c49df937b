# A launcher that asks on the terminal before it does anything else.
printf 'password:' >/dev/tty
IFS= read -r line </dev/tty
exec "$@"
