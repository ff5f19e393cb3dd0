# SIZE=scale: a close at six sizes, and what of its time and memory is the events' and what the accounts'. Sourced by run.

# scale_point ACCOUNTS EVENTS: one close; adds "accounts events seconds peak_MB database_MB y_seconds" to the results
scale_point() {
    local accounts=$1 events=$2 pairs=${PAIRS:-3}
    db=$dir/scale-$1-$2.db
    [ "$1-$2" = 100000-10000000 ] && db=$dir/10m.db # those that the tables use, too
    [ "$1-$2" = 1000000-100000000 ] && db=$dir/100m.db
    fresh "$db" generated "$accounts" "$events" 0
    sh -c "$(sum_of "$db")"
    echo "close of $accounts accounts, $events events" >&2
    "$tools/alternate" --row point --goal "<= 0" --pairs "$pairs" --before "$(copy_of "$db")" \
        --measured "$(command_of close "$dir/work.db" --workbook summary)" --yardstick "$(sum_of "$db")" |
        awk -F '\t' -v accounts="$1" -v events="$2" -v bytes="$(stat -c %s "$db")" \
            'NF == 11 {printf "%d %d %.2f %.0f %.0f %.2f\n", accounts, events, $8, $11, bytes / 1e6, $9; found = 1}
             END {exit !found}' >>"$results" || give_up "no close of $accounts accounts, $events events"
    rm -rf "$dir/work.db"* "$dir/out"
}

scale() {
    results=$dir/scale.results
    : >"$results"
    scale_point 10000 1000000
    scale_point 100000 1000000
    scale_point 10000 10000000
    scale_point 100000 10000000
    scale_point 1000000 10000000
    [ "${SCALE_MAX:-100m}" = 10m ] || scale_point 1000000 100000000
    "$here/machine" "$MONTHEND"
    awk -f "$here/fit.awk" "$results"
}
