# The program's --help texts as mdoc, for monthend(1): the manual says what --help says, in the same words.
#
#     usage: ...          the forms of the command, as they are
#     paragraphs          one sentence a line
#       --option ARG      a list; what follows two blanks, and the lines below it that are indented further, describe it

# A text as mdoc: short lines, each sentence from a line's beginning; a minus stays one, and no line is taken for a macro.
function put(text,    count, words, i, word, line) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    count = split(text, words, " ")
    line = ""
    for (i = 1; i <= count; i++) {
        word = words[i]
        if (line != "" && (length(line) + 1 + length(word) > 78 || (line ~ /[^.][.]$/ && word ~ /^[A-Z']/))) {
            print line
            line = ""
        }
        if (line == "" && word ~ /^[.']/) word = "\\&" word
        line = line (line == "" ? "" : " ") word
    }
    print line
}

# "--from M --to M, --quiet" as the head of a list's item.
function item(term,    count, words, i, word, comma, out) {
    count = split(term, words, " ")
    for (i = 1; i <= count; i++) {
        word = words[i]
        comma = sub(/,$/, "", word)
        if (word ~ /^--/) {
            sub(/^--/, "", word)
            gsub(/-/, "\\-", word)
            out = out " Fl \\-" word
        } else {
            out = out " Ar " word
        }
        if (comma) out = out " ,"
    }
    return ".It" out
}

function paragraph_end() {
    if (paragraph != "") put(paragraph)
    paragraph = ""
}

function list_end() {
    paragraph_end()
    if (in_list) print ".El"
    in_list = 0
}

function usage_end() {
    if (in_usage) print ".Ed"
    in_usage = 0
}

function option(line,    term, what, at) {
    paragraph_end()
    if (!in_list) print ".Bl -tag -width Ds"
    in_list = 1
    sub(/^  /, "", line)
    term = line
    what = ""
    if ((at = index(line, "  ")) > 0) {
        term = substr(line, 1, at - 1)
        what = substr(line, at)
        sub(/^ +/, "", what)
    } else if ((at = index(line, ": ")) > 0) {
        term = substr(line, 1, at - 1)
        what = substr(line, at + 2)
    }
    print item(term)
    paragraph = what
}

BEGIN { print ".Ss " command }
/^usage: / { print ".Bd -literal -compact"; in_usage = 1 }
in_usage && /^(usage: |       )/ {
    line = substr($0, 8)
    gsub(/-/, "\\-", line)
    print line
    next
}
/^  --/ { usage_end(); option($0); next }
/^$/ {
    usage_end()
    list_end()
    wanted = 1 # a paragraph may follow
    next
}
{
    line = $0
    sub(/^ +/, "", line)
    if (wanted && !in_list && paragraph == "") print ".Pp"
    wanted = 0
    paragraph = paragraph (paragraph == "" ? "" : " ") line
}
END { usage_end(); list_end() }
