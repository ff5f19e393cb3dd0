# The cells of a sheet read twice (cells.awk), as it was stored and as it was computed: prints every difference.
# -v sheet=NAME
BEGIN { FS = "\t" }
FILENAME == ARGV[1] { stored[$1 FS $2] = $4; next }
{
    place = $1 FS $2
    if (!same_value(stored[place], $4))
        print sheet "!" cell_name($1, $2) ": stored '" stored[place] "', computed '" $4 "'"
    delete stored[place]
}
END {
    for (place in stored) {
        split(place, at, FS)
        print sheet "!" cell_name(at[1], at[2]) ": stored '" stored[place] "', computed nothing"
    }
}
