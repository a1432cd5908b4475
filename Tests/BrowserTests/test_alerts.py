"""Alerts: what was told, the rules behind it, and the channels through which it is told."""

import json
import pathlib
import tempfile
import time
import unittest

import test_pages
from browser import emulate, resize
from neighbours import Neighbour
from people import PROBE, send
from wildlife import WildlifeCase, picture, send_picture

DIALOG = "document.querySelector('dialog.place-form')"
QUESTION = "document.querySelector('dialog.question')"


class AlertsCase(WildlifeCase):
    @classmethod
    def make_server(cls):
        server = super().make_server()
        server.settings["HEDGEROW_WEBHOOKS"] = "anywhere"
        return server

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hooks = tempfile.mkdtemp(prefix="hedgerow-hooks-")
        cls.other = Neighbour("hookserver.py", cls.hooks)
        cls.addClassCleanup(cls.other.leave)
        cls.site = cls.ada.call("POST", "/api/v1/sites", {"name": "North wood"})
        cls.camera = cls.ada.call("POST", "/api/v1/cameras", {"code": "oak", "name": "Old oak", "site_id": cls.site["id"]})

    @classmethod
    def see(cls, number, species):
        """Somebody says that there is an animal on a new picture."""
        image = send_picture(cls.ada, picture(number), camera_id="oak")
        animal = {"species": species, "count": 1}
        cls.ada.call("PUT", f"/api/v1/images/{image['id']}/review", {"decision": "corrected", "animals": [animal]})
        return image

    @classmethod
    def rule(cls, **more):
        return cls.ada.call("POST", "/api/v1/rules", {"name": "Animals", "kind": "species_seen", "channels": [], "quiet_minutes": 0} | more)

    @classmethod
    def told(cls, status="firing", fingerprint="a1", summary="Hedgerow does not answer"):
        entry = {"status": status, "labels": {"alertname": "Down", "severity": "critical"}, "annotations": {"summary": summary}, "fingerprint": fingerprint}
        return cls.ada.call("POST", "/api/v1/alerts/alertmanager", {"version": "4", "alerts": [entry]})

    def open_alerts(self, search="", person=None):
        self.enter(person or self.ada)
        self.open(f"/alerts{search}")
        self.until("!document.querySelector('#parts[aria-busy]') && document.getElementById('lead').textContent !== 'One moment.'")

    def choose(self, tab):
        self.run("document.getElementById(arguments[0]).click()", f"tab-{tab}")
        self.until(f"!document.querySelector('#panel-{tab} [aria-busy]')")

    def fill(self, **values):
        """Types or chooses in the open dialog; underscores stand for dashes."""
        for name, value in values.items():
            self.run("const one = document.getElementById(arguments[0]); one.value = arguments[1]; for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, { bubbles: true }))", name.replace("_", "-"), value)

    def until_closed(self):
        self.until(f"!{DIALOG}")


class Rules(AlertsCase):
    def test_a_channel_and_a_rule_are_made_and_tell_of_an_animal(self):
        self.open_alerts("#channels")
        self.until_text("No channel yet", "#panel-channels")
        self.press("Add a channel")
        self.press("Add it", DIALOG)
        self.until_text("Give it a name", "dialog")
        self.fill(kind="webhook", name=f"Desk {PROBE}", url="not an address")
        self.expect_refusals()
        self.press("Add it", DIALOG)
        self.until_text("is not an http or https address", "dialog")
        self.fill(url=f"http://127.0.0.1:{self.other.ready['port']}/plain")
        self.press("Add it", DIALOG)
        self.until_text("The secret of your webhook", "dialog")
        self.assertTrue(self.text("dialog code").startswith("whsec_"))
        self.press("I have it", DIALOG)
        self.until("document.querySelector('#panel-channels .entries b')")
        self.check_text_only(f"Desk {PROBE}")
        self.press("Try it")
        self.until_text("It was taken", "#panel-channels")
        self.choose("rules")
        self.press("Add a rule")
        self.fill(name="Foxes", species="Fox, badger", quiet_minutes="0", where=f"site {self.site['id']}")
        self.run("document.querySelector('dialog [name=channels]').click()")
        self.press("Add it", DIALOG)
        self.until_closed()
        self.until_text("When badger or fox is seen at North wood, tell Desk", "#panel-rules")
        self.choose("history")
        image = self.see(900, "fox")
        self.until_text("Fox at Old oak", "#panel-history")
        self.assertIn(image["id"], self.find("#panel-history .alert a").get_attribute("href"))
        self.until_text("1 alert open", "#lead")
        self.run("document.querySelector('.alert details').open = true")
        self.until_text("told", ".alert__told")
        taken = [json.loads(path.read_text()) for path in pathlib.Path(self.hooks).glob("*.json")]
        self.assertIn("Fox at Old oak", [one["json"]["data"]["title"] for one in taken])

    def test_a_key_for_rules_alone_has_neither_picture_nor_place_told(self):
        secret = self.ada.call("POST", "/api/v1/keys", {"name": "rules", "scopes": ["rules"]})["secret"]
        ask = lambda path, body: send(self.server, "POST", path, body, **{"X-API-Key": secret})[0]
        self.ada.call("PUT", f"/api/v1/cameras/{self.camera['id']}", {"latitude": 48.123456, "longitude": 13.654321})
        self.addCleanup(self.ada.call, "PUT", f"/api/v1/cameras/{self.camera['id']}", {"latitude": None, "longitude": None})
        channel = ask("/api/v1/channels", {"name": "Elsewhere", "kind": "webhook", "url": f"http://127.0.0.1:{self.other.ready['port']}/plain"})
        ask("/api/v1/rules", {"name": "All of it", "kind": "species_seen", "species": ["lynx"], "channels": [channel["id"]]})
        self.see(950, "lynx")
        taken = lambda: [one["json"]["data"] for one in (json.loads(path.read_text()) for path in pathlib.Path(self.hooks).glob("*.json"))]
        deadline = time.monotonic() + 120
        while not (told := [one for one in taken() if one["title"] == "Lynx at Old oak"]):
            self.assertLess(time.monotonic(), deadline, "it is told")
            time.sleep(0.2)
        self.assertNotIn("48.12", json.dumps(told))
        self.assertIsNone(told[0].get("picture"))
        self.open_alerts("#channels")
        self.until_text("it tells words alone", "#panel-channels")
        self.choose("rules")
        self.until_text("it tells words alone", "#panel-rules")

    def test_a_rule_is_switched_off_changed_and_removed(self):
        rule = self.rule(name="To be changed", kind="camera_silent", hours=48)
        self.open_alerts("#rules")
        self.until_text("silent for 48 hours", "#panel-rules")
        line = f"[data-id='{rule['id']}']"
        self.run("document.querySelector(arguments[0]).click()", f"{line} [role=switch]")
        self.until(f"document.querySelector(\"{line} .badge--notice\")")
        self.assertFalse(self.ada.call("GET", f"/api/v1/rules/{rule['id']}")["is_enabled"])
        self.run("document.querySelector(arguments[0]).click()", f"{line} [aria-label^=Change]")
        self.fill(hours="0")
        self.expect_refusals()
        self.press("Save", DIALOG)
        self.until_text("is not from 1 to 8760", "dialog")
        self.fill(hours="72", name="Changed")
        self.press("Save", DIALOG)
        self.until_closed()
        self.until_text("silent for 72 hours", "#panel-rules")
        self.run("document.querySelector(arguments[0]).click()", f"{line} [aria-label^=Remove]")
        self.press("Remove the rule", QUESTION)
        self.until(f"!document.querySelector(\"{line}\")")


