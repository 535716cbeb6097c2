#!/usr/bin/env bash
# Installs the programs that tests start and that are missing, as root on Debian; otherwise says what is missing, and
# the tests that need it are left out. Usage: tools/install_for_tests.sh PROGRAM[=PACKAGE]...
set -euo pipefail

PATH="$PATH:/usr/sbin:/usr/local/sbin"
missing=()
for wanted in "$@"; do
    command -v "${wanted%%=*}" > /dev/null || missing+=("${wanted#*=}")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Some tests need ${missing[*]}, and are left out without; where CI is set, they fail." >&2
    exit 0
fi
echo "Installing ${missing[*]} for the tests ..."
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null; }; then
    echo "They could not be installed: the tests that need them are left out, or fail where CI is set." >&2
fi
