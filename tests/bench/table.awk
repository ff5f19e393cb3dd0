# The results of alternate as a table in Markdown; the last line counts rows, as tests/run reads it.
# Input: row, goal, min, median, max, held, pairs, seconds, the yardstick's, ratio of processor time, MB at most.
BEGIN {
    FS = "\t"
    print "### " size
    print ""
    print "| goal | bound | min | median | max | | pairs | s | yardstick s | CPU ratio | peak MB |"
    print "| --- | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
}
NF != 11 || $4 !~ /^[0-9.]+$/ || $4 == 0 {
    wrong++
    print "row without a result: " $0 >"/dev/stderr"
    next
}
{
    printf "| %s | %s | %s | **%s** | %s | %s | %d | %s | %s | %s | %s |\n", $1, $2, $3, $4, $5, $6, $7, $8,
        $9 == 0 ? "" : $9, $10 == 0 ? "" : $10, $11 == 0 ? "" : $11
    rows++
}
END {
    print ""
    printf "%d passed, %d failed\n", rows, wrong
    exit wrong > 0 || rows == 0
}
