"""Files that cameras put down and that are no whole pictures: seen, tried again, saved, removed."""

import pathlib
import tempfile
import time
import unittest
import urllib.request

import test_pages
from people import status
from wildlife import WildlifeCase, picture

NAME = "IMG <b>0001.JPG"


class QuarantineCase(WildlifeCase):
    @classmethod
    def make_server(cls):
        holder = tempfile.TemporaryDirectory(prefix="hedgerow-drop-")
        cls.addClassCleanup(holder.cleanup)
        cls.drop = pathlib.Path(holder.name) / "gate"
        cls.drop.mkdir()
        cls.settings = {"HEDGEROW_DROP_FOLDER": holder.name, "HEDGEROW_DROP_QUIET": "1", "HEDGEROW_DROP_PATIENCE": "1"}
        return super().make_server()

    def files(self):
        return self.ada.call("GET", "/api/v1/quarantine?limit=200")["items"]

    def put(self, *names):
        """Lets a camera put broken files down; comes back when they are set aside."""
        for at, name in enumerate(names):
            (self.drop / name).write_bytes(picture(700 + at)[: 90 + at])
        end = time.monotonic() + 60
        while (many := self.ada.call("GET", "/api/v1/quarantine?limit=1")["total"]) < len(names):
            assert time.monotonic() < end, f"only {many} were set aside"
            time.sleep(0.1)

    def setUp(self):
        super().setUp()
        for file in self.files():
            self.ada.call("DELETE", f"/api/v1/quarantine/{file['id']}")

    def open_aside(self, person=None):
        self.enter(person or self.ada)
        self.open("/quarantine")
        self.until("!document.querySelector('#files[aria-busy]')")


class SetAside(QuarantineCase):
    def test_nothing_is_set_aside_and_the_page_says_so(self):
        self.open_aside()
        self.until_text("Every file was whole")
        self.assertFalse(self.find("#retry-all").is_enabled())
        self.check_well_formed()
        self.open_wall()
        self.assertEqual(self.all(".kinds a[href='/quarantine']"), [])

    def test_files_stand_there_with_their_reason_and_are_tried_and_removed(self):
        self.put(NAME, "IMG_0002.JPG", "IMG_0003.JPG")
        self.open_wall()
        self.assertEqual(self.text(".kinds a[href='/quarantine']").split(), ["Set", "aside", "3"])
        self.click(".kinds a[href='/quarantine']")
        self.until("document.querySelectorAll('.files [data-id]').length === 3")
        self.check_text_only(NAME)
        words = self.text("#files")
        self.assertIn("The picture is broken", words)
        self.assertIn("gate · put down by a camera · 1 kB · today", words.replace("\u00a0", " "))
        self.check_well_formed()
        self.expect_refusals()
        self.press("Try again")
        self.until("document.querySelector('.files__still').textContent.includes('broken')")
        self.assertEqual(len(self.all(".files [data-id]")), 3)
        self.press("Try all again")
        self.until_text("None of them is whole", "#toasts")
        self.assertIn("3 files came", self.text("#lead"))
        self.run("document.querySelector('.files [aria-label^=Remove]').click()")
        self.press("Keep it", "document.querySelector('dialog')")
        self.assertEqual(len(self.files()), 3)
        self.run("document.querySelector('.files [aria-label^=Remove]').click()")
        self.press("Remove for good", "document.querySelector('dialog')")
        self.until("document.querySelectorAll('.files [data-id]').length === 2")
        self.assertIn("2 files came", self.text("#lead"))
        self.assertEqual(len(self.files()), 2)
        self.assertEqual(self.run("return document.activeElement.closest('[data-id]') !== null"), True)

    def test_a_file_is_saved_as_it_came(self):
        self.put(NAME)
        self.open_aside()
        link = self.find(".files a[download]").get_attribute("href")
        request = urllib.request.Request(link, headers={"Cookie": f"session={self.ada.cookie}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual(answer.read(), picture(700)[:90])
            self.assertEqual(answer.headers["Content-Disposition"], "attachment; filename*=UTF-8''IMG%20%3Cb%3E0001.JPG")
            self.assertEqual(answer.headers["Content-Security-Policy"], "default-src 'none'; sandbox")
        entries = self.ada.call("GET", "/api/v1/audit?limit=50")["items"]
        self.assertIn("quarantine.read", [one["action"] for one in entries])

    def test_more_than_a_page_comes_in_parts(self):
        self.put(*(f"IMG_{at:04}.JPG" for at in range(53)))
        self.open_aside()
        self.assertIn("53 files came", self.text("#lead"))
        self.assertEqual(len(self.all(".files [data-id]")), 50)
        self.press("Show more")
        self.until("document.querySelectorAll('.files [data-id]').length === 53")
        self.assertFalse(self.find("#more").is_displayed())

    def test_who_may_not_look_after_files_is_not_shown_them(self):
        self.put("IMG_0001.JPG")
        self.open_wall(person=self.vi)
        self.assertEqual(self.all(".kinds a[href='/quarantine']"), [])
        self.open("/cameras")
        self.until("!document.querySelector('#cameras[aria-busy]')")
        self.assertFalse(self.find("a[href='/quarantine']").is_displayed())
        self.open("/quarantine")
        self.until_text("This page is for whoever looks after this server")
        [file] = self.files()
        self.assertEqual(status(self.server, "GET", f"/api/v1/quarantine/{file['id']}/file", Cookie=f"session={self.vi.cookie}"), 403)
        ann = self.ada.add("ann@example.org", "Ann Site", "analyst")
        self.ada.call("PATCH", f"/api/v1/users/{ann.id}", {"sites": []})
        self.enter(ann)
        self.expect_refusals()
        self.open("/quarantine")
        self.until_text("This page is for whoever looks after this server")
        self.open("/images")
        self.until_wall()
        self.assertEqual(self.all(".kinds a[href='/quarantine']"), [])


class Touch(QuarantineCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.put("IMG_0001.JPG")
        self.open_aside()
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])


if __name__ == "__main__":
    unittest.main()
