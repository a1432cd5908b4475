"""Videos of camera traps: on the wall, over it frame by frame, played, and hidden from those who may not see people."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import TRAPS, emulate, resize
from wildlife import WildlifeCase, needs_traps, picture, send_picture, until_read

FFMPEG = shutil.which("ffmpeg")


def film(ending, *scenes):
    """A video of pictures that stand for so many seconds each."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"film.{ending}"
        inputs = [word for name, seconds in scenes for word in ("-loop", "1", "-t", str(seconds), "-i", str(TRAPS / name))]
        fit = "scale=960:720:force_original_aspect_ratio=decrease,pad=960:720:-1:-1,setsar=1,fps=10"
        parts = [f"[{at}:v]{fit}[s{at}]" for at in range(len(scenes))]
        joined = "".join(f"[s{at}]" for at in range(len(scenes))) + f"concat=n={len(scenes)},format=yuv420p[v]"
        codec = "mjpeg" if ending == "avi" else "libx264"
        subprocess.run(
            [FFMPEG, "-nostdin", "-v", "error", *inputs, "-filter_complex", ";".join([*parts, joined]), "-map", "[v]", "-c:v", codec, str(path)],
            check=True, timeout=120,
        )
        return path.read_bytes()


@needs_traps
@unittest.skipUnless(FFMPEG, "needs the package ffmpeg")
class Videos(WildlifeCase):
    """A server with a detector, an animal in a video and a person in another."""

    detector = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        blank, herd, man = "speciesnet_blank.jpg", "speciesnet_african_elephants.jpg", "speciesnet_human.jpg"
        cls.animal = send_picture(cls.ada, film("mp4", (blank, 2), (herd, 1), (blank, 2)), "herd.mp4", camera_id="gate")
        cls.person = send_picture(cls.ada, film("mp4", (man, 2)), "walker.mp4", camera_id="gate")
        cls.old = send_picture(cls.ada, film("avi", (blank, 2)), "old.avi", camera_id="gate")
        until_read(cls.ada, cls.animal, cls.person, cls.old)

    def test_the_wall_tells_videos_and_how_long_they_are(self):
        self.open_wall()
        self.until_thumbs(3)
        self.assertEqual(sorted(one.text for one in self.all("#thumbs .shot__length")), ["Video.\n0:02", "Video.\n0:02", "Video.\n0:05"])
        self.open_wall("?kind=image")
        self.until_thumbs(0)
        self.open_wall("?kind=video")
        self.until_thumbs(3)
        self.assertEqual(self.find("#kind").get_attribute("value"), "video")

    def test_videos_are_called_so(self):
        self.open_wall()
        self.until_text("3 videos", "#lead")
        image = send_picture(self.ada, picture(900), camera_id="gate")
        self.addCleanup(self.ada.call, "DELETE", f"/api/v1/images/{image['id']}")
        self.open_wall()
        self.until_text("1 picture and 3 videos", "#lead")
        self.open_wall("?kind=video")
        self.until_text("3 videos of 4", "#lead")
        self.run("document.querySelector('a.thumb').focus()")
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.until_text("3 chosen", "#bulk")
        self.press("Delete", "document.getElementById('bulk')")
        self.until_text("Delete 3 videos for good?", "dialog")
        self.press("Keep it", "document.querySelector('dialog')")

    def test_frames_are_chosen_with_their_boxes_and_the_film_plays(self):
        self.open_picture(self.animal)
        self.until("document.querySelectorAll('.strip button').length === 2 && document.querySelector('.box')")
        self.assertEqual(len(self.all(".box")), len(self.all(".found__one")))
        self.assertIn("Most at once", self.text("#look .facts"))
        self.find("#play").send_keys(Keys.ENTER)
        self.until("(document.querySelector('.frame__video')?.currentTime ?? 0) > 0.2")
        self.assertEqual(self.find("#play").get_attribute("aria-pressed"), "true")
        self.check_well_formed()
        self.run("document.querySelectorAll('.strip button')[1].click()")
        self.until("!document.querySelector('.frame__video') && document.querySelector('.box')")
        for width in (390, 1440):
            for theme in ("light", "dark"):
                with self.subTest(width=width, theme=theme):
                    resize(self.browser, width, 900)
                    emulate(self.browser, "prefers-color-scheme", theme)
                    self.until("document.documentElement.scrollWidth <= innerWidth")

    def test_a_film_that_no_browser_plays_says_so_and_shows_its_frames(self):
        self.open_picture(self.old)
        self.until("document.querySelectorAll('.strip button').length === 3")
        self.click("#play")
        self.until("document.querySelector('.frame__video[role=alert]')")
        self.assertIn("save the file", self.text(".frame__video"))

    def test_people_are_blurred_until_somebody_asks_and_closed_to_others(self):
        self.open_picture(self.person)
        self.until("document.querySelector('.shy image') && document.querySelector('.strip__shy')")
        self.assertIn("Show people", self.text("#play"))
        self.click("#play")
        self.until("document.querySelector('.frame__video') && !document.querySelector('.strip__shy')")
        self.press("Show people")
        self.until("!document.querySelector('.frame__video') && document.querySelector('.shy image')")
        self.open_picture(self.person, self.vi)
        self.until("document.querySelectorAll('.strip button').length > 0")
        self.assertEqual(self.all("#play"), [])


if __name__ == "__main__":
    unittest.main()
