"""What names of animals mean here: settled, shown, followed by the pictures, and taken back."""

import time
import unittest

from wildlife import TRAPS, WildlifeCase, needs_traps, send_picture, until_read

DIALOG = "document.querySelector('dialog.place-form')"


@needs_traps
class SpeciesNames(WildlifeCase):
    detector = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        name = "speciesnet_african_elephants.jpg"
        cls.image = send_picture(cls.ada, (TRAPS / name).read_bytes(), name, camera_id="gate")
        until_read(cls.ada, cls.image)

    def species(self):
        return self.ada.call("GET", f"/api/v1/images/{self.image['id']}")["species"]

    def until_species(self, names):
        end = time.monotonic() + 30
        while self.species() != names:
            self.assertLess(time.monotonic(), end, f"never {names}: {self.species()}")
            time.sleep(0.1)

    def test_a_name_is_settled_and_taken_back(self):
        self.enter(self.ada)
        self.open("/species-names")
        self.until_text("Elephant")
        self.check_well_formed()
        self.click("[data-name=elephant] [aria-label='Settle elephant']")
        self.until(DIALOG)
        self.run("document.getElementById('meaning').value = 'other'")
        self.press("Settle it", DIALOG)
        self.until_text("Type the other name", "dialog")
        self.type("#becomes", "Loxodonta africana")
        self.press("Settle it", DIALOG)
        self.until_text("means loxodonta africana")
        self.until_species(["loxodonta africana"])
        self.click("[data-name=elephant] [aria-label^='Take back']")
        self.until("!document.querySelector('main').innerText.includes('means')")
        self.until_species(["elephant"])

    def test_a_scientific_name_is_settled_for_exports(self):
        self.expect_refusals()
        self.enter(self.ada)
        self.open("/species-names")
        self.until_text("goes out as Elephantidae")
        self.click("[data-name=elephant] [aria-label='Settle elephant']")
        self.until(DIALOG)
        self.type("#scientific_name", "4 legs")
        self.press("Settle it", DIALOG)
        self.until_text("such as Capreolus capreolus", "#scientific_name-fault")
        self.run("document.getElementById('scientific_name').value = ''")
        self.type("#scientific_name", "Loxodonta")
        self.run("document.getElementById('taxon_rank').value = 'genus'")
        self.press("Settle it", DIALOG)
        self.until_text("goes out as Loxodonta")
        [one] = [one for one in self.ada.call("GET", "/api/v1/species-names")["items"] if one["name"] == "elephant"]
        self.assertEqual((one["scientific_name"], one["taxon_rank"], one["exported_as"]), ("Loxodonta", "genus", "Loxodonta"))
        self.assertEqual(self.species(), ["elephant"])
        self.click("[data-name=elephant] [aria-label^='Take back']")
        self.until_text("goes out as Elephantidae")
        self.press("Undo", "document.getElementById('toasts')")
        self.until_text("goes out as Loxodonta")
        self.click("[data-name=elephant] [aria-label^='Take back']")
        self.until_text("goes out as Elephantidae")

    def test_nothing_that_was_typed_is_dropped_without_a_word(self):
        self.enter(self.ada)
        self.open("/species-names")
        self.until_text("Elephant")
        self.click("[data-name=elephant] [aria-label='Settle elephant']")
        self.until(DIALOG)
        self.type("#becomes", "red fox")
        self.run("document.getElementById('taxon_rank').value = 'genus'")
        self.press("Settle it", DIALOG)
        self.until_text("Choose “Another name”", "#becomes-fault")
        self.until_text("Type the scientific name", "#taxon_rank-fault")

    def test_who_only_looks_settles_nothing(self):
        self.enter(self.vi)
        self.open("/species-names")
        self.until("document.querySelector('[data-name=elephant], .empty')")
        self.assertEqual(self.all("[aria-label^='Settle']"), [])


if __name__ == "__main__":
    unittest.main()
