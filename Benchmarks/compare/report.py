"""The table, in Markdown, and the machine it was measured on."""

import datetime
import pathlib
import re
import subprocess


def processor():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    name = re.search(r"model name\s*:\s*(.+)", text)
    flags = set(re.search(r"flags\s*:\s*(.+)", text).group(1).split())
    return (name.group(1).strip() if name else "unknown"), text.count("processor\t"), flags


def git_version(root):
    command = ["git", "describe", "--always", "--dirty", "--tags"]
    return subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True).stdout.strip() or "unknown"


class Report:
    def __init__(self, root, options):
        name, cores, flags = processor()
        self.slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        self.today = datetime.date.today().isoformat()
        self.lines = [f"# {self.today}, {name}, {cores} cores", ""]
        special = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
        mode = "quick run" if options.quick else "full run"
        self.paragraph(
            f"Version {git_version(root)}, {mode}. Processor flags that matter: {', '.join(special) or 'none'}. "
            "Server and load generator share the cores. Servers take turns; a figure is the median of the rounds, "
            "and ± is half the spread between them. A ratio is Hedgerow's figure by the peer's."
        )

    def paragraph(self, text):
        print(text, flush=True)
        self.lines += [text, ""]

    def heading(self, text):
        print(f"\n{text}", flush=True)
        self.lines += [f"## {text}", ""]

    def table(self, head, rows):
        align = ["---"] + ["---:"] * (len(head) - 1)
        for row in [head, align, *rows]:
            line = "| " + " | ".join(str(cell) for cell in row) + " |"
            print(line, flush=True)
            self.lines.append(line)
        self.lines.append("")

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.today}-{self.slug}.md"
        path.write_text("\n".join(self.lines).rstrip() + "\n")
        print(f"\nwritten to {path}")


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def ratio(ours, theirs):
    return f"**{ours / theirs:.2f}**" if theirs else "–"
