# A launcher that asks on the terminal before it does anything else. With
# --own-end, keys end it in a way of its own, as they do ssh.
if [ "$1" = --own-end ]; then
  trap 'exit 255' INT QUIT
  shift
fi
printf 'password:' >/dev/tty
IFS= read -r line </dev/tty
exec "$@"
