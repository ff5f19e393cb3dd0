# The cells of a CSV file (see cells.awk; quoted ones are text, empty ones are left out).
function cell(column, kind, value) {
    if (value != "" || kind == "text") print row "\t" column "\t" kind "\t" on_one_line(value)
}

function record_cells(record,   column, at, text) {
    for (column = 1; ; column++) {
        text = ""
        if (substr(record, 1, 1) == "\"") {
            record = substr(record, 2)
            while ((at = index(record, "\"")) > 0 && substr(record, at + 1, 1) == "\"") {
                text = text substr(record, 1, at)
                record = substr(record, at + 2)
            }
            cell(column, "text", text substr(record, 1, at - 1))
            record = substr(record, at + 1)
        } else {
            at = index(record, ",")
            if (at == 0) at = length(record) + 1
            cell(column, "number", substr(record, 1, at - 1))
            record = substr(record, at)
        }
        if (record == "") return
        record = substr(record, 2)
    }
}

{
    pending = pending $0
    quotes = pending
    if (gsub(/"/, "", quotes) % 2 == 1) { # the record goes on in the next line
        pending = pending "\n"
        next
    }
    row++
    record_cells(pending)
    pending = ""
}
