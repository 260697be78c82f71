"""Before the camera of a device of the lender: a moving face passes, a still picture does not (clause 35).

The moving face is a virtual camera that does what the page asks: what our operations guide says this cannot stop.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, sync_playwright

from nesie.foundation.identification.adapters.faces import OwnFaces
from nesie.foundation.identification.rules.liveness import Movement
from nesie.simulators.people import by_key
from tests.browser import way
from tests.browser.conftest import CHROMIUM, Visitor, World, visitor
from tests.faces.puppet import Puppet, jpeg, part_of

SHARES = (0.35, 0.7, 1.0)
# Draws the picture that fits the prompt on a canvas, with a sensor's noise, and gives it out as the camera.
VIRTUAL = """
(pictures) => {
  const canvas = document.createElement("canvas");
  canvas.width = 640; canvas.height = 480;
  const pen = canvas.getContext("2d");
  const load = (data) => { const one = new Image(); one.src = "data:image/jpeg;base64," + data; return one; };
  const still = load(pictures.rest);
  const moving = Object.fromEntries(Object.entries(pictures.moves).map(([k, v]) => [k, v.map(load)]));
  let asked = null, since = 0;
  const draw = () => {
    const shown = document.querySelector("[data-sign]:not([hidden]) [data-movement]:not([hidden])");
    const prompt = shown ? shown.dataset.movement : null;
    if (prompt && prompt !== asked) { asked = prompt; since = performance.now() + 300; }
    if (!prompt && asked && performance.now() > since + 2600) asked = null;
    let picture = still;
    if (asked) {
      const t = performance.now() - since, frames = moving[asked];
      const share = t < 0 ? 0 : t < 300 ? t / 300 : t < 1500 ? 1 : Math.max(0, 1 - (t - 1500) / 300);
      const at = Math.round(share * frames.length);
      picture = at ? frames[at - 1] : still;
      if (t > 1900 && !prompt) asked = null;
    }
    const dx = Math.random() * 3 - 1.5, dy = Math.random() * 3 - 1.5;
    pen.drawImage(picture, dx, dy, 640, 480);
    for (let i = 0; i < 300; i += 1) {
      pen.fillStyle = `rgba(${Math.random() * 255},${Math.random() * 255},${Math.random() * 255},0.15)`;
      pen.fillRect(Math.random() * 640, Math.random() * 480, 2, 2);
    }
  };
  setInterval(draw, 50);
  navigator.mediaDevices.getUserMedia = async () => { draw(); return canvas.captureStream(20); };
}
"""


def own_device(browser: Browser, world: World, language: str, width: int) -> Visitor:
    """A browser that the administrator has entered in the list of devices."""
    one = visitor(browser, world, language, width)
    way.sign_in_staff(one, "admin")
    one.go("/staff/devices")
    one.page.fill("#id_name", "Алматы, касса 1")
    one.send()
    one.look("staff-devices")
    one.go("/staff/people")
    one.look("staff-people")
    one.page.context.clear_cookies(name="nesie_session")
    return one


def to_the_camera(one: Visitor, person: dict[str, Any]) -> None:
    """Registration up to the biometric step."""
    page = one.page
    one.go("/register/")
    page.fill("#id_phone", person["phone"])
    one.send()
    page.fill("#id_code", one.world.code_for(person["phone"]))
    one.send()
    for _ in ("person", "document"):
        way.fill_in(one, person)
        one.send()
    page.check(f"input[name=portrait][value={person['key']}]", force=True)
    one.press("main form button.btn-soft")
    for box in page.query_selector_all("input[name=consents]"):
        box.check()
    one.send()
    one.send()
    one.look("register-face-ways")
    one.send()


def pictures(key: str) -> dict[str, Any]:
    """The demo person's drawn portrait at rest and in every movement."""
    puppet = Puppet(OwnFaces(), by_key(key).portrait())

    def packed(frame: Any) -> str:
        return base64.b64encode(jpeg(frame, 92)).decode()

    moves = {one.value: [packed(puppet.frame(part_of(one.value, share))) for share in SHARES] for one in Movement}
    return {"rest": packed(puppet.frame()), "moves": moves}


@pytest.mark.browser
@pytest.mark.clause("6-biometric", "35")
def test_a_moving_face_passes_and_the_way_goes_on(browser: Browser, world: World) -> None:
    one = own_device(browser, world, "ru", 360)
    person = world.people()["olga"]
    to_the_camera(one, person)
    one.look("camera")
    one.page.evaluate(VIRTUAL, pictures("olga"))
    one.page.click("[data-start]")
    one.page.wait_for_selector("[data-sign]:not([hidden])", timeout=20_000)
    one.page.screenshot(path=Path("artefacts/browser/ru-360-camera-prompt.png"))
    one.page.wait_for_url("**/register/signature", timeout=60_000)
    assert one.page.url.endswith("/register/signature")


def film_of_a_photo(path: Path, key: str, seconds: int = 14) -> None:
    """A still picture before the camera: Y4M, ten frames a second, every frame with noise of its own."""
    puppet, noise = Puppet(OwnFaces(), by_key(key).portrait()), np.random.default_rng(1)
    small = cv2.resize(puppet.still, (320, 240), interpolation=cv2.INTER_AREA)
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W320 H240 F10:1 Ip A1:1 C420jpeg\n")
        for _ in range(seconds * 10):
            grain = np.clip(small + noise.normal(0, 3, small.shape), 0, 255).astype(np.uint8)
            film.write(b"FRAME\n" + cv2.cvtColor(grain, cv2.COLOR_BGR2YUV_I420).tobytes())


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.clause("35")
def test_a_photo_before_the_camera_is_refused(world: World, tmp_path: Path) -> None:
    film = tmp_path / "photo.y4m"
    film_of_a_photo(film, "madina")
    with sync_playwright() as playwright:
        flags = [*CHROMIUM, f"--use-file-for-fake-video-capture={film}"]
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        one = own_device(started, world, "kk", 1280)
        to_the_camera(one, world.people()["madina"])
        one.page.click("[data-start]")
        one.page.wait_for_url("**/register/biometric", timeout=60_000)
        assert one.troubles()
        one.look("camera-refused")
        started.close()
