# Formulas with their stored values (formulas.awk), then the cells as another program computed them (cells.awk): prints what
# is wrong, and "N formulas" in the file COUNT. A formula without a value of its own or with an error is wrong by itself.
# -v sheet=NAME -v count=FILE
BEGIN { FS = "\t" }
FILENAME == ARGV[1] {
    formulas++
    place = $1 FS $2
    kind[place] = $3
    stored[place] = $4
    formula[place] = $5
    order[formulas] = place
    next
}
{
    computed[$1 FS $2] = $3 == "number" && $4 ~ /^-?[0-9.]+%$/ ? $4 / 100 : $4 # 12.5% is stored as 0.125
    computed_kind[$1 FS $2] = $3
}

# What a customer wrote may look like an error, and a link to it is a formula: that is stored as a text.
function is_error(place) {
    return computed[place] ~ /^(#(REF|NAME|VALUE|DIV\/0|N\/A|NUM|NULL|SPILL|CALC)[!?]?|Err:[0-9]+)$/ &&
           !(kind[place] == "text" && stored[place] == computed[place])
}

# A date is shown as one, and stored as days: whether it was computed to another one is seen by same_cells.awk.
function is_date(text) { return text ~ /^[0-9]+[-\/][0-9]+[-\/][0-9]+/ }

END {
    for (i = 1; i <= formulas; i++) {
        place = order[i]
        split(place, at, FS)
        where = sheet "!" cell_name(at[1], at[2])
        if (is_error(place)) print where ": computes to the error " computed[place] ": =" formula[place]
        else if (kind[place] == "none") print where ": no value is stored: =" formula[place]
        else if (kind[place] == "error") print where ": the stored value is the error " stored[place] ": =" formula[place]
        else if (kind[place] == "number" && computed_kind[place] == "number" && is_date(computed[place])) continue
        else if (kind[place] != computed_kind[place] || !same_value(stored[place], computed[place]))
            print where ": stored '" stored[place] "', computed '" computed[place] "': =" formula[place]
    }
    print formulas + 0 >count
}
