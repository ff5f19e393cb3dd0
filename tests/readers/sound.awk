# A worksheet's XML: prints what spreadsheet programs would want to repair, or silently read as something else. A guard of
# the usual ones: the order of cells, styles that are there, numbers, lengths, functions that every spreadsheet knows.
# -v sheet=NAME -v styles=N
BEGIN {
    RS = "<"
    count = split("ABS AND COUNT COUNTA COUNTIF COUNTIFS DATE HYPERLINK IF IFERROR INDEX INT ISNUMBER LEFT LEN MATCH MAX MID MIN " \
                  "MOD NOT OR RIGHT ROUND SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT TEXT VLOOKUP _xlfn.AGGREGATE", name, " ")
    for (i = 1; i <= count; i++) known[name[i]] = 1
}

function wrong(what) { print sheet (place == "" ? "" : "!" place) ": " what }

# Its texts are short enough, its functions known.
function formula_check(formula,   name) {
    if (length(formula) > 8192) wrong("the formula is too long")
    gsub(/&quot;/, "\"", formula)
    while (match(formula, /"[^"]*"/)) {
        if (RLENGTH > 257) wrong("a text in the formula is too long")
        formula = substr(formula, 1, RSTART - 1) substr(formula, RSTART + RLENGTH)
    }
    gsub(/'[^']*'/, "", formula) # names of sheets
    while (match(formula, /[A-Za-z_.]+\(/)) {
        name = substr(formula, RSTART, RLENGTH - 1)
        if (!(name in known)) wrong("the function " name " is not one that every spreadsheet knows")
        formula = substr(formula, RSTART + RLENGTH)
    }
}

/^row / {
    place = ""
    if (attribute("r") + 0 <= row) wrong("row " attribute("r") " comes after row " row)
    row = attribute("r") + 0
    column = 0
}
/^c / {
    place = attribute("r")
    type = attribute("t")
    if (row_of(place) != row || column_of(place) <= column) wrong("the cell stands in the wrong place")
    column = column_of(place)
    if (attribute("s") + 0 >= styles) wrong("its style is not there")
}
/^f[ >]/ { formula_check(substr($0, index($0, ">") + 1)) }
/^v>/ && type == "" && !is_number(substr($0, 3)) { wrong("'" substr($0, 3) "' is no number") }
