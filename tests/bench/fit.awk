# The closes of SIZE=scale as a table in Markdown, and the plane through them by least squares of relative errors:
# cost = fixed + per million events x events + per thousand accounts x accounts.
# Input: accounts events seconds peak_MB database_MB y_seconds

# One more point into the normal equations of a quantity, weighted by what it is: a second in 1 is as bad as 100 in 100.
function point(name, value,    i, j, x) {
    x[1] = 1 / value
    x[2] = $2 / 1e6 / value
    x[3] = $1 / 1e3 / value
    for (i = 1; i <= 3; i++) {
        for (j = 1; j <= 3; j++) normal[name, i, j] += x[i] * x[j]
        normal[name, i, 4] += x[i]
    }
}

# Gauss, without a search for pivots: the matrix is positive definite.
function solve(name,    i, j, k, factor) {
    for (i = 1; i <= 3; i++)
        for (j = 1; j <= 3; j++)
            if (j != i) {
                factor = normal[name, j, i] / normal[name, i, i]
                for (k = 1; k <= 4; k++) normal[name, j, k] -= factor * normal[name, i, k]
            }
    for (i = 1; i <= 3; i++) fit[name, i] = normal[name, i, 4] / normal[name, i, i]
}

function at(name, accounts, events) {
    return fit[name, 1] + fit[name, 2] * events / 1e6 + fit[name, 3] * accounts / 1e3
}

function line(what, name, unit) {
    printf "| %s | %.3f %s | %.3f %s | %.3f %s |\n", what, fit[name, 1], unit, fit[name, 2], unit, fit[name, 3], unit
}

function told(accounts, events) {
    printf "| %d | %d | %.0f | %.0f | %.0f |\n", accounts, events, at("seconds", accounts, events), at("memory", accounts, events),
        at("database", accounts, events)
}

BEGIN {
    print "| accounts | events | close, s | y, s | close / y | peak MB | database MB |"
    print "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
}
{
    printf "| %d | %d | %s | %s | %.1f | %s | %s |\n", $1, $2, $3, $6, $3 / $6, $4, $5
    point("seconds", $3)
    point("memory", $4)
    point("database", $5)
}
END {
    solve("seconds")
    solve("memory")
    solve("database")
    print "\n| fitted | fixed | per 1,000,000 events | per 1,000 accounts |\n| --- | ---: | ---: | ---: |"
    line("time of close", "seconds", "s")
    line("peak memory", "memory", "MB")
    line("database", "database", "MB")
    print "\nBy that fit, beyond what was measured:\n"
    print "| accounts | events | close, s | peak MB | database MB |\n| ---: | ---: | ---: | ---: | ---: |"
    told(1000000, 1000000000)
    told(10000000, 1000000000)
}
