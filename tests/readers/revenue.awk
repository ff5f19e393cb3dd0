# The cells of invoices.csv and of the Summary (cells.awk): the Summary's block of totals by currency has what the invoices
# come to, every currency of them. Prints what is wrong.
BEGIN {
    FS = "\t"
    count = split("Currency Invoices Subtotal Tax Total Collected Due", title, " ")
    names = split("subtotal tax total collected due", name, " ")
}
FILENAME == ARGV[1] && $1 == 1 { column_named[$4] = $2; next }
FILENAME == ARGV[1] { file[$1, $2] = $4; file_rows = $1; next }
{
    cell[$1, $2] = $4
    titles[$1] += $2 <= count && $4 == title[$2]
    if (titles[$1] == count) header = $1
}
END {
    if (!header) {
        print "Summary: no totals by currency"
        exit
    }
    for (row = 2; row <= file_rows; row++) {
        currency = file[row, column_named["currency"]]
        want[currency, 2]++
        for (i = 1; i <= names; i++) want[currency, i + 2] += file[row, column_named[name[i]]]
        missing[currency] = 1
    }
    for (row = header + 1; (row, 1) in cell; row++) {
        currency = cell[row, 1]
        for (i = 2; i <= count; i++)
            if (!same_value(cell[row, i] + 0, want[currency, i] + 0))
                print "Summary!" cell_name(row, i) ": " title[i] " in " currency " is " cell[row, i] ", the invoices come to " \
                      want[currency, i] + 0
        delete missing[currency]
    }
    for (currency in missing) print "Summary: nothing about the invoices in " currency
}
