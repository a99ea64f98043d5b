#!/bin/sh
# Do what the README says, as on a machine that has nothing: a fresh clone, an empty home, the
# system's own folders as PATH, no LANG, no msgfmt, no git in sight. Start twice, look at a page,
# kill the supervisor with -9, and count what is left.
#
#   PYTHON=/path/to/python3.11   when PATH has no Python that is new enough
#   KEEP=folder                  leave the clone there
set -eu
cd "$(dirname "$0")/.."
source=$(pwd)
work=${KEEP:-$(mktemp -d /tmp/slj-bare-XXXXXX)}
python=${PYTHON:-$(PATH=/usr/local/bin:/usr/bin:/bin sh scripts/python.sh 2>/dev/null || sh scripts/python.sh)}
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
runner=""

finish() {
    status=$?
    for pid in $(tree "$runner"); do kill -9 "$pid" 2>/dev/null || true; done
    [ -n "${KEEP:-}" ] || rm -rf "$work"
    exit $status
}

# All processes below a process, and itself.
tree() {
    [ -n "$1" ] || return 0
    echo "$1"
    for below in $(ps -axo pid=,ppid= | awk -v parent="$1" '$2 == parent { print $1 }'); do
        tree "$below"
    done
}
trap finish EXIT INT TERM

mkdir -p "$work/home" "$work/bin"
# A PATH of system folders, minus what a bare machine has not got.
for folder in /usr/local/bin /usr/bin /bin; do
    for program in "$folder"/*; do
        name=${program##*/}
        case $name in
        git | msgfmt | node | npm | docker* | redis-* | psql | pg_* | uv | pip*) continue ;;
        esac
        [ -e "$work/bin/$name" ] || ln -s "$program" "$work/bin/$name"
    done
done

git clone --quiet "$source" "$work/shalijin"
cd "$work/shalijin"
[ -z "${CI:-}" ] || echo "commit $(git rev-parse --short HEAD)"

# Only what reaches the package index is handed on: how it is reached is the machine's affair.
keep=$(env | grep -E '^(PIP_|SHALIJIN_PYPI_MIRROR=|SHALIJIN_WHEELS=|SSL_CERT|HTTPS?_PROXY=|NO_PROXY=)' || true)

bare() {
    # shellcheck disable=SC2086
    env -i HOME="$work/home" PATH="$work/bin" PORT="$port" PYTHON="$python" $keep "$@"
}

page_after() { # page_after LABEL: seconds until the first page; ends the script after 300 s
    began=$(date +%s%N | cut -c1-13)
    bare make run >"$work/run.log" 2>&1 &
    runner=$!
    while :; do
        if "$python" - "$port" <<'PY' 2>/dev/null; then break; fi
import sys, urllib.request
page = urllib.request.urlopen(f"http://localhost:{sys.argv[1]}/", timeout=5)
sys.exit(page.status != 200)
PY
        now=$(date +%s%N | cut -c1-13)
        if ! kill -0 "$runner" 2>/dev/null || [ $((now - began)) -gt 300000 ]; then
            echo "make run gave no page; its last words:" >&2
            tail -n 40 "$work/run.log" >&2
            exit 1
        fi
        sleep 0.05
    done
    now=$(date +%s%N | cut -c1-13)
    millis=$((now - began))
    printf '%s: %d.%03d s to the first page\n' "$1" $((millis / 1000)) $((millis % 1000))
}

count_is_zero() { # count_is_zero WHY PIDS…: none of them may be left after 15 s
    why=$1
    shift
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        left=0
        for pid in "$@"; do
            case $(ps -o stat= -p "$pid" 2>/dev/null || true) in '' | Z*) ;; *) left=$((left + 1)) ;; esac
        done
        [ "$left" = 0 ] && break
        sleep 1
    done
    echo "$why: $left of $# processes left"
    [ "$left" = 0 ]
}

page_after "first start (with the packages)"
grep -q "http://localhost:$port" "$work/run.log" || sleep 2
grep -q "http://localhost:$port" "$work/run.log" || {
    echo "make run did not print its address" >&2
    exit 1
}
# One mode of the demo's people must be able to sign in with what was printed.
grep -q 'member@shalijin.example' "$work/run.log" || {
    echo "make run did not say whom to sign in as" >&2
    tail -n 40 "$work/run.log" >&2
    exit 1
}
sleep 3 # worker and beat
supervisor=$(cat var/up.lock)
everybody=$(tree "$supervisor")
kill -INT "$supervisor"
# shellcheck disable=SC2086
count_is_zero "after Ctrl-C" $everybody
wait "$runner" || true

page_after "second start"
[ "$millis" -lt 15000 ] || {
    echo "a second start took 15 s or more" >&2
    exit 1
}
sleep 3
supervisor=$(cat var/up.lock)
everybody=$(tree "$supervisor")
# shellcheck disable=SC2086
set -- $everybody
[ $# -ge 5 ] || {
    echo "only $# processes run; expected supervisor, web (2), worker, beat" >&2
    cat "$work/run.log" >&2
    exit 1
}
# shellcheck disable=SC2086
memory=$(ps -o rss= $(for pid in $everybody; do printf ' -p %s' "$pid"; done) | awk '{ sum += $1 } END { print int(sum / 1024) }')
echo "memory of all $# processes together: $memory MB"
kill -9 "$supervisor"
# shellcheck disable=SC2086
count_is_zero "after kill -9 of the supervisor" $everybody