class History(AlertsCase):
    def test_what_is_open_is_seen_to_one_by_one_and_all_together(self):
        self.rule()
        for number, species in enumerate(("hare", "fox", f"deer {PROBE}")):
            self.see(910 + number, species)
        self.open_alerts()
        self.until("document.querySelectorAll('.alert').length === 3")
        self.check_text_only(f"Deer {PROBE} at Old oak".lower().replace("deer", "Deer", 1).replace("old oak", "Old oak"))
        self.press("I’ve seen to it")
        self.until("document.querySelectorAll('.alert .badge--good').length === 1")
        self.press("See to all")
        self.press("See to all", QUESTION)
        self.until("document.querySelectorAll('.alert .badge--good').length === 3")
        self.until_text("Nothing is open", "#lead")
        self.run("const one = document.getElementById('alert-state'); one.value = 'open'; one.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until_text("No alert fits", ".alerts")
        self.assertIn("state=open", self.browser.current_url)

    def test_what_is_wrong_with_the_server_is_told_as_it_happens_and_to_nobody_else(self):
        self.open_alerts()
        self.until_listening()
        self.assertEqual(self.told()["opened"], 1)
        self.until_text("Hedgerow does not answer", "#toasts")
        self.until_text("Hedgerow does not answer", ".alerts")
        self.told("resolved")
        self.open_alerts("?kind=system")
        self.until_text("Over", ".alert")
        self.open_alerts(person=self.vi)
        self.assertNotIn("Hedgerow does not answer", self.text("#main"))

    def test_who_may_only_look_finds_no_button(self):
        self.rule()
        self.see(930, "fox")
        self.open_alerts(person=self.vi)
        self.until("document.querySelector('.alert h3')")
        self.assertEqual(self.all(".alert button, [role=tab]"), [])


class Filled(AlertsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hook = cls.ada.call("POST", "/api/v1/channels", {"name": "A channel with a name that goes on for a while", "kind": "webhook", "url": "https://hooks.example.org/one"})
        cls.ada.call("POST", "/api/v1/channels", {"name": "Rangers", "kind": "email", "recipients": ["ranger@example.org", "somebody-with-a-long-address@north-wood.example.org"]})
        cls.rule(name="Every animal at once", channels=[hook["id"]])
        cls.rule(name="Silent", kind="camera_silent", hours=24, site_id=cls.site["id"])
        for at, species in enumerate(("fox", "european badger with a long name")):
            cls.see(950 + at, species)
        cls.told()


class Looks(Filled):
    def test_it_is_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        for width, height in test_pages.WIDTHS:
            resize(self.browser, width, height)
            for tab in ("history", "rules", "channels"):
                self.open("/offline")
                self.open(f"/alerts#{tab}")
                self.until(f"document.querySelector('#panel-{tab} :is(.alert h3, .entries b)')")
                for theme in ("light", "dark"):
                    with self.subTest(width=width, tab=tab, theme=theme):
                        emulate(self.browser, "prefers-color-scheme", theme)
                        found = self.run(test_pages.STRUCTURE)
                        self.assertEqual(found["h1"], 1)
                        for fault in ("gaps", "landmarks", "nameless", "altless", "twice", "dangling"):
                            self.assertEqual(found[fault], [], fault)
                        self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")
        self.press("Add a channel")
        self.check_well_formed()
        self.still = False


class Touch(Filled):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.enter(self.ada)
        for tab in ("history", "rules", "channels"):
            self.open("/offline")
            self.open(f"/alerts#{tab}")
            self.until(f"document.querySelector('#panel-{tab} :is(.alert h3, .entries b)')")
            self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.still = False


if __name__ == "__main__":
    unittest.main()
