#!/bin/sh
# Installs what the tests want of Debian's packages, where this account may. Never fails: the tests say what is missing.
missing=""
[ -x /usr/bin/chromium ] || missing="chromium"  # the tests call it by this path
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
as_root=""
if [ "$(id -u)" != 0 ]; then
  sudo -n true 2>/dev/null || { echo "Not installed here, and this account may not: $missing"; exit 0; }
  as_root="sudo -n"
fi
command -v apt-get >/dev/null || { echo "Not installed here: $missing"; exit 0; }
echo "Installing for the tests: $missing ..."
# The package would start a server of its own; the tests start theirs.
case "$missing" in *postgresql*)
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi ;;
esac
$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
exit 0
