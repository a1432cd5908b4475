"""Files of other programs come in by the page of pictures, with progress and a report."""

import io
import json
import zipfile

from people import PROBE
from wildlife import WildlifeCase, picture

DEPLOYMENTS = "deploymentID,locationName,latitude,longitude,deploymentStart,deploymentEnd,cameraID\nd1,Brook,51.5,4.8,2020-05-30T04:57:37+02:00,2020-07-01T11:41:41+02:00,oak\n"
MEDIA = "mediaID,deploymentID,timestamp,filePath,filePublic,fileMediatype\nm1,d1,2020-06-01T05:00:00+02:00,one.png,true,image/png\nm2,d1,2020-06-01T05:00:00,two.png,TRUE,image/png\nm3,d1,2020-06-01T06:00:00+02:00,https://example.org/three.png,true,image/png\n"
QUOTED = '"' + PROBE.replace('"', '""') + '"'
OBSERVATIONS = f"observationID,deploymentID,mediaID,observationLevel,observationType,scientificName,count,classificationMethod,{QUOTED}\no1,d1,m1,media,animal,Vulpes vulpes,2,human,\n"

DESCRIPTION = {
    "id": "a-dataset", "title": "Otters of the brook", "description": PROBE, "homepage": "javascript:alert(1)",
    "contributors": [{"title": "Ann Brook", "role": "rightsHolder"}],
    "licenses": [{"name": "CC0-1.0", "scope": "data"}, {"name": "CC-BY-4.0", "scope": "media"}],
}


def package(**pictures):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("datapackage.json", json.dumps(DESCRIPTION))
        for name, text in (("deployments", DEPLOYMENTS), ("media", MEDIA), ("observations", OBSERVATIONS)):
            archive.writestr(f"{name}.csv", text)
        for name, data in pictures.items():
            archive.writestr(f"{name}.png", data)
    return content.getvalue()


class Imports(WildlifeCase):
    def open_import(self, person=None):
        self.open_wall(person=person)
        self.click("#export-open")
        self.click("#import-open")
        self.until("document.querySelector('dialog.import[open]')")

    def take(self, name, content):
        self.find("#import-file").send_keys(str(self.scratch(name, content)))

    def until_said(self, words):
        self.until_text(words, "dialog.import")

    def test_a_package_comes_in_with_its_report_and_can_be_forgotten(self):
        self.open_import()
        # New lines stand above the older ones.
        self.expect_moving()
        self.until_said("Nothing yet.")
        self.check_well_formed()
        self.take("brook.zip", package(one=picture(501), two=picture(502)))
        self.until_said("Took 2 pictures and 1 deployment, 1 picture could not be taken, wrote something down of 1 picture.")
        self.assertIn("brook.zip", self.text(".imports__name"))
        self.click(".imports__report summary")
        self.until("document.querySelectorAll('.imports__report tbody tr').length === 7")
        report = self.text(".imports__report")
        self.assertIn("media.csv, row 3", report)
        self.assertIn("It is an address", report)
        self.assertIn("1 picture lies at a web address", report)
        self.click(".imports__about summary")
        about = self.text(".imports__about")
        for words in ("Otters of the brook", "Ann Brook, holder of the rights", "CC0-1.0 (data); CC-BY-4.0 (pictures)"):
            self.assertIn(words, about)
        self.assertNotIn("javascript", about)
        self.assertEqual(self.run("return document.querySelector('.imports__report a').getAttribute('href').endsWith('/report.csv')"), True)
        self.check_text_only(PROBE)
        with self.subTest("the wall shows what came"):
            self.press("Close", "document.querySelector('dialog.import')")
            self.until_thumbs(2)
        with self.subTest("the same once more adds nothing"):
            self.click("#export-open")
            self.click("#import-open")
            self.take("brook.zip", package(one=picture(501), two=picture(502)))
            self.until_said("2 pictures were here before")
        with self.subTest("what is no package says why"):
            self.take("no.zip", b"PK\x03\x04 and no more")
            self.until_said("It failed.")
            self.expect_refusals()
            self.take("words.zip", b"these are words")
            self.until("!document.querySelector('dialog.import .field__error[role=alert]').hidden")
            self.assertIn("no zip archive", self.text("dialog.import .field__error[role=alert]"))
        with self.subTest("its report can be forgotten, after a question"):
            self.press("Forget", "document.querySelector('.imports')")
            self.press("Keep it", "document.querySelector('dialog.question')")
            self.press("Forget", "document.querySelector('.imports')")
            self.press("Forget it", "document.querySelector('dialog.question')")
            self.until("!document.querySelector('dialog.question') && document.querySelectorAll('.imports > li').length === 2")
        with self.subTest("findings of MegaDetector are matched"):
            batch = {"info": {"detector": "md_v5a", "format_version": "1.4"}, "detection_categories": {"1": "animal"}, "images": [{"file": "oak/two.png", "detections": []}, {"file": "x.jpg", "detections": []}]}
            self.take("md.json", json.dumps(batch).encode())
            self.until_said("Found 1 picture of it here, 1 picture nowhere")

    def test_who_may_not_import_sees_no_way_in(self):
        self.open_wall(person=self.vi)
        self.click("#export-open")
        self.until("document.querySelector('#export a')")
        self.assertFalse(self.all("#import-open"))
        self.assertFalse(self.find("#export-open .desk-only").is_displayed())
