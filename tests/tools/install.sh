#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: Chromium, PostgreSQL (server), Japanese fonts. With root or sudo it uses the
# distribution's packages; without either it says what to install and stops.
set -euo pipefail
missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
{ command -v pg_config >/dev/null && [ -x "$(pg_config --bindir)/initdb" ]; } || missing+=(postgresql libpq-dev)
fc-list 2>/dev/null | grep -qiE 'noto.*cjk|ipa.*gothic|takao|bizud' || missing+=(fonts-noto-cjk fontconfig)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ]; then
  sudo=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  sudo=(sudo)
else
  echo "The tests need these packages; please install them (or run once with root or sudo): ${missing[*]}" >&2
  exit 1
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
