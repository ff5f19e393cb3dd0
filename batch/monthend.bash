# Bash completion for monthend: commands, options, tables, months, runs, plans and accounts. What can be completed is asked
# of the program itself: options are those of its --help, and 'monthend complete' reads the database.

_monthend_options() { # those that its list has: what stands before two blanks
    "$1" "$2" --help 2>/dev/null | sed -n -e 's/^  --/--/' -e 's/  .*//' -e '/^--/p' | grep -oE -- '--[a-z][a-z-]*' | sort -u
}

# Its options that take no value.
_monthend_flags() {
    "$1" "$2" --help 2>/dev/null | grep -E '^  --' | grep -oE -- '--[a-z][a-z-]*(  |:|$)' | grep -oE -- '--[a-z-]*' | tr '\n' ' '
}

# The values of an option, one a line; nothing: it takes a file, a number or text.
_monthend_values() {
    local program=$1 option=$2 database=$3 current=$4
    case $option in
    --account) "$program" complete "$database" accounts "$current" 2>/dev/null ;;
    --month | --from | --to) "$program" complete "$database" months "$current" 2>/dev/null ;;
    --run) "$program" complete "$database" runs "$6" 2>/dev/null | sed 's|.*/||' | sort -u ;;
    --plan) "$program" complete "$database" plans "$current" 2>/dev/null ;;
    --method) printf '%s\n' monetary simple ;;
    --workbook) printf '%s\n' full summary none ;;
    --log) printf '%s\n' text json ;;
    --log-level) printf '%s\n' error warning info debug ;;
    --format) "$program" "$5" --help 2>/dev/null | sed -n 's/^  --format F  *//p' | grep -oE 'text|csv|json|xlsx' ;;
    esac
}

# What stands at a position: after the command comes the database, then what the command takes.
_monthend_arguments() {
    local program=$1 command=$2 database=$3 position=$4 current=$5
    case $command:$position in
    import:2) "$program" complete "$database" tables "$current" 2>/dev/null ;;
    diff:2 | diff:3) "$program" complete "$database" runs "$current" 2>/dev/null ;;
    esac
}

_monthend() {
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} current=${COMP_WORDS[COMP_CWORD]}
    local previous=${COMP_WORDS[COMP_CWORD - 1]} word database='' month='' flags position=0 i candidates=()

    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null | awk '/^  [a-z]+ /{ print $1 }') --help --version" -- "$current")
        return
    fi
    flags=$(_monthend_flags "$program" "$command")
    for ((i = 2; i <= COMP_CWORD; i++)); do # what is no option and no option's value
        word=${COMP_WORDS[i]}
        [ "${COMP_WORDS[i - 1]}" != --month ] || month=$word/
        [[ ${COMP_WORDS[i - 1]} != --* || " $flags" == *" ${COMP_WORDS[i - 1]} "* ]] || continue
        case $word in
        -*) ;;
        *) position=$((position + 1)); [ "$position" = 1 ] && database=$word ;;
        esac
    done
    case $current in
    -*) mapfile -t candidates < <(_monthend_options "$program" "$command") ;;
    *)
        if [[ $previous == --* ]]; then
            mapfile -t candidates < <(_monthend_values "$program" "$previous" "$database" "$current" "$command" "$month")
        fi
        [ ${#candidates[@]} -gt 0 ] ||
            mapfile -t candidates < <(_monthend_arguments "$program" "$command" "$database" "$position" "$current")
        ;;
    esac
    for word in "${candidates[@]}"; do # ids may hold blanks and signs: as the shell wants them
        [[ $word == "$current"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
    done
    [ ${#COMPREPLY[@]} -gt 0 ] || compopt -o default 2>/dev/null
}

complete -F _monthend monthend
