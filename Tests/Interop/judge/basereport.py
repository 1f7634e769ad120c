# SPDX-License-Identifier: Apache-2.0
"""The tables of bases in Markdown."""

from . import markdown
from .distroless import LEFT_OUT_FILES
from .published import FIGURES


def amount(count):
    """A number of bytes as a person reads it; a megabyte is 1000²."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}" if count < 1000 * size else f"{count / size:.0f} {unit}"
    return f"{count} B"


def sizes(rows):
    """What each image is."""
    lines = []
    for row in rows:
        for platform, (answer, _) in zip(row.platforms, row.answers):
            size, system = platform["size"], platform["system"]
            name = row.name if len(row.platforms) == 1 else f"{row.name}, {platform['platform'].split('/')[1]}"
            shell = ", ".join(shell["path"] for shell in system["shells"][:1]) or "none"
            amounts = [amount(size[key]) for key in ("compressed", "unpacked", "content")]
            lines.append([name, f"`{row.recipe}`", *amounts, size["files"], len(platform["packages"]["list"]), shell,
                          markdown.verdict(answer)])
        if not row.platforms:
            lines.append([row.name, f"`{row.recipe}`", *["–"] * 6, row.said])
    head = ["image", "recipe", "compressed", "unpacked", "in files", "files", "packages", "shell", "runs"]
    return markdown.table(head, lines)


def published(rows):
    """Beside what is told of others."""
    found = {row.name: row.platforms[0]["size"] for row in rows if row.platforms}
    lines = []
    for figure in FIGURES:
        if figure.ours in found:
            size = found[figure.ours]["compressed" if figure.is_compressed else "content"]
            lines.append([figure.image, figure.told, "compressed" if figure.is_compressed else "in files", figure.ours,
                          amount(size), f"{size / figure.most:.0%}"])
    return markdown.table(["image", "told", "which is", "ours", "its size", "of what is told"], lines)


def structure(asked):
    """How many of distroless's tests hold."""
    lines = []
    for name, answers in asked.items():
        verdicts = [verdict for _, _, verdict, _ in answers]
        lines.append([name, verdicts.count(True), verdicts.count(False), verdicts.count(None)])
    return markdown.table(["image", "hold", "do not hold", "left out"], lines)


def exceptions(asked):
    """Why tests were left out, and which do not hold."""
    reasons = {}
    for name, answers in asked.items():
        for file, test, verdict, why in answers:
            if verdict is None:
                reasons.setdefault((file, test, why), []).append(name)
    lines = [f"- {name}: `{file}`: {test}: {why}" for name, answers in asked.items()
             for file, test, verdict, why in answers if verdict is False]
    table = markdown.table(["test", "of", "asked of", "left out because"],
                           [[test, f"`{file}`", ", ".join(names), why]
                            for (file, test, why), names in reasons.items()])
    files = "".join(f"- `{pattern}`: {why}\n" for pattern, why in LEFT_OUT_FILES)
    return ("\n".join(["Do not hold:", "", *lines, ""]) + "\n" if lines else "") + table + "\n" + files


def whole(rows, asked, times):
    """The report."""
    parts = ["# Bases\n", "Made by `examples/bases.sh`, whose `--help` says how. Sizes are in megabytes of 1000²; "
             "unpacked is the layers' tar, in files are the bytes of the files in it.\n", sizes(rows)]
    if times:
        (cold, busy), (warm, little) = times
        parts += ["All of it, compiling and running included, the processors shared with other work: "
                  f"{cold:.0f} s with nothing at hand, {busy:.0f} s of processor time; {warm:.1f} s the second time, "
                  f"{little:.1f} s of processor time.\n"]
    notes = "".join(f"- {figure.image}: {figure.why}\n" for figure in FIGURES)
    parts += ["## Beside others\n", published(rows), "What is told does not say what it measures:\n", notes]
    said = "".join(f"- {row.name}: {row.said}\n" for row in rows if row.platforms)
    parts += ["## What they answer\n", said]
    if asked:
        parts += ["## Distroless's own structure tests\n",
                  "Asked by `Tests/Interop/structure.py`'s means; exact versions are not asked for.\n",
                  structure(asked), exceptions(asked)]
    return "\n".join(parts)
