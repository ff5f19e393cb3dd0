# The months that are measured, made once and kept in $dir. Sourced by run.

# fresh DB COMMAND...: makes the database DB with the command, which gets its path; one that is there is kept, if it has
# this version's tables.
fresh() {
    local db=$1
    shift
    [ -e "$db" ] && done_by "$MONTHEND" status "$db" 2>/dev/null && return
    rm -f "$db.part" "$db.part-wal" "$db.part-shm"
    "$@" "$db.part" >&2 || give_up "cannot make $db"
    mv "$db.part" "$db"
}

# generated ACCOUNTS EVENTS BEFORE DB: a month with voids and held accounts in it, and BEFORE events in the month before
generated() {
    "$MONTHEND" init "$4" &&
        "$GENERATE" "$4" --accounts "$1" --events "$2" --month $MONTH --seed 1 --events-before "$3" \
            --voids $(($2 / 5000)) --without-address $(($1 / 1000))
}

# closed FROM DB: the month closed, its reports in $closed_out, and indexed; then something learned of every so many-th
# account, 100 in all
closed() {
    rm -rf "$closed_out"
    cp "$1" "$2" && done_by "$MONTHEND" close "$2" --month $MONTH --as-of $AS_OF --workbook none --quiet --out "$closed_out" &&
        "$MONTHEND" index "$2" --month $MONTH --quiet >/dev/null &&
        sqlite3 "$2" "INSERT INTO usage_events SELECT 'late-' || account_id, account_id, $MONTH_END_MS - account * 1000, 'auto',
            1000000, NULL, NULL, $AS_OF_MS + 1000 FROM account_ids
            WHERE account % (SELECT max(account) / 100 FROM account_ids) = 7 ORDER BY account LIMIT 100;
            PRAGMA wal_checkpoint(TRUNCATE)"
}

# closed_before ACCOUNTS EVENTS DB: the month and the one before, which is closed and indexed
closed_before() {
    generated "$1" "$2" "$2" "$3" &&
        done_by "$MONTHEND" close "$3" --month $MONTH_BEFORE --as-of $AS_OF_BEFORE --workbook none --quiet --out "$dir/out" &&
        "$MONTHEND" index "$3" --month $MONTH_BEFORE --quiet >/dev/null && rm -rf "$dir/out"
}

# done_by COMMAND...: monthend's 1 is done, with something to look at
done_by() {
    "$@" >/dev/null
    [ $? -le 1 ]
}

# usage_file DB FIRST COUNT HASHED FILE: events of the month as CSV
usage_file() {
    [ -e "$5" ] && return
    sqlite3 -readonly "$1" ".parameter set :month $MONTH_INDEX" ".parameter set :start $MONTH_START_MS" \
        ".parameter set :first $2" ".parameter set :count $3" ".parameter set :hashed $4" \
        ".mode csv" ".headers on" ".read $here/usage_csv.sql" >"$5.part" && mv "$5.part" "$5" || give_up "cannot make $5"
}
