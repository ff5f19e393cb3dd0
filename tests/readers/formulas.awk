# The formulas of a worksheet's XML with the values stored for them:
# ROW TAB COLUMN TAB KIND TAB VALUE TAB FORMULA (see cells.awk). KIND is "none" where no value is stored, "error" where an
# error is.
BEGIN { RS = "<" }

function plain(text) {
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

function content() { return plain(substr($0, index($0, ">") + 1)) }

/^c / {
    place = attribute("r")
    type = attribute("t")
    has_formula = has_value = 0
}
/^f[ >]/ { has_formula = 1; formula = content() }
/^v>/ { has_value = 1; value = content() }
/^\/c>/ && has_formula {
    if (!has_value) value = ""
    kind = !has_value ? "none" : type == "e" ? "error" : type == "str" ? "text" : value == "" ? "none" : "number"
    print row_of(place) "\t" column_of(place) "\t" kind "\t" on_one_line(value) "\t" on_one_line(formula)
    has_formula = 0
}
