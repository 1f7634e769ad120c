# SPDX-License-Identifier: Apache-2.0
"""Markdown tables."""


def cell(value):
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def verdict(answer):
    return {True: "yes", False: "**no**", None: "not judged"}[answer]


def shortened(rows, most):
    """At most so many rows, and a last one that says how many are left out."""
    rows = list(rows)
    if len(rows) <= most:
        return rows
    return rows[:most] + [[f"and {len(rows) - most} more"] + [""] * (len(rows[0]) - 1)]
