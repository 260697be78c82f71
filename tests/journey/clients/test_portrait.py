"""The four qualities of clause 6, measured on real pixels: each spoilt in turn, and named."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from nesie.foundation.identification.adapters.faces import OwnFaces
from nesie.journey.clients import rules
from nesie.journey.clients.adapters.mesh import MeshMeter
from nesie.journey.clients.rules import PortraitFault, PortraitUnreadable
from nesie.simulators.people import PEOPLE


@pytest.fixture(scope="module")
def meter() -> MeshMeter:
    return MeshMeter(OwnFaces(sets=1))


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return Image.open(BytesIO(PEOPLE[0].portrait())).convert("RGB")


def _bytes(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _faults(meter: MeshMeter, image: Image.Image) -> tuple[PortraitFault, ...]:
    return rules.portrait_faults(meter.measure(_bytes(image)))


def _ground(portrait: Image.Image) -> Image.Image:
    """White where the background is."""
    mask = Image.new("L", portrait.size, 0)
    flooded = portrait.copy()
    for corner in ((1, 1), (portrait.width - 2, 1)):
        ImageDraw.floodfill(flooded, corner, (255, 0, 255), thresh=40)
    pixels = np.asarray(flooded)
    mask.paste(255, mask=Image.fromarray(((pixels == (255, 0, 255)).all(axis=2) * 255).astype(np.uint8)))
    return mask


def _warped(portrait: Image.Image, centre: tuple[int, int], reach: tuple[int, int], push) -> Image.Image:
    """Move the pixels around a point; `push(dx, dy, weight)` gives where each is fetched from."""
    image = np.asarray(portrait)
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    dx, dy = columns - centre[0], rows - centre[1]
    weight = np.exp(-((dx / reach[0]) ** 2) - (dy / reach[1]) ** 2)
    from_x, from_y = push(dx, dy, weight)
    moved = cv2.remap(
        image, (columns + from_x).astype(np.float32), (rows + from_y).astype(np.float32), cv2.INTER_LINEAR
    )
    return Image.fromarray(moved)


@pytest.mark.clause("6-i-photo")
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_every_demo_portrait_serves(meter: MeshMeter, person) -> None:
    assert rules.portrait_faults(meter.measure(person.portrait())) == ()


@pytest.mark.clause("6-i-photo")
@pytest.mark.parametrize("colour", [(60, 62, 66), (40, 90, 190), (190, 60, 50)], ids=["dark", "blue", "red"])
def test_a_background_that_is_not_light_is_named(meter, portrait, colour) -> None:
    spoilt = portrait.copy()
    spoilt.paste(colour, mask=_ground(portrait))
    assert _faults(meter, spoilt) == (PortraitFault.BACKGROUND_NOT_LIGHT,)


@pytest.mark.clause("6-i-photo")
def test_an_uneven_background_is_named(meter, portrait) -> None:
    stripes = Image.new("RGB", portrait.size, (245, 245, 245))
    pen = ImageDraw.Draw(stripes)
    for x in range(0, portrait.width, 60):
        pen.rectangle((x, 0, x + 30, portrait.height), fill=(120, 120, 120))
    spoilt = portrait.copy()
    spoilt.paste(stripes, mask=_ground(portrait))
    assert PortraitFault.BACKGROUND_NOT_LIGHT in _faults(meter, spoilt)


@pytest.mark.clause("6-i-photo")
@pytest.mark.parametrize("degrees", [-16, 16])
def test_a_tilted_head_is_not_frontal(meter, portrait, degrees) -> None:
    tilted = portrait.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=(240, 243, 245))
    assert _faults(meter, tilted) == (PortraitFault.NOT_FRONTAL,)


@pytest.mark.clause("6-i-photo")
@pytest.mark.parametrize("side", [-1, 1])
def test_a_turned_head_is_not_frontal(meter, portrait, side) -> None:
    # The head's features slide to one side of its outline, as they do when it turns.
    turned = _warped(portrait, (300, 380), (110, 170), lambda dx, dy, w: (side * 62 * w, 0 * w))
    assert PortraitFault.NOT_FRONTAL in _faults(meter, turned)


@pytest.mark.clause("6-i-photo")
def test_an_open_mouth_is_named(meter, portrait) -> None:
    opened = _warped(
        portrait, (300, 486), (62, 60), lambda dx, dy, w: (0 * w, -np.sign(dy) * np.minimum(np.abs(dy), 26) * w)
    )
    shadow = Image.new("L", portrait.size, 0)
    ImageDraw.Draw(shadow).ellipse((262, 462, 338, 520), fill=255)
    opened.paste((46, 14, 16), mask=shadow)
    assert PortraitFault.MOUTH_OPEN in _faults(meter, opened)


@pytest.mark.clause("6-i-photo")
def test_a_smile_is_not_neutral(meter, portrait) -> None:
    # Wider, with the corners lifted.
    smiling = _warped(portrait, (300, 488), (160, 60), lambda dx, dy, w: (-0.55 * dx * w, (dx / 80) ** 2 * 20 * w))
    assert PortraitFault.NOT_NEUTRAL in _faults(meter, smiling)


def test_two_faces_no_face_and_no_picture(meter, portrait) -> None:
    both = Image.new("RGB", (1200, 800), (240, 243, 245))
    both.paste(portrait, (0, 0))
    both.paste(portrait, (600, 0))
    assert _faults(meter, both) == (PortraitFault.SEVERAL_FACES,)
    assert _faults(meter, Image.new("RGB", (600, 800), (240, 243, 245))) == (PortraitFault.NO_FACE,)
    with pytest.raises(PortraitUnreadable):
        meter.measure(b"%PDF-1.7 not a picture")
    with pytest.raises(PortraitUnreadable):
        meter.measure(b"\xff\xd8\xff broken")


def test_small_and_blurred_pictures_are_named(meter, portrait) -> None:
    assert PortraitFault.TOO_SMALL in _faults(meter, portrait.resize((150, 200)))
    blurred = Image.fromarray(cv2.GaussianBlur(np.asarray(portrait), (0, 0), 8))
    assert PortraitFault.BLURRED in _faults(meter, blurred)
    assert ImageChops.difference(portrait, blurred).getbbox() is not None


@pytest.mark.clause("26.3")
def test_a_small_file_that_unpacks_to_gigabytes_is_not_unpacked(meter) -> None:
    packed = BytesIO()
    Image.new("1", (8000, 8000)).save(packed, "PNG")
    assert len(packed.getvalue()) < 100_000
    for content in (packed.getvalue(), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + b"\0" * 100):
        with pytest.raises(PortraitUnreadable):
            meter.measure(content)
