"""The mutants of a C file of lib/: one operator, comparison or constant changed at a time."""
import re
from collections import namedtuple

Mutant = namedtuple("Mutant", "file line column before after")  # line and column from 1; texts of the token

# What a token becomes. A binary operator stands between blanks here (the style of this code); a unary one does not.
CHANGES = [
    (r"(?<= )<(?= )", ["<=", ">="]),
    (r"(?<= )<=(?= )", ["<", ">"]),
    (r"(?<= )>(?= )", [">=", "<="]),
    (r"(?<= )>=(?= )", [">", "<"]),
    (r"(?<= )==(?= )", ["!="]),
    (r"(?<= )!=(?= )", ["=="]),
    (r"(?<= )&&(?=\s)", ["||"]),
    (r"(?<= )\|\|(?=\s)", ["&&"]),
    (r"(?<= )\+(?= )", ["-"]),
    (r"(?<= )-(?= )", ["+"]),
    (r"(?<=[\w)\]] )\*(?= [\w(])", ["/"]),
    (r"(?<= )/(?= )", ["*"]),
    (r"(?<= )%(?= )", ["/"]),
    (r"(?<= )\+=(?= )", ["-="]),
    (r"(?<= )-=(?= )", ["+="]),
    (r"(?<= )&(?= )", ["|"]),
    (r"(?<= )<<(?= )", [">>"]),
    (r"(?<= )>>(?= )", ["<<"]),
    (r"\+\+", ["--"]),
    (r"--", ["++"]),
    (r"(?<=[(\s!])!(?=[\w(])", [""]),
    (r"(?<=[(=?:,] )-(?=[\w(])|(?<=return )-(?=[\w(])|(?<=[({\[])-(?=[\w(])", [""]),
    (r"\btrue\b", ["false"]),
    (r"\bfalse\b", ["true"]),
]
NUMBER = re.compile(r"(?<![\w.'])(0[xX][0-9a-fA-F]+|\d+)(?![\w.'])")
BLANKED = re.compile(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'|/\*.*?\*/|//[^\n]*', re.S)
ASSERTION = re.compile(r"\b(static_)?assert\(")


def blank(text):
    """Strings, characters and comments as blanks of the same size: what is left is code, where it was."""
    return BLANKED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def blank_assertions(text):
    """An assertion is no behaviour: a test that can tell it from a weaker one would have to fail it."""
    for found in reversed(list(ASSERTION.finditer(text))):
        depth, at = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        text = text[: found.start()] + re.sub(r"[^\n]", " ", text[found.start() : at]) + text[at:]
    return text


def other_numbers(text):
    value = int(text, 0)
    return ["1"] if value == 0 else [str(value + 1), str(value - 1)]


def of_line(file, number, code):
    for pattern, changed in CHANGES:
        for found in re.finditer(pattern, code):
            for after in changed:
                yield Mutant(file, number, found.start() + 1, found[0], after)
    for found in NUMBER.finditer(code):
        for after in other_numbers(found[0]):
            yield Mutant(file, number, found.start() + 1, found[0], after)


def of_file(file, text):
    code = blank_assertions(blank(text)).split("\n")
    mutants = []
    for number, line in enumerate(code, 1):
        if not line.lstrip().startswith("#") or line.lstrip().startswith("#define"):
            mutants += of_line(file, number, line)
    return sorted(mutants, key=lambda m: (m.line, m.column, m.after))


def apply(text, mutant):
    lines = text.split("\n")
    line = lines[mutant.line - 1]
    start = mutant.column - 1
    lines[mutant.line - 1] = line[:start] + mutant.after + line[start + len(mutant.before) :]
    return "\n".join(lines), lines[mutant.line - 1].strip()
