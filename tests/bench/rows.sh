# The rows of the table, one function each. Sourced by run; $db is the month, $closed the same one closed.

# row NAME GOAL [OPTION VALUE]...: measures, and adds a line to the results
row() {
    local name=$1 goal=$2
    shift 2
    echo "$name" >&2
    "$tools/alternate" --row "$name" --goal "$goal" --pairs "$pairs" "$@" >>"$results" || give_up "$name: not measured"
}

done=">/dev/null; [ \$? -le 1 ]" # behind a command of monthend: 1 is done, with something to look at

sum_of() {
    echo "sqlite3 -readonly '$1' '.parameter set :month $MONTH_INDEX' '.read $here/sum.sql' >/dev/null"
}
# copy_of DB: to be run before a command that changes it. What is copied is read past the page cache, where that is possible:
# it would push out what is measured and its yardstick.
copy_of() {
    echo "rm -rf '$dir/work.db'* '$dir/out' && { dd if='$1' of='$dir/work.db' bs=16M iflag=direct status=none 2>/dev/null ||
        cp '$1' '$dir/work.db'; } && sync '$dir/work.db'"
}
# command NAME DB [OPTION]...: a command of monthend on the month, its reports thrown away before
command_of() {
    local name=$1 on=$2
    shift 2
    echo "rm -rf '$dir/out'; '$MONTHEND' $name '$on' --month $MONTH --as-of $AS_OF --quiet --out '$dir/out' $* $done"
}
part_of() {
    local part=$1 on=$2
    shift 2
    echo "rm -rf '$dir/out'; BENCH_PART=$part '$tools/timed' preview '$on' --month $MONTH --as-of $AS_OF --quiet --out '$dir/out' $* $done"
}

row_scan() {
    row "scan, rate, segment / y" "<= 1.5" --measured "$(part_of scan "$db" --workbook none)" --yardstick "$(sum_of "$db")"
}

row_close() {
    row "whole close / y" "<= 3" --before "$(copy_of "$db")" \
        --measured "$(command_of close "$dir/work.db" --workbook summary)" --yardstick "$(sum_of "$db")"
}

row_memory() {
    local pairs=1
    row "peak memory of close, MB" "<= $memory_mb" --kind memory --before "$(copy_of "$db")" \
        --measured "$(command_of close "$dir/work.db" --workbook summary)"
    fresh "$dir/$name-tenth.db" generated "$accounts" $((events / 10)) 0
    row "peak memory with 10 times the events / without" "<= 1.05" --kind memory \
        --measured "$(command_of preview "$db" --workbook summary)" \
        --yardstick "$(command_of preview "$dir/$name-tenth.db" --workbook summary)"
}

row_preview() {
    row "preview / close" "<= 1" --before "$(copy_of "$db")" \
        --measured "$(command_of preview "$db" --workbook summary)" \
        --yardstick "$(command_of close "$dir/work.db" --workbook summary)"
}

row_group_by() {
    row "plain SQL's aggregation / whole close" ">= 5" --before "$(copy_of "$db")" \
        --measured "sqlite3 -readonly '$db' '.parameter set :month $MONTH_INDEX' '.parameter set :start $MONTH_START_MS' \
            '.parameter set :end $MONTH_END_MS' '.parameter set :as_of $AS_OF_MS' '.read $here/group_by.sql' >/dev/null" \
        --yardstick "$(command_of close "$dir/work.db" --workbook summary)"
}

# Previewed before: what it reads is in the page cache, as all else that is measured is.
row_reprocess() {
    local again="'$MONTHEND' reprocess '$dir/work.db' --month $MONTH --as-of $AS_OF_LATER --quiet --workbook none --out '$dir/out'"
    row "reprocess, 100 accounts changed / y" "<= 0.1" \
        --before "$(copy_of "$closed") && cp -r '$closed_out' '$dir/out' && { $again --preview $done; }" \
        --measured "$again $done" --yardstick "$(sum_of "$db")"
}

