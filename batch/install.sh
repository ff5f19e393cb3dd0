#!/bin/sh
# make install and make uninstall: what is installed, and where below PREFIX. The manuals lie beside what they describe.
# usage: install.sh install|uninstall BUILD VERSION     with DESTDIR and PREFIX, LIBDIR, UNITDIR and DOCDIR below it in the environment
set -eu
: "${LIBDIR:=lib}" "${UNITDIR:=lib/systemd/system}" "${DOCDIR:=share/doc/monthend}"
verb=$1 build=$2 version=$3
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# put MODE FILE FOLDER: into it, or out of it; a folder of its own goes with the last file.
put() {
    folder=$DESTDIR$PREFIX/$3
    if [ "$verb" = install ]; then
        install -D -m "$1" -t "$folder" "$2"
        return
    fi
    rm -f "$folder/$(basename "$2")"
    case $3 in
    *monthend*) [ ! -d "$folder" ] || rmdir --ignore-fail-on-non-empty "$folder" ;;
    esac
}

# filled TEMPLATE: with the places in it; prints the file.
filled() {
    file=$made/$(basename "$1" .in)
    sed -e "s|@PREFIX@|$PREFIX|" -e "s|@LIBDIR@|$LIBDIR|" -e "s|@VERSION@|$version|" "$1" >"$file"
    echo "$file"
}

put 755 "$build/monthend" bin
put 644 "$build/monthend.1" share/man/man1
put 644 schema/monthend-data.5 share/man/man5
put 644 lib/monthend-rules.7 share/man/man7
put 644 batch/monthend.bash share/bash-completion/completions
put 644 "$(filled batch/monthend-close.service.in)" "$UNITDIR"
put 644 batch/monthend-close.timer "$UNITDIR"
put 644 "$build/libmonthend.a" "$LIBDIR"
put 644 "$(filled lib/libmonthend.pc.in)" "$LIBDIR/pkgconfig"
for header in lib/*.h; do # below include/monthend they find each other by their names alone
    sed 's|^#include "lib/|#include "|' "$header" >"$made/$(basename "$header")"
    put 644 "$made/$(basename "$header")" include/monthend
done
for example in lib/examples/price_upgrade.c batch/monthend.conf batch/monthend.cron; do
    put 644 "$example" "$DOCDIR/examples"
done
put 644 README.md "$DOCDIR"
put 644 AUDIT.md "$DOCDIR"
