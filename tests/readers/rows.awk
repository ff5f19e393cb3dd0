# The rows of a CSV file and those of its sheet (cells.awk of both), as rows that can be compared as texts: each cell with
# its kind, numbers and dates in one form. They go to the files WANT and GOT; wrong totals above the sheet's header are printed.
# -v sheet=NAME -v want=FILE -v got=FILE
BEGIN {
    FS = "\t"
    kinds("number", "line lines subtotal tax total collected due quantity unit_price amount first_paid_month events credits " \
          "bonus_credits included_credits overage_credits unbilled_credits allowance overage price_difference " \
          "cheapest_cost actual_cost saving months_seen typical_credits monthly_difference opening billed closing was is " \
          "real_lines simulated_lines real_amount simulated_amount difference rank real_total simulated_total real_subtotal " \
          "simulated_subtotal accounts shown largest_difference amount_changed total_as_shown")
    kinds("date", "month issued_at period_start period_end occurred_at charged_at oldest_open_month")
}

function kinds(kind, names,   i, count, name) {
    count = split(names, name, " ")
    for (i = 1; i <= count; i++) kind_named[name[i]] = kind
}

# Without the ' that keeps a text from being a formula; XML knows one line end.
function text_form(value) {
    gsub(/\\r\\n|\\r/, "\\n", value)
    if (value ~ /^'([-=+@]|\\[tr])/) value = substr(value, 2)
    return "text:" value
}

function number_form(value) { return is_number(value) ? sprintf("number:%.15g", value + 0) : "no number:" value }

# 2025-11, 2025-11-21, 2025-11-21T09:30:00.500Z; a spreadsheet says 11/01/2025, 2025-11-21 09:30:00.500
function date_form(value,   part) {
    if (split(value, part, "/") == 3) value = part[3] "-" part[1] "-" part[2]
    if (length(value) == 7) value = value "-01"
    sub(/T/, " ", value)
    sub(/Z$/, "", value)
    if (value ~ /\.[0-9]+$/) sub(/\.?0+$/, "", value)
    return "date:" value
}

FILENAME == ARGV[1] && $1 == 1 {
    columns = $2
    column_kind[$2] = ($4 in kind_named) ? kind_named[$4] : "text"
    if ($4 == "currency") currency_column = $2
    next
}
FILENAME == ARGV[1] {
    kind = column_kind[$2]
    file[$1, $2] = kind == "number" ? number_form($4) : kind == "date" ? date_form($4) : text_form($4)
    if (kind == "number") number[$1, $2] = $4
    else raw[$1, $2] = $4
    file_rows = $1
    next
}
{
    if ($4 == "") next
    cell[$1, $2] = $3 == "text" ? text_form($4) : $4 ~ /^[0-9]+[-\/][0-9]+[-\/]/ ? date_form($4) : number_form($4)
    plain[$1, $2] = $4
    texts[$1] += $3 == "text" && $2 <= columns
    if (!header && texts[$1] == columns) header = $1
    sheet_rows = $1
}

function print_rows(cells, first, last, to,   row, column, line) {
    printf "" >to
    for (row = first; row <= last; row++) {
        line = cells[row, 1]
        for (column = 2; column <= columns; column++) line = line "\t" cells[row, column]
        print line >to
    }
}

# A total of one of several currencies says so: "of that in USD".
function total_check(row, column,   label, currency, sum, i) {
    label = plain[row, 1]
    currency = label ~ / in [A-Z][A-Z][A-Z]$/ ? substr(label, length(label) - 2) : ""
    for (i = 2; i <= file_rows; i++)
        if (currency == "" || raw[i, currency_column] == currency) sum += number[i, column]
    if (!same_value(sum + 0, plain[row, column]))
        print sheet "!" cell_name(row, column) ": '" label "' is " plain[row, column] ", the file's rows come to " sum + 0
}

END {
    if (!header) {
        print sheet ": no header of " columns " columns"
        exit
    }
    print_rows(file, 2, file_rows, want)
    print_rows(cell, header + 1, sheet_rows, got)
    for (row = 1; row < header && !partial; row++)
        for (column = 2; column <= columns; column++)
            if ((row, column) in plain && is_number(plain[row, column])) total_check(row, column)
}
