# What a story may say. Sourced by tests/stories/run in the story's own empty directory; every path is relative to it.
# shellcheck shell=bash
FAILURES=0
TODAY=$(date -u +%Y-%m-%d)
STEPS=0 LEFT_OUT=0

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

# wanted: whether this one of a story's many like steps is to be done: all, or each EVERY-th.
wanted() {
    STEPS=$((STEPS + 1))
    [ $((STEPS % EVERY)) = 0 ] || { LEFT_OUT=$((LEFT_OUT + 1)) && return 1; }
}

# say TEXT: a line of the transcript.
say() { printf '%s\n' "$1" >>"$TRANSCRIPT"; }

# What varies from run to run, out of a text: directories, digests, process ids, the user, the clock; and the number of
# migrations, tables, controls and report files, which every new one of them would change.
steady() {
    sed -E -e "s#$PWD#HERE#g" -e "s#$ROOT#PROJECT#g" -e 's/[0-9a-f]{64}/DIGEST/g' -e 's/(\.tmp|\.init)-[0-9]+/\1-PID/g' \
        -e 's/knows version [0-9]+/knows version NEWEST/' \
        -e '/^(ok|FAIL) /s/[0-9]+ (pages|references|tables|controls|files|rows|totals)/N \1/g' \
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

# check_transcript WANT: what the story printed is what its golden says, where steps were left out a part of it; --accept
# rewrites that, unless a step failed.
check_transcript() {
    [ -s "$TRANSCRIPT" ] || return 0
    if [ "$ACCEPT" = 1 ] && [ "$FAILURES" = 0 ]; then
        cp "$TRANSCRIPT" "$1"
    elif [ ! -e "$1" ]; then
        fail "${1##*/} is not there: review and --accept"
        cat "$TRANSCRIPT"
    elif [ "$LEFT_OUT" -gt 0 ]; then
        ! diff "$1" "$TRANSCRIPT" | grep '^>' || fail "lines that are not in the transcript"
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

# What the journal of a report must come to, from its invoices and their lines alone: ACCOUNT|CURRENCY|MINOR UNITS, under the
# names that come with the program.
journal_wanted() {
    sqlite3 :memory: ".import --csv '$1/invoices.csv' invoices" ".import --csv '$1/invoice_lines.csv' lines" "
        WITH minor(account, currency, amount) AS (
            SELECT 'assets:receivable', currency, replace(due, '.', '') FROM invoices
            UNION ALL SELECT 'assets:cash', currency, replace(collected, '.', '') FROM invoices
            UNION ALL SELECT
                CASE kind WHEN 'tax' THEN 'liabilities:tax:' || substr(description, -3, 2) || ':' || substr(description, 1, length(description) - 5)
                          WHEN 'adjustment' THEN 'revenue:adjustments'
                          WHEN 'plan_discount' THEN 'revenue:discounts:' || plan
                          WHEN 'overage' THEN 'revenue:overage:' || plan
                          ELSE 'revenue:subscription:' || plan END,
                currency, -replace(amount, '.', '') FROM lines)
        SELECT account, currency, sum(amount) FROM minor GROUP BY 1, 2 HAVING sum(amount) <> 0" 2>&1 | LC_ALL=C sort
}

# Documents of a report's journal.csv that do not balance, or are not what their invoice says; or what went wrong.
journal_unlike_invoices() {
    sqlite3 :memory: ".import --csv '$1/invoices.csv' invoices" ".import --csv '$1/journal.csv' journal" "
        CREATE VIEW posted AS
        SELECT document, currency, account_id, ledger_account || ' ' || description AS what,
               replace(debit, '.', '') - replace(credit, '.', '') AS amount FROM journal;
        SELECT invoice_number FROM invoices AS i
        WHERE (SELECT coalesce(sum(amount), 0) <> 0
                      OR coalesce(sum(iif(what = 'assets:receivable Billed', amount, 0)), 0) <> replace(i.total, '.', '') + 0
                      OR coalesce(sum(iif(what LIKE 'assets:cash %', amount, 0)), 0) <> replace(i.collected, '.', '') + 0
                      OR sum(account_id <> i.account_id OR currency <> i.currency) > 0
               FROM posted WHERE document = invoice_number)
        UNION SELECT document FROM posted WHERE document NOT IN (SELECT invoice_number FROM invoices)" 2>&1
}

# What two programs of accountants read in journal.hledger: ACCOUNT|CURRENCY|MINOR UNITS.
journal_by_hledger() {
    LC_ALL=C.UTF-8 hledger -f "$1/journal.hledger" balance --flat --no-total --layout=bare -O csv |
        sed -n -e '1d' -e 's/^"\(.*\)","\([A-Z]*\)","\([-0-9.]*\)"$/\1|\2|\3/p' | minor_units
}

journal_by_ledger() {
    local currency
    for currency in $(sed -n 's/^commodity //p' "$1/journal.hledger"); do
        ledger --strict --pedantic -f "$1/journal.hledger" --limit "commodity == \"$currency\"" balance --flat --no-total \
            --balance-format '%(account)|%(amount)\n' | sed "s/^\(.*\)|\(.*\) $currency\$/\1|$currency|\2/"
    done | minor_units
}

# The last cell without its decimal point and the zeros before it; rows of 0 left out.
minor_units() {
    awk -F '|' '{ sub(/\./, "", $3); sign = sub(/^-/, "", $3) ? "-" : ""; sub(/^0+/, "", $3); if ($3 != "") print $1 "|" $2 "|" sign $3 }' |
        LC_ALL=C sort
}

# check_journal REPORT [STRANGE]: hledger and ledger accept its journal, and find in it what its invoices say. STRANGE: the
# accounts have other names than those that come with the program, so that only the two are compared.
check_journal() {
    local by_hledger by_ledger
    LC_ALL=C.UTF-8 hledger -f "$1/journal.hledger" check -s >../check 2>&1 || fail "hledger check -s: $(cat ../check)"
    ledger --strict --pedantic -f "$1/journal.hledger" balance >../check 2>&1 || fail "ledger --strict --pedantic: $(cat ../check)"
    by_hledger=$(journal_by_hledger "$1")
    by_ledger=$(journal_by_ledger "$1")
    same "hledger's and ledger's balances" "$by_hledger" "$by_ledger"
    [ $# = 1 ] || return
    same "the journal's balances and the invoices" "$by_hledger" "$(journal_wanted "$1")"
    same "documents that are posted otherwise than invoiced" "$(journal_unlike_invoices "$1")" ""
}

# close_world NAME: init, import in/, close; with a file `first`, the month is closed as of it, then/ is imported at the
# instant beside it, and closed again, or reprocessed where that word follows. Leaves the report directory in $report, the last close's exit status in $status and
# its messages in ../err.
close_world() {
    local world=$ROOT/fixtures/worlds/$1 month as_of first then_at again=close
    rm -rf world.db* out
    read -r month as_of <"$world/month"
    report=out/$month/1-close
    load_world world.db "$1"
    if [ -e "$world/first" ]; then
        read -r first then_at again <"$world/first"
        again=${again:-close}
        must close world.db --month "$month" --as-of "$first" --out out --workbook none --accept-held --quiet
        must import world.db "$world/then" --recorded-at "$then_at" --quiet
        report=out/$month/2-$again
    fi
    status=0
    "$MONTHEND" "$again" world.db --month "$month" --as-of "$as_of" --out out --workbook none --accept-held --quiet \
        >../out 2>../err || status=$?
}

# check_world NAME: its last close gives the reports of want/ (fixtures/README.md).
check_world() {
    local world=$ROOT/fixtures/worlds/$1 wanted=0 report status table
    close_world "$1"
    [ -d "$report" ] || { fail "no report: exit status $status: $(cat ../err)"; return; }
    grep -qE '^(error|warning),' "$world/want/exceptions.csv" && wanted=1
    [ "$status" = "$wanted" ] || fail "exit status $status, expected $wanted: $(cat ../err)"
    for table in invoices invoice_lines statement usage_by_model; do
        diff -u "$world/want/$table.csv" "$report/$table.csv" || fail "$table.csv differs"
    done
    for table in breakeven plan_fit receivables shown_vs_billed; do # where the world is about them
        [ ! -e "$world/want/$table.csv" ] || diff -u "$world/want/$table.csv" "$report/$table.csv" || fail "$table.csv differs"
    done
    without_message "$report/exceptions.csv" >../exceptions.csv
    same_but_stars "$world/want/exceptions.csv" ../exceptions.csv || fail "exceptions.csv differs"
    if grep -vqE ',(1|ok)$' <(tail -n +2 "$report/controls.csv"); then fail "a control failed"; fi
    (cd "$report" && sha256sum --quiet -c SHA256SUMS) || fail "SHA256SUMS does not fit"
    check_journal "$report"
    proved world.db out
}

# shown_is_said SHOWN SAID: the lines of SHOWN are those of SAID, in their order; a line "..." stands for any lines, "..." within
# one for any text.
shown_is_said() {
    awk 'function fits(shown, said,   part, count, i, at) {
             count = split(shown, part, "\\.\\.\\.")
             if (substr(said, 1, length(part[1])) != part[1]) return 0
             if (count == 1) return shown == said
             for (i = 2; i < count; i++) {
                 said = substr(said, length(part[i - 1]) + 1)
                 if (!(at = index(said, part[i]))) return 0
                 said = substr(said, at)
             }
             said = substr(said, length(part[count - 1]) + 1)
             return length(said) >= length(part[count]) && substr(said, length(said) - length(part[count]) + 1) == part[count]
         }
         FILENAME == ARGV[1] { said[++count] = $0; next }
         /^ *\.\.\.$/ { gap = 1; next }
         { at++
           if (gap) { while (at <= count && !fits($0, said[at])) at++ }
           if (!fits($0, said[at])) { print "shown: " $0; print "said:  " said[at]; bad = 1; exit }
           gap = 0 }
         END { if (!bad && !gap && at < count) { print "not shown: " said[at + 1]; bad = 1 }; exit bad }' "$2" "$1"
}

# What a page may show otherwise than it is said here: digests, and what `steady` makes the same; sqlite3 has other words for an
# error in every version.
as_on_a_page() { steady "$1" | sed -E -e 's/^([A-Z][a-z]+ )?[Ee]rror[^,:]*[,:] (stepping, )?/Error: /' -e 's/ \([0-9]+\)$//'; }

# page_holds FILE: the commands of its blocks, one after the other, say what the page shows below them.
page_holds() {
    local number
    rm -rf ../page && mkdir ../page
    awk -v out=../page/ '
        /^ *```$/ { inside = !inside; indent = index($0, "`") - 1; next }
        !inside { next }
        { line = substr($0, indent + 1) }
        going { print line >(out number ".command"); going = line ~ /\\$/; next }
        line ~ /^\$ / { number++; print substr(line, 3) >(out number ".command"); printf "" >(out number ".shown"); going = line ~ /\\$/; next }
        { print line >(out number ".shown") }
        END { print number + 0 }' "$1" >../page/count
    for ((number = 1; number <= $(cat ../page/count); number++)); do
        PATH=$(dirname "$MONTHEND"):$PATH bash ../page/$number.command >../page/said 2>&1
        as_on_a_page ../page/said >../page/$number.said
        as_on_a_page ../page/$number.shown >../page/want
        shown_is_said ../page/want ../page/$number.said || fail "${1##*/} shows something else below: $(cat ../page/$number.command)"
    done
}
