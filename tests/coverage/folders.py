"""Lines and sides of branches that were reached, of each file and folder, from an export of llvm-cov; what was missed goes
to a file, a line each. Exit status 1 where all folders together have fewer than PERCENT of the sides of their branches.
usage: folders.py EXPORT.json EXPORT.lcov MISSED PERCENT FOLDER..."""
import json
import sys
from collections import defaultdict

from missed import gather, lines_of, text


def share(reached, count):
    return f"{reached:6} of {count:6} {100 * reached / count if count else 100:6.1f} %"


def row(name, counts):
    return f"{name:36} lines {share(*counts['lines'])}   sides of branches {share(*counts['sides'])}"


def count(lines, sides, folders):
    """By file, folder and for all."""
    counts = defaultdict(lambda: {"lines": [0, 0], "sides": [0, 0]})
    reached = [("lines", file, reached) for (file, _), reached in lines.items()]
    reached += [("sides", place[0], reached) for (place, _), reached in sides.items()]
    for kind, file, times in reached:
        for name in (file, file.split("/")[0] + "/", "+".join(folders)):
            counts[name][kind][0] += times > 0
            counts[name][kind][1] += 1
    return counts


def main():
    exported, lcov, missed, percent, *folders = sys.argv[1:]
    with open(exported, encoding="utf-8") as file:
        sides, _, functions = gather(json.load(file)["data"][0], folders)
    lines = lines_of(lcov, folders)
    counts = count(lines, sides, folders)
    total = counts["+".join(folders)]
    never = [(f[0], f[1], f[2], f"{f[3]}() is never called") for f, times in functions.items() if not times]
    never += [(p[0], p[1], p[2], f"never {side}: {text(*p)}") for (p, side), times in sides.items() if not times]
    with open(missed, "w", encoding="utf-8") as file:
        file.writelines(f"{name}:{line}:{column}: {words}\n" for name, line, column, words in sorted(never))
    for name in sorted(name for name in counts if name.endswith((".c", ".h"))):
        print(row(name, counts[name]))
    for name in sorted(name for name in counts if not name.endswith((".c", ".h"))):
        print(row(name, counts[name]))
    print(f"missed: {len(never)}, one a line in {missed}")
    return 1 if not total["sides"][1] or 100 * total["sides"][0] < float(percent) * total["sides"][1] else 0


if __name__ == "__main__":
    sys.exit(main())
