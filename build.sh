#!/usr/bin/env bash
# The one entrance: sets up what is missing, then does what is asked.
#   ./build.sh run [--demo]   start the product        ./build.sh bench [name]  measure
#   ./build.sh test [args]    all tests (pytest args)  ./build.sh web           only the browser app
#   ./build.sh check          lint, types, imports     ./build.sh apk | ipa     packages for phones
set -euo pipefail
cd "$(dirname "$0")"

VENV=.venv
PY=$VENV/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
is_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
    say "Installing from Debian: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    apt-get update >/dev/null && apt-get install -y --no-install-recommends "$@" >/dev/null
}

base_python() {
    local candidate
    for candidate in "${RUNDAN_PYTHON:-}" python3.11 python3 python3.12 python3.13; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 is needed and was not found: install it (Debian: apt-get install python3 python3-venv)."
}

ensure_environment() {
    local stamp=$VENV/.lock-sum sum base
    sum=$(sha256sum requirements.lock)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && [ -x "$PY" ]; then
        ensure_command
        return
    fi
    base=$(base_python)
    if ! "$base" -c 'import ensurepip' 2>/dev/null; then
        is_root_with_apt || fail "Python's venv is missing: ask for it (Debian: apt-get install python3-venv)."
        apt_install python3-venv
    fi
    say "Making the environment from requirements.lock (once, about a minute) …"
    rm -rf "$VENV"
    "$base" -m venv "$VENV"
    "$PY" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r requirements.lock || fail "The packages could not be installed: see the lines above."
    echo "$sum" >"$stamp"
    ensure_command
}

# The command line from any folder: .venv/bin/rundan plan …, on this folder's data unless set.
ensure_command() {
    local command=$VENV/bin/rundan text
    text=$(
        cat <<EOT
#!/bin/sh
here='$PWD'
export PYTHONPATH="\$here" RUNDAN_DATA="\${RUNDAN_DATA:-\$here/data}"
exec "\$here/$PY" -P -m sync.central "\$@"
EOT
    )
    [ -x "$command" ] && [ "$(cat "$command")" = "$text" ] && return
    printf '%s\n' "$text" >"$command"
    chmod +x "$command"
}

# Node, from playwright's wheel, compiles the browser app's Python and drives the test browsers.
ensure_node() {
    local node
    node=$("$PY" -c 'import pathlib, playwright as p; print(pathlib.Path(p.__file__).parent / "driver/node")')
    "$node" --version >/dev/null 2>&1 && return
    if is_root_with_apt; then
        apt_install libatomic1 && return
    fi
    say "Node does not run here, so the app will start slower on phones. As root: apt-get install libatomic1"
}

ensure_web() {
    ensure_node
    "$PY" -m app.bundle --out build/web
}

# The browsers of the tests. What cannot be installed here fails in the tests, with its remedy.
ensure_browsers() {
    local missing=()
    command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
    command -v WebKitWebDriver >/dev/null || missing+=(webkit2gtk-driver)
    command -v Xvfb >/dev/null || missing+=(xvfb)
    locale -a 2>/dev/null | grep -qi '^sv_SE\.utf-\?8$' || missing+=(locales)
    [ ${#missing[@]} = 0 ] && return
    if is_root_with_apt; then
        apt_install "${missing[@]}" || say "Could not install ${missing[*]}: the browser tests will fail."
        locale -a 2>/dev/null | grep -qi '^sv_SE\.utf-\?8$' ||
            localedef -i sv_SE -f UTF-8 sv_SE.UTF-8
    else
        say "Missing for the browser tests: ${missing[*]}. As root: apt-get install ${missing[*]}"
    fi
}

run() {
    ensure_environment
    case "${1:-}" in
    plan | tiles | hand-in) ;; # need no browser app
    *) ensure_web ;;
    esac
    exec "$PY" -m sync.central "$@"
}

# npm, for the test that uploads with tus-js-client, and for the peers of `bench sync`. Without it that
# test fails, with its remedy, and the bench says which peers it could not run.
ensure_npm() {
    command -v npm >/dev/null && return
    if is_root_with_apt; then
        apt_install nodejs npm || say "Could not install npm: the test with tus-js-client will fail."
    else
        say "Missing for the test with tus-js-client: npm. As root: apt-get install nodejs npm"
    fi
}

run_tests() {
    ensure_environment
    ensure_browsers
    ensure_npm
    export RUNDAN_BUNDLE=quick
    ensure_web
    # All of them: a process more than there are cores, as browsers are waited for now and then; at
    # most four. Each has files of its own.
    local processes=$(($(nproc) + 1))
    [ $# -gt 0 ] || set -- --numprocesses $((processes < 4 ? processes : 4)) --dist loadfile --no-loadscope-reorder --durations 30
    exec "$PY" -m pytest "$@"
}

check() {
    ensure_environment
    "$PY" -m ruff check .
    "$PY" -m ruff format --check .
    "$PY" -m mypy
    "$VENV/bin/lint-imports"
}

bench() {
    local names=("$@") name
    [ ${#names[@]} -gt 0 ] || names=(save photo capture list map nearby protocol_html tap_while_sending page start_offline sync)
    for name in "${names[@]}"; do
        [[ $name != _* && ( -f tests/bench/$name.py || -f tests/bench/$name/__main__.py ) ]] ||
            fail "There is no benchmark $name. There are: $(ls tests/bench | grep -v '^_' | sed 's/\.py$//' | tr '\n' ' ')"
    done
    ensure_environment
    ensure_browsers
    ensure_web
    [[ " ${names[*]} " == *" sync "* ]] && ensure_npm
    for name in "${names[@]}"; do
        "$PY" -m "tests.bench.$name"
    done
}

package() {
    ensure_environment
    command -v flutter >/dev/null ||
        fail "Packages for phones need the Flutter tool chain: install Flutter, then run ./build.sh $1 again."
    "$PY" -m app.bundle --stage build/stage
    "$PY" -m pip install --quiet --disable-pip-version-check "flet-cli==$("$PY" -c 'import flet.version as v; print(v.flet_version)')"
    "$VENV/bin/flet" build "$1" build/stage --project rundan --product Rundan --org se.rundan \
        --output "build/$1"
}

case "${1:-}" in
run) shift; run "$@" ;;
test) shift; run_tests "$@" ;;
check) check ;;
bench) shift; bench "$@" ;;
web) ensure_environment; ensure_web ;;
apk | ipa) package "$1" ;;
*) sed -n '2,5s/^# \?//p' "$0"; exit 2 ;;
esac
