#!/bin/sh
# Makes sure of what the tests need beside Python: Chromium with Japanese letters, and a PostgreSQL server.
# The server comes with the packages of the tests. Chromium is installed where that needs no question; else one sentence.
set -eu

has_browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  [ -x "/Applications/Chromium.app/Contents/MacOS/Chromium" ] || [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

has_letters() {
  [ "$(uname)" = Darwin ] || { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ja family)" ]; }
}

if has_browser && has_letters; then exit 0; fi

sudo=
if [ "$(id -u)" != 0 ]; then
  sudo="sudo "
fi
if command -v apt-get >/dev/null; then
  advice="${sudo}apt-get install chromium fonts-noto-cjk fontconfig"
  if [ -z "$sudo" ] || sudo -n true 2>/dev/null; then
    echo "Installing Chromium and Japanese letters for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # an empty $sudo is no word
    if { ${sudo:+sudo -nE} apt-get update -qq && ${sudo:+sudo -nE} apt-get install -qq -y --no-install-recommends \
      chromium fonts-noto-cjk fontconfig; } >/dev/null </dev/null && has_browser && has_letters; then
      exit 0
    fi
  fi
elif command -v brew >/dev/null; then
  advice="brew install --cask chromium"
else
  advice="your system's package manager to install chromium and a Japanese font"
fi
echo "The browser tests need Chromium and Japanese letters: run \`$advice\`." >&2
exit 1
