"""Lists what no test has reached in an export of llvm-cov: functions, sides of branches, conditions that never decided
alone; a line of totals; exit status 1 where there is anything.
usage: missed.py EXPORT.json EXPORT.lcov"""
import json
import os
import sys
from collections import defaultdict

CODE = {}


def text(file, line, start, end_line, end):
    if file not in CODE:
        with open(file, encoding="utf-8") as source:
            CODE[file] = source.read().split("\n")
    if line == end_line:
        return CODE[file][line - 1][start - 1 : end - 1]
    return CODE[file][line - 1][start - 1 :].strip() + " ..."


def file_of(name):
    return os.path.relpath(name)


def measured(name, folders):
    return file_of(name).startswith(tuple(folder + "/" for folder in folders))


def switches(place):
    """A switch without a default: that each value has its case is the compiler's to say (-Wswitch)."""
    text(*place)
    return CODE[place[0]][place[1] - 1].lstrip().startswith("switch (")


def gather(export, folders):
    """A place compiled into several objects (a function of a header) is reached where it is in one of them."""
    sides, conditions, functions = defaultdict(int), defaultdict(bool), defaultdict(int)
    for function in export["functions"]:
        if not measured(function["filenames"][0], folders):
            continue
        line, column = function["regions"][0][:2]
        functions[file_of(function["filenames"][0]), line, column, function["name"].split(":")[-1]] += function["count"]
    for file in export["files"]:
        name = file_of(file["filename"])
        for branch in file["branches"] if measured(name, folders) else []:
            place = (name, *branch[:4])
            if switches(place):
                continue
            sides[place, "true"] += branch[4]
            sides[place, "false"] += branch[5]
        for record in file.get("mcdc_records", []) if measured(name, folders) else []:
            for number, decided in enumerate(record[6], 1):
                conditions[(name, *record[:4]), number] |= decided
    return sides, conditions, functions


def lines_of(path, folders):
    """Of the other form of export, which adds up the objects that a header's line is compiled into."""
    lines, file = {}, ""
    with open(path, encoding="utf-8") as exported:
        for record in exported:
            kind, _, rest = record.strip().partition(":")
            if kind == "SF":
                file = file_of(rest)
            elif kind == "DA" and measured(file, folders):
                number, count = rest.split(",")[:2]
                lines[file, int(number)] = lines.get((file, int(number)), 0) + int(count)
    return lines


def main():
    with open(sys.argv[1], encoding="utf-8") as exported:
        export = json.load(exported)["data"][0]
    lines = lines_of(sys.argv[2], ["lib"])
    sides, conditions, functions = gather(export, ["lib"])
    missed = [(f[0], f[1], f[2], f"{f[3]}() is never called") for f, count in functions.items() if not count]
    missed += [(p[0], p[1], p[2], f"never {side}: {text(*p)}") for (p, side), count in sides.items() if not count]
    missed += [(p[0], p[1], p[2], f"condition {number} never decides alone: {text(*p)}")
               for (p, number), decided in conditions.items() if not decided]
    missed += [(file, line, 1, "never reached") for (file, line), count in lines.items() if not count]
    for file, line, column, words in sorted(missed):
        print(f"{file}:{line}:{column}: {words}")
    print(f"lib/: {sum(c > 0 for c in lines.values())} of {len(lines)} lines, "
          f"{sum(c > 0 for c in sides.values())} of {len(sides)} sides of branches, "
          f"{sum(conditions.values())} of {len(conditions)} conditions (MC/DC), "
          f"{sum(c > 0 for c in functions.values())} of {len(functions)} functions")
    return 1 if missed or not lines or not conditions else 0


if __name__ == "__main__":
    sys.exit(main())
