"""Writes core/unicode_classes.inc from the Unicode database of this Python: run in core/ as
python3 make_unicode_classes.py > unicode_classes.inc"""
import sys
import unicodedata

CLASSES = {"L": "LETTER", "M": "MARK", "N": "NUMBER"}


def class_ranges():
    ranges = []
    for code in range(sys.maxunicode + 1):
        kind = CLASSES.get(unicodedata.category(chr(code))[0])
        if kind and ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == kind:
            ranges[-1][1] = code
        elif kind:
            ranges.append([code, code, kind])
    return ranges


def lower_runs():
    """Code points that are lowered by the same difference, `step` apart from one another."""
    runs = []
    for code in range(sys.maxunicode + 1):
        lower = chr(code).lower()
        if len(lower) != 1 or ord(lower) == code:
            continue
        difference = ord(lower) - code
        if runs and runs[-1][3] == difference and runs[-1][1] != code:
            first, last, step, _ = runs[-1]
            gap = code - last
            if gap <= 2 and (first == last or gap == step):
                runs[-1][1:3] = [code, gap]
                continue
        runs.append([code, code, 1, difference])
    return runs


def show(name, kind, rows, per_line):
    print(f"static const {kind} {name}[] = {{")
    for i in range(0, len(rows), per_line):
        print("    " + " ".join(rows[i:i + per_line]))
    print("};\n")


print(f"// Made by make_unicode_classes.py from Unicode {unicodedata.unidata_version}.\n")
show("classes", "class_range", [f"{{0x{a:X}, 0x{b:X}, {k}}}," for a, b, k in class_ranges()], 4)
show("lower", "lower_run", [f"{{0x{a:X}, 0x{b:X}, {s}, {d}}}," for a, b, s, d in lower_runs()], 4)
