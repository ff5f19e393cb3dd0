# What a story may say. Sourced by tests/stories/run in the story's own empty directory; every path is relative to it.
# shellcheck shell=bash
FAILURES=0
TODAY=$(date -u +%Y-%m-%d)

# fail TEXT: the story goes on and fails in the end.
fail() {
    echo "$1"
    FAILURES=$((FAILURES + 1))
}

# skip REASON: the story cannot be told here; counted.
skip() {
    echo "$1"
    exit 77
}

# say TEXT: a line of the transcript.
say() { printf '%s\n' "$1" >>"$TRANSCRIPT"; }

# What varies from run to run, out of a text: directories, digests, process ids, the user, the clock; and the number of
# migrations, tables, controls and report files, which every new one of them would change.
steady() {
    sed -E -e "s#$PWD#HERE#g" -e "s#$ROOT#PROJECT#g" -e 's/[0-9a-f]{64}/DIGEST/g' -e 's/(\.tmp|\.init)-[0-9]+/\1-PID/g' \
        -e 's/knows version [0-9]+/knows version NEWEST/' \
        -e '/^(ok|FAIL) /s/[0-9]+ (pages|references|tables|controls|files|rows)/N \1/g' \
        -e "s/ by $(id -un)\b/ by USER/g" -e "s/${TODAY}T[0-9:.]+Z/NOW/g" \
        -e '/^next: /s/[0-9]{4}-[0-9]{2}/LAST-MONTH/' -e '/^not closed/s/[0-9]{4}-[0-9]{2};/MONTH-BEFORE;/' "$@"
}

# expect STATUS ARGUMENT...: runs the program; its output, errors (marked !) and status go into the transcript.
# Their text as it was is left in the files ../out and ../err.
expect() {
    local wanted=$1 status=0
    shift
    say "\$ monthend $(printf '%s ' "$@" | steady | sed 's/ $//')"
    "$MONTHEND" "$@" >../out 2>../err || status=$?
    { steady ../out; steady ../err | sed 's/^/! /'; echo "exit $status"; echo; } >>"$TRANSCRIPT"
    [ "$status" = "$wanted" ] ||
        fail "monthend $*: exit status $status, expected $wanted: $(head -n 3 ../err)"
}

# sql DB STATEMENT: what sqlite3 answers, as a program of someone else would see it.
sql() {
    say "\$ sqlite3 $1: $2"
    say "$(sqlite3 "$1" "$2" 2>&1 | sed -E -e '1s/^([A-Z][a-z]+ )?[Ee]rror[^,:]*[,:] (stepping, )?/! /' -e '2,$d')"
}

# must ARGUMENT...: runs the program as a step on the way, which has to succeed (0 or 1) and is not in the transcript.
must() {
    "$MONTHEND" "$@" >../out 2>../err && return
    [ $? = 1 ] || { fail "monthend $*: $(cat ../err)"; exit 1; }
}

# new_database DB: with the shipped catalogue.
new_database() { cp "$WORK/empty.db" "$1"; }

# load_world DB NAME: a database with the facts of fixtures/worlds/NAME.
load_world() {
    new_database "$1"
    must import "$1" "$ROOT/fixtures/worlds/$2/in" --quiet
}

# proved DB [REPORTS]: verify finds every claim true, of the database and of its reports.
proved() {
    "$MONTHEND" verify "$1" --reports "${2:-reports-out}" >../out 2>../err ||
        fail "verify $1: exit status $?: $(cat ../err; grep -A 5 ^FAIL ../out)"
}

# file NAME: standard input becomes the file.
file() { cat >"$1"; }

# digest_of FILE...: of the files' content together.
digest_of() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

# same WHAT ONE OTHER: two texts, or two directories (file by file), are equal.
same() {
    if [ -d "$2" ] && [ -d "$3" ]; then
        diff -r "$2" "$3" >../difference || { cat ../difference; fail "$1: not the same"; }
    else
        [ "$2" = "$3" ] || fail "$1: '$2' is not '$3'"
    fi
}

# absent PATH...: none of them is there.
absent() {
    local path
    for path in "$@"; do [ ! -e "$path" ] || fail "$path should not be there"; done
}

# check_transcript WANT: what the story printed is what its golden says; --accept rewrites that, unless a step failed.
check_transcript() {
    [ -s "$TRANSCRIPT" ] || return 0
    if [ "$ACCEPT" = 1 ] && [ "$FAILURES" = 0 ]; then
        cp "$TRANSCRIPT" "$1"
    elif [ ! -e "$1" ]; then
        fail "${1##*/} is not there: review and --accept"
        cat "$TRANSCRIPT"
    else
        diff -u --label expected --label got "$1" "$TRANSCRIPT" || fail "the transcript differs"
    fi
}

# The first 8 cells of each row of exceptions.csv: without the message, which is for people.
without_message() {
    awk '{
        cells = 0; quoted = 0
        for (i = 1; i <= length($0); i++) {
            letter = substr($0, i, 1)
            if (letter == "\"") quoted = !quoted
            if (letter == "," && !quoted && ++cells == 8) break
        }
        print substr($0, 1, i - 1)
    }' "$1"
}

# same_but_stars WANT GOT: row by row and cell by cell; a cell * of WANT fits anything.
same_but_stars() {
    awk -F , '
        NR == FNR { want[FNR] = $0; wanted = FNR; next }
        {
            got = FNR
            cells = split(want[FNR], cell, ",")
            differs = cells != NF
            for (i = 1; i <= NF; i++) differs = differs || (cell[i] != "*" && cell[i] != $i)
            if (differs) { print "-" want[FNR]; print "+" $0; bad = 1 }
        }
        END { if (got != wanted) print "expected " wanted " rows, got " got; exit bad || got != wanted }' "$1" "$2"
}

# check_world NAME: init, import in/, close, compare with want/ (fixtures/README.md).
check_world() {
    local world=$ROOT/fixtures/worlds/$1 month as_of status=0 wanted=0 report table
    read -r month as_of <"$world/month"
    load_world world.db "$1"
    "$MONTHEND" close world.db --month "$month" --as-of "$as_of" --out out --workbook none --accept-held --quiet \
        >../out 2>../err || status=$?
    report=out/$month/1-close
    [ -d "$report" ] || { fail "no report: exit status $status: $(cat ../err)"; return; }
    grep -qE '^(error|warning),' "$world/want/exceptions.csv" && wanted=1
    [ "$status" = "$wanted" ] || fail "exit status $status, expected $wanted: $(cat ../err)"
    for table in invoices invoice_lines statement usage_by_model; do
        diff -u "$world/want/$table.csv" "$report/$table.csv" || fail "$table.csv differs"
    done
    without_message "$report/exceptions.csv" >../exceptions.csv
    same_but_stars "$world/want/exceptions.csv" ../exceptions.csv || fail "exceptions.csv differs"
    if grep -vqE ',(1|ok)$' <(tail -n +2 "$report/controls.csv"); then fail "a control failed"; fi
    (cd "$report" && sha256sum --quiet -c SHA256SUMS) || fail "SHA256SUMS does not fit"
    proved world.db out
}
