"""What the tests of many photos share: sending them, and a wire that breaks."""

import socket
import threading

from selenium.webdriver.common.keys import Keys

from browser import KEY, LEAVES, KeyCase

FINISHED = "/All \\d+ looked at/.test(document.querySelector('.batch-progress p')?.textContent)"


def leaves(number):
    """So many different photos."""
    found = []
    for at in range(number):
        for folder in sorted(LEAVES.iterdir()):
            photos = sorted(folder.iterdir())
            if at < len(photos) and len(found) < number:
                found.append(photos[at])
    return found[:number]


class BatchCase(KeyCase):
    def choose_photos(self, *paths):
        self.open("/batches")
        self.until("!document.getElementById('drop').hidden")
        self.choose(*paths)
        self.until("document.querySelector('#chosen h2')")

    def send(self, *paths):
        self.choose_photos(*paths)
        self.click("#send")
        self.until_finished()

    def until_finished(self):
        self.until(FINISHED, patience=120)
        self.until("document.querySelectorAll('.readings > li').length > 0 && document.querySelector('[data-group=all] .number')")
        self.until("![...document.querySelectorAll('.readings b')].some((one) => one.textContent === 'Not read yet')", patience=60)

    def titles(self):
        return [one.text for one in self.all(".readings > li:not([hidden]) b")]

    def enter_key(self):
        self.run("document.querySelector('#with-key details').open = true")
        self.find("#key").send_keys(KEY, Keys.ENTER)
        self.until("sessionStorage.length === 1")

    def batches(self):
        """All that the server has of those with the key."""
        return self.server.json("/api/v1/jobs", **{"X-API-Key": KEY})["items"]


class Cut:
    """Stands between browser and server; while armed, it swallows the answer to a batch and hangs up."""

    def __init__(self, port):
        self.target = port
        self.armed = False
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            marked = threading.Event()
            threading.Thread(target=self.forward, args=(client, server, marked), daemon=True).start()
            threading.Thread(target=self.back, args=(server, client, marked), daemon=True).start()

    def forward(self, client, server, marked):
        try:
            while data := client.recv(65536):
                if self.armed and b"POST /api/v1/jobs " in data:
                    marked.set()
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def back(self, server, client, marked):
        try:
            while data := server.recv(65536):
                if marked.is_set() and self.armed and b" 202" in data[:20]:
                    self.cuts += 1
                    break
                client.sendall(data)
        except OSError:
            pass
        for end in (client, server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
