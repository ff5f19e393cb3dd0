#!/bin/sh
# monthend(1) from its template and the program's own --help.
# usage: manual.sh MONTHEND TEMPLATE
set -eu
monthend=$1 template=$2 here=$(dirname "$0")

commands() {
    "$monthend" --help | awk '/^  [a-z]+ /{ print $1 }' | while read -r command; do
        "$monthend" "$command" --help | awk -v command="$command" -f "$here/manual.awk"
    done
}

# "Exit status: 0 done; 1 ..." as a list; "130, 143 interrupted" is one item.
statuses() {
    "$monthend" --help | sed -n '/^Exit status: /,$p' | tr '\n' ' ' |
        sed -e 's/^Exit status: //' -e 's/[. ]*$//' -e 's/; */\n/g' -e 's/$/\n/' |
        sed -E -e 's/^([0-9]+(, [0-9]+)*) (.*)/.It \1\n\3/'
}

while IFS= read -r line; do
    case $line in
    @COMMANDS@) commands ;;
    @STATUSES@) statuses ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$template"
