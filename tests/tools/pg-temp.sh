#!/usr/bin/env bash
# pg-temp.sh start DIR : a private, throw-away PostgreSQL on a socket in DIR; prints its URL. pg-temp.sh stop DIR : ends and removes it.
# Works as root (the server then runs as nobody) and as an ordinary user.
set -euo pipefail
cmd=$1 dir=$2
bin=$(pg_config --bindir)
as=()
if [ "$(id -u)" = 0 ]; then
  user=nobody
  as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --)
fi
case $cmd in
start)
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  chmod 700 "$dir"
  [ "$(id -u)" != 0 ] || chown "$user" "$dir"
  cd "$dir" # initdb refuses a working directory that its user can't read
  "${as[@]}" "$bin/initdb" -D data -U app --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1
  settings="-c listen_addresses='' -k $dir -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=400"
  "${as[@]}" "$bin/pg_ctl" -D data -w -t 60 -l server.log -o "$settings" start >/dev/null
  "$bin/createdb" -h "$dir" -U app app
  echo "postgres://app@localhost/app?host=$dir"
  ;;
stop)
  cd "$dir"
  "${as[@]}" "$bin/pg_ctl" -D data -m immediate stop >/dev/null || true
  cd /
  rm -rf "$dir"
  ;;
*)
  echo "usage: pg-temp.sh start|stop DIR" >&2
  exit 2
  ;;
esac
