# SHEET TAB ROW TAB VALUE of the first cell of every row of every sheet, then formulas (formulas.awk) with SHEET TAB before each: prints
# the links that lead nowhere or, from the rows in NAMES, to a row that is not what the link says.
# -v rows="|Invoices|Lines|"
BEGIN { FS = "\t" }
FILENAME == ARGV[1] { first[$1, $2] = $3; known[$1] = 1; next }
$6 ~ /^HYPERLINK\("#/ {
    where = $1 "!" cell_name($2, $3)
    target = substr($6, 14)
    name = substr(target, 1, index(target, "'!") - 1)
    cell = substr(target, index(target, "'!") + 2)
    cell = substr(cell, 1, index(cell, "\"") - 1)
    if (!(name in known) || column_of(cell) != 1) print where ": leads nowhere: =" $6
    else if (index(rows, "|" $1 "|") && first[name, row_of(cell)] != $5)
        print where ": '" $5 "' leads to '" first[name, row_of(cell)] "': =" $6
}
