#!/bin/sh
# Makes a virtual environment and installs lock files into it: requirements/environment.sh FOLDER LOCK...
# The interpreter is $PYTHON, else the newest from 3.11 on that is here and can make environments. Where uv is on the
# PATH, uv installs, and it may bring an interpreter too.
set -eu
folder=$1
shift

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
has_uv() { command -v uv >/dev/null 2>&1; }

refuse() {
  echo "$1" >&2
  exit 1
}

# Prints the interpreter; without one, refuses with the one line that helps.
interpreter() {
  without_venv=
  for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
    is_new_enough "$candidate" || continue
    if has_uv || can_make_environments "$candidate"; then
      echo "$candidate"
      return
    fi
    without_venv=${without_venv:-$candidate}
  done
  if [ -n "$without_venv" ]; then
    refuse "$without_venv cannot make environments: install its package of the name python$(version_of "$without_venv")-venv (Debian, Ubuntu)"
  fi
  if [ -n "${PYTHON:-}" ]; then refuse "$PYTHON is not a Python of 3.11 or newer that runs here"; fi
  if has_uv; then echo ">=3.11"; return; fi
  refuse "Python 3.11 or newer is missing: install python3 and python3-venv (Debian, Ubuntu), or uv"
}

is_made_with() { [ "$(version_of "$folder/bin/python" || true)" = "$(version_of "$1" || version_of "$folder/bin/python" || true)" ]; }

python=$(interpreter)
if [ ! -x "$folder/bin/python" ] || ! is_made_with "$python"; then
  if has_uv; then
    uv venv --quiet --clear --seed --python "$python" "$folder"
  else
    "$python" -m venv --clear "$folder"
  fi
fi

for lock in "$@"; do
  if has_uv; then
    uv pip install --quiet --python "$folder/bin/python" --require-hashes -r "$lock"
  else
    # Twice quiet: pip's warnings speak of how the machine finds packages, its errors are still shown.
    "$folder/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
  fi
done
