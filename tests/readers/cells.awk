# Cells, one a line: ROW TAB COLUMN TAB KIND TAB VALUE, both counted from 1. Shared by the other awk programs here.
# KIND is "text" or "number" (a date, too). In VALUE a backslash, tab, line feed and carriage return are written \\ \t \n \r.

function cell_name(row, column,   letters) {
    while (column > 0) {
        letters = sprintf("%c", 65 + (column - 1) % 26) letters
        column = int((column - 1) / 26)
    }
    return letters row
}

# "AB12" is column 28; its row is what follows the letters.
function column_of(name,   i, column, letter) {
    for (i = 1; (letter = index("ABCDEFGHIJKLMNOPQRSTUVWXYZ", substr(name, i, 1))) > 0; i++) column = column * 26 + letter
    return column
}

function row_of(name) {
    sub(/^[A-Z]+/, "", name)
    return name + 0
}

function on_one_line(text) {
    gsub(/\\/, "&&", text)
    gsub(/\t/, "\\t", text)
    gsub(/\n/, "\\n", text)
    gsub(/\r/, "\\r", text)
    return text
}

function is_number(text) {
    return text ~ /^-?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$/ || text ~ /^-?\.[0-9]+([eE][-+]?[0-9]+)?$/
}

# The same value? Of numbers also when binary fractions were added up in another order: by less than half the smallest
# unit of any currency.
function same_value(one, other,   difference, size) {
    if (one "" == other "") return 1
    if (!is_number(one) || !is_number(other)) return 0
    difference = one - other
    if (difference < 0) difference = -difference
    size = one < 0 ? -one : one + 0
    return difference <= 0.000001 + size * 0.0000000000001
}

# Of the XML element in $0 (with RS = "<").
function attribute(name,   at, rest) {
    at = index($0, " " name "=\"")
    if (at == 0) return ""
    rest = substr($0, at + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
}
