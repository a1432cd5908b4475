"""What can be read off the files in Web/ without a browser: tokens, contrasts, references, the policy."""

import json
import pathlib
import re
import unittest

WEB = pathlib.Path(__file__).resolve().parent.parent.parent / "Web"
TOKENS = (WEB / "assets/css/tokens.css").read_text()
ASSET = re.compile(r"/assets/[A-Za-z0-9_./-]+")
TEXT_PAIRS = [
    *[(ink, paper) for ink in ("ink", "ink-soft", "ink-faint", "hedge", "haw") for paper in ("paper", "paper-card", "paper-sunken")],
    *[(ink, "hedge-tint") for ink in ("ink", "hedge", "hedge-deep")],
    *[(ink, "haw-tint") for ink in ("ink", "haw")],
    ("on-hedge", "hedge"), ("on-hedge", "hedge-deep"), ("on-haw", "haw"), ("on-haw", "haw-deep"),
    ("rail-ink", "rail"), ("rail-ink-soft", "rail"), ("rail-ink", "rail-active"), ("rail-ink-soft", "rail-active"),
]
EDGE_PAIRS = [
    *[("line-strong", paper) for paper in ("paper", "paper-card")],
    *[("focus", paper) for paper in ("paper", "paper-card", "paper-sunken", "hedge-tint", "haw-tint")],
    ("focus-on-rail", "rail"), ("focus-on-rail", "rail-active"),
]


def block(opening):
    start = TOKENS.index(opening) + len(opening)
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", TOKENS[start : TOKENS.index("}", start)]))


LIGHT = block(":root {")
SYSTEM_DARK = block(':root:not([data-theme="light"]) {')
CHOSEN_DARK = block(':root[data-theme="dark"] {')


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def sources(*endings):
    return [path for path in WEB.rglob("*") if path.suffix in endings]


def imports(path, seen):
    if path in seen:
        return seen
    seen.add(path)
    for name in re.findall(r'from "(/assets/js/[^"]+)"', (WEB / path.lstrip("/")).read_text()):
        imports(name, seen)
    return seen


class Tokens(unittest.TestCase):
    def test_the_dark_values_stand_twice_and_are_equal(self):
        self.assertGreater(len(SYSTEM_DARK), 25)
        self.assertEqual(SYSTEM_DARK, CHOSEN_DARK)

    def test_every_text_and_edge_can_be_seen_in_both_themes(self):
        for theme, values in (("light", LIGHT), ("dark", LIGHT | SYSTEM_DARK)):
            for pairs, least in ((TEXT_PAIRS, 4.5), (EDGE_PAIRS, 3.0)):
                for front, ground in pairs:
                    with self.subTest(theme=theme, front=front, ground=ground):
                        self.assertGreaterEqual(contrast(values[front], values[ground]), least)

    def test_colours_and_durations_stand_in_the_tokens_alone(self):
        on_photos = re.compile(r"animation-duration: 0.01ms|\.heat__|\.frame__|\.reach__code img|\.box__|\.shot__mark|\.shot--private|^\s*body, \.card \{")
        for path in sources(".css"):
            if path.name == "tokens.css":
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if on_photos.search(line):
                    continue
                with self.subTest(file=path.name, line=number):
                    self.assertNotRegex(line, r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsl|\d(ms|s)\b(?!\))")


class References(unittest.TestCase):
    def test_every_asset_that_is_named_exists(self):
        for path in sources(".html", ".css", ".js", ".webmanifest"):
            for name in ASSET.findall(path.read_text()):
                if name.startswith(("/assets/swagger/", "/assets/leaflet/")) or name.rstrip("/") == "/assets":
                    continue
                with self.subTest(file=str(path.relative_to(WEB)), asset=name):
                    self.assertTrue((WEB / name.lstrip("/")).is_file())

    def test_every_icon_that_is_named_is_drawn(self):
        drawn = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "assets/icons.svg").read_text()))
        for path in sources(".html"):
            for name in re.findall(r"icons\.svg#([a-z0-9-]+)", path.read_text()):
                self.assertIn(name, drawn, path.name)
        for path in sources(".js"):
            for name in re.findall(r'icon\("([^"]+)"\)|icon: "([^"]+)"', path.read_text()):
                self.assertIn(name[0] or name[1], drawn, path.name)

    def test_no_module_is_imported_in_a_circle(self):
        def visit(path, trail):
            self.assertNotIn(path, trail)
            for name in re.findall(r'from "(/assets/js/[^"]+)"', (WEB / path.lstrip("/")).read_text()):
                visit(name, trail + [path])

        for path in sources(".js"):
            if "assets" in path.parts:
                visit("/" + str(path.relative_to(WEB)), [])

    def test_the_worker_keeps_all_that_its_pages_need_and_nothing_of_the_api(self):
        worker = (WEB / "sw.js").read_text()
        kept = set(ASSET.findall(worker))
        needed = set(ASSET.findall((WEB / "shell.html").read_text())) - {"/assets/icons/maskable-192.png"}
        for page in ("diagnose", "phone", "offline"):
            needed |= set(ASSET.findall((WEB / f"pages/{page}.html").read_text()))
        modules = set()
        for name in [name for name in needed if name.endswith(".js")]:
            imports(name, modules)
        self.assertEqual(sorted((needed | modules) - kept), [])
        self.assertNotIn("/api/", worker)

    def test_the_manifest_has_what_installing_needs(self):
        manifest = json.loads((WEB / "manifest.webmanifest").read_text())
        purposes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
        self.assertLessEqual({("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}, purposes)
        for icon in manifest["icons"]:
            if icon["type"] != "image/png":
                continue
            head = (WEB / icon["src"].lstrip("/")).read_bytes()[:24]
            side = int(icon["sizes"].split("x")[0])
            self.assertEqual((int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")), (side, side))


class Policy(unittest.TestCase):
    def test_nothing_is_inline(self):
        for path in sources(".html"):
            text = path.read_text()
            with self.subTest(page=path.name):
                self.assertNotRegex(text, r"\sstyle=|\son[a-z]+=|<style|javascript:|https?://")
                for script in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S):
                    self.assertIn("src=", script[0])
                    self.assertEqual(script[1], "")

    def test_no_sheet_carries_data_or_reaches_out(self):
        for path in sources(".css"):
            self.assertNotRegex(path.read_text(), r"data:|https?://|@import", path.name)

    def test_no_script_writes_markup_or_styles_by_text(self):
        for path in sources(".js"):
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            self.assertNotRegex(text, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://", path.name)


if __name__ == "__main__":
    unittest.main()