row_explain() {
    row "explain of the busiest account, s" "<= 1" \
        --measured "'$MONTHEND' explain '$closed' --account $BUSIEST --month $MONTH --as-of $AS_OF $done"
}

row_verify() {
    local pairs=$pairs_long
    row "verify, its second way included / y" "<= 40" \
        --measured "'$MONTHEND' verify '$closed' --month $MONTH $done" --yardstick "$(sum_of "$db")"
}

# A file of events into a new database, which is not counted.
row_import() {
    local hashed=$1 ids=$2 file=$dir/$name-$2.csv
    usage_file "$db" 0 "$csv_rows" "$hashed" "$file"
    row "import / .import, ids $ids" "<= 1" \
        --before "rm -f '$dir/import.db'* '$dir/plain.db'*; '$MONTHEND' init '$dir/import.db' >/dev/null &&
            sqlite3 '$dir/plain.db' '.read $here/import_plain.sql'" \
        --measured "'$MONTHEND' import '$dir/import.db' usage_events '$file' --quiet $done" \
        --yardstick "sqlite3 '$dir/plain.db' '.import --csv --skip 1 $file usage_events'"
    rm -f "$file"
}

# Ten files one after the other; the tenth against the first.
row_import_linear() {
    local hashed=$1 ids=$2 i=0 seconds="" pairs=1
    rm -f "$dir/import.db"*
    "$MONTHEND" init "$dir/import.db" >/dev/null || give_up "cannot make $dir/import.db"
    while [ $i -lt 10 ]; do
        usage_file "$db" $((i * events / 10)) $((events / 10)) "$hashed" "$dir/part.csv"
        seconds="$seconds $("$tools/alternate" --row part --goal "<= 0" --pairs 1 --measured \
            "'$MONTHEND' import '$dir/import.db' usage_events '$dir/part.csv' --quiet $done" | cut -f 4)" || give_up "import"
        rm -f "$dir/part.csv"
        i=$((i + 1))
    done
    echo "import: the tenth $((events / 10)) / the first, ids $ids: seconds$seconds" >&2
    echo "$seconds" | awk -v OFS='\t' -v row="import: the tenth $((events / 10)) / the first, ids $ids" -v seen="$seconds" '
        $1 > 0 {r = $10 / $1; printf "%s\t<= 1.1\t%.2f\t%.2f\t%.2f\t%s\t1\t%.2f\t%.2f\t0.00\t0\n", row, r, r, r,
                r <= 1.1 ? "held" : "missed", $10, $1}' >>"$results"
}

row_workbook() {
    local lines=$dir/lines-$line_accounts.db cells=$dir/cells
    fresh "$lines" generated "$line_accounts" "$line_accounts" 0
    BENCH_CELLS=$cells sh -c "$(part_of none "$lines" --workbook full)" || give_up "cannot make the workbook of $lines"
    row "workbook full of $(($(wc -l <"$dir/out/$MONTH/preview/invoice_lines.csv") - 1)) lines / libxlsxwriter alone" "<= 1.15" \
        --measured "$(part_of workbook "$lines" --workbook full)" \
        --yardstick "TMPDIR='$dir' '$tools/workbook_alone' '$cells' '$dir/alone.xlsx'"
    rm -f "$cells" "$dir/alone.xlsx"
}

row_csv() {
    row "csv_fwrite / CSV" ">= 3" --measured "'$tools/csv_writers' csv_fwrite $csv_rows '$memory/rows.csv'" \
        --yardstick "'$tools/csv_writers' ours $csv_rows '$memory/rows.csv'"
}

row_grants() {
    fresh "$dir/$name-two-months.db" closed_before "$accounts" "$events"
    row "scan with grants that reach back / without" "<= 1.1" \
        --measured "$(part_of scan "$dir/$name-two-months.db" --workbook none)" \
        --yardstick "$(part_of scan "$db" --workbook none)"
}
