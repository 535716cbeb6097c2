#!/usr/bin/env bash
# Installs the programs that tests start and that are missing, as root on Debian; otherwise says what is missing, and
# the tests that need it fail. Usage: tools/install_for_tests.sh PROGRAM[=PACKAGE]...
set -euo pipefail

PATH="$PATH:/usr/sbin:/usr/local/sbin"
missing=()
for wanted in "$@"; do
    command -v "${wanted%%=*}" > /dev/null || missing+=("${wanted#*=}")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Some tests need ${missing[*]}: install it, or they fail." >&2
    exit 0
fi
echo "Installing ${missing[*]} for the tests ..."
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
