#!/bin/sh
# Makes .venv ready: `tools/prepare.sh run` for the product, `tools/prepare.sh dev` for its tests as well.
# Finds a Python that is new enough and leaves the work to tools/prepare.py; when there is none, says so in one sentence.
set -eu
cd "$(dirname "$0")/.."

if [ -x .venv/bin/python ] && .venv/bin/python -I -S tools/prepare.py check "$1" 2>/dev/null; then
  exit 0
fi

candidates="${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}"
for modules in "sys, ensurepip, venv" "sys"; do # rather one that can make an environment than one that cannot
  for python in $candidates; do
    if "$python" -c "import $modules; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; then
      exec "$python" -I tools/prepare.py install "$1"
    fi
  done
done

sudo=$([ "$(id -u)" = 0 ] || echo "sudo ")
if command -v apt-get >/dev/null; then
  advice="${sudo}apt-get install python3 python3-venv"
elif command -v dnf >/dev/null; then
  advice="${sudo}dnf install python3.12"
elif command -v brew >/dev/null; then
  advice="brew install python@3.13"
else
  advice="make run PYTHON=/path/to/python3.11"
fi
first=${candidates%% *}
found=$("$first" --version 2>&1) || found="no $first"
echo "Sekisho needs Python 3.11 or newer and found $found: run \`$advice\`." >&2
exit 1
