"""A drawn frontal face on a light background: neutral, mouth closed, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 600, 800
_SCALE = 2  # drawn larger, then reduced, so that edges are smooth
_CX = 300  # the axis of the face

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What distinguishes one drawn face from another; colours as #rrggbb."""

    skin: str
    hair: str
    eyes: str
    shirt: str
    long_hair: bool = False
    brow_grey: bool = False
    beard: bool = False
    glasses: bool = False
    # Proportions, in pixels of the finished portrait, as differences from the plain face.
    eye_gap: int = 0  # each eye away from the axis
    eye_size: float = 1.0
    brow: int = 0  # brows upwards
    nose: int = 0  # its tip downwards
    nose_width: float = 1.0
    mouth: int = 0  # downwards
    mouth_width: float = 1.0
    lips: float = 1.0
    width: float = 1.0  # of the whole face
    jaw: int = 0  # chin and cheeks outwards


def draw(look: Look) -> bytes:
    """The portrait as JPEG, 600 x 800."""
    skin, hair = _rgb(look.skin), _rgb(look.hair)
    image = _background()
    if look.long_hair:
        _blob(image, (128, 130, 472, 640), hair, blur=3)
    _body(image, skin, _rgb(look.shirt))
    _head(image, skin, look)
    if look.beard:
        _beard(image, hair)
    _eyes(image, skin, look)
    _brows(image, (120, 115, 110) if look.brow_grey else _shade(hair, 1.15), look)
    _nose(image, skin, look)
    _mouth(image, skin, look)
    _hair(image, hair, long_hair=look.long_hair)
    if look.glasses:
        _glasses(image, look)
    image = _widened(image, look.width)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6))
    out = BytesIO()
    small.save(out, "JPEG", quality=90)
    return out.getvalue()


def _widened(image: Image.Image, width: float) -> Image.Image:
    """The middle stretched or narrowed around the axis of the face."""
    if width == 1.0:
        return image
    centre = _CX * _SCALE
    return image.transform(
        image.size, Image.Transform.AFFINE, (1 / width, 0, centre - centre / width, 0, 1, 0),
        resample=Image.Resampling.BICUBIC, fillcolor=(240, 243, 245),
    )  # fmt: skip


def _rgb(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _box(*values: float) -> list[float]:
    return [value * _SCALE for value in values]


def _background() -> Image.Image:
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), (236, 239, 242))
    glow = Image.new("L", image.size, 0)
    ImageDraw.Draw(glow).ellipse(_box(20, 0, 580, 700), fill=200)
    glow = glow.filter(ImageFilter.GaussianBlur(90 * _SCALE))
    image.paste((248, 250, 251), mask=glow)
    return image


def _paint(image: Image.Image, mask: Image.Image, colour: Colour, *, blur: float, strength: int = 255) -> None:
    if blur:
        mask = mask.filter(ImageFilter.GaussianBlur(blur * _SCALE))
    if strength < 255:
        mask = mask.point([value * strength // 255 for value in range(256)])
    image.paste(colour, mask=mask)


def _blank(image: Image.Image) -> Image.Image:
    return Image.new("L", image.size, 0)


def _blob(image: Image.Image, box: tuple[float, ...], colour: Colour, *, blur: float, strength: int = 255) -> None:
    left, top, right, bottom = box
    points = [(left, top), (right, bottom)]
    _local(image, points, colour, blur=blur, strength=strength, ellipse=True)


def _shape(
    image: Image.Image, points: Sequence[tuple[float, float]], colour: Colour, *, blur: float, strength: int = 255
) -> None:
    _local(image, points, colour, blur=blur, strength=strength, ellipse=False)


def _local(
    image: Image.Image,
    points: Sequence[tuple[float, float]],
    colour: Colour,
    *,
    blur: float,
    strength: int,
    ellipse: bool,
) -> None:
    """Paints a soft shape, touching only the rectangle it can reach (a whole-image mask is ten times slower)."""
    pad = 3 * blur + 2
    left, top = min(x for x, _ in points) - pad, min(y for _, y in points) - pad
    right, bottom = max(x for x, _ in points) + pad, max(y for _, y in points) + pad
    origin = (round(left * _SCALE), round(top * _SCALE))
    mask = Image.new("L", (round((right - left) * _SCALE), round((bottom - top) * _SCALE)), 0)
    moved = [((x - left) * _SCALE, (y - top) * _SCALE) for x, y in points]
    pen = ImageDraw.Draw(mask)
    (pen.ellipse if ellipse else pen.polygon)(moved, fill=255)
    if blur:
        mask = mask.filter(ImageFilter.GaussianBlur(blur * _SCALE))
    if strength < 255:
        mask = mask.point([value * strength // 255 for value in range(256)])
    image.paste(colour, (*origin, origin[0] + mask.width, origin[1] + mask.height), mask)


def _body(image: Image.Image, skin: Colour, shirt: Colour) -> None:
    shoulders = [(30, 800), (52, 705), (150, 655), (238, 625), (362, 625), (450, 655), (548, 705), (570, 800)]
    _shape(image, shoulders, shirt, blur=2)
    _shape(image, [(232, 520), (368, 520), (384, 640), (300, 715), (216, 640)], _shade(skin, 0.93), blur=2)
    _blob(image, (250, 490, 350, 596), _shade(skin, 0.66), blur=12, strength=150)  # the chin's shadow
    for side in (-1, 1):
        collar = [(_CX, 722), (_CX + side * 96, 622), (_CX + side * 132, 655), (_CX + side * 44, 772)]
        _shape(image, collar, _shade(shirt, 1.22), blur=2)


def _face_mask(image: Image.Image, jaw: int) -> Image.Image:
    mask = _blank(image)
    pen = ImageDraw.Draw(mask)
    pen.ellipse(_box(158, 140, 442, 470), fill=255)
    pen.ellipse(_box(172 - jaw / 3, 220, 428 + jaw / 3, 545), fill=255)
    pen.ellipse(_box(214 - jaw, 420, 386 + jaw, 566 + jaw / 4), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(5 * _SCALE)).point([0 if v < 110 else 255 for v in range(256)])


def _head(image: Image.Image, skin: Colour, look: Look) -> None:
    for side in (-1, 1):
        ear = _CX + side * 142
        _blob(image, (ear - 22, 312, ear + 22, 408), _shade(skin, 0.90), blur=2)
        _blob(image, (ear - 10, 330, ear + 10, 390), _shade(skin, 0.74), blur=5, strength=170)
    face = _face_mask(image, look.jaw)
    layer = Image.new("RGB", image.size, skin)
    edge = ImageChops.invert(face.filter(ImageFilter.GaussianBlur(38 * _SCALE)))
    _paint(layer, edge, _shade(skin, 0.66), blur=0, strength=235)  # darker towards the outline: a round head
    _blob(layer, (225, 190, 375, 300), _shade(skin, 1.10), blur=34, strength=190)
    for side in (-1, 1):
        cheek = _CX + side * 78
        _blob(layer, (cheek - 44, 385, cheek + 44, 455), _mix(skin, (216, 104, 88), 0.35), blur=26, strength=110)
        _blob(layer, (cheek - 30, 350, cheek + 30, 395), _shade(skin, 1.08), blur=18, strength=130)
    _blob(layer, (268, 505, 332, 552), _shade(skin, 1.06), blur=14, strength=130)
    image.paste(layer, mask=face.filter(ImageFilter.GaussianBlur(1.4 * _SCALE)))


def _eyes(image: Image.Image, skin: Colour, look: Look) -> None:
    iris, k = _rgb(look.eyes), look.eye_size
    for side in (-1, 1):
        x, y = _CX + side * (64 + look.eye_gap), 332
        _blob(image, (x - 46, y - 30, x + 46, y + 30), _shade(skin, 0.72), blur=13, strength=150)
        lens = _almond(image, x, y, k)
        eye = Image.new("RGB", image.size, (240, 236, 230))
        _blob(eye, (x - 17, y - 17, x + 17, y + 17), iris, blur=1)
        _blob(eye, (x - 12, y - 9, x + 12, y + 13), _mix(iris, (190, 140, 90), 0.35), blur=4, strength=140)
        _blob(eye, (x - 8, y - 8, x + 8, y + 8), (12, 9, 8), blur=0.6)
        _blob(eye, (x + 2, y - 9, x + 8, y - 3), (250, 250, 250), blur=0.8)
        _blob(eye, (x - 40, y - 26, x + 40, y - 10), (60, 42, 34), blur=5, strength=120)  # the lid's shadow
        image.paste(eye, mask=lens)
        pen = ImageDraw.Draw(image)
        pen.arc(_box(x - 37 * k, y - 19 * k, x + 37 * k, y + 33), 200, 340, fill=(38, 24, 18), width=4 * _SCALE)
        pen.arc(_box(x - 38 * k, y - 30 * k, x + 38 * k, y + 26), 215, 325, fill=_shade(skin, 0.62), width=2 * _SCALE)
        pen.arc(_box(x - 32 * k, y - 22, x + 32 * k, y + 18 * k), 35, 145, fill=_shade(skin, 0.66), width=2 * _SCALE)


def _almond(image: Image.Image, x: float, y: float, k: float) -> Image.Image:
    upper, lower = _blank(image), _blank(image)
    ImageDraw.Draw(upper).ellipse(_box(x - 40 * k, y - 18 * k, x + 40 * k, y + 50), fill=255)
    ImageDraw.Draw(lower).ellipse(_box(x - 40 * k, y - 46, x + 40 * k, y + 17 * k), fill=255)
    return ImageChops.multiply(upper, lower).filter(ImageFilter.GaussianBlur(0.8 * _SCALE))


def _brows(image: Image.Image, colour: Colour, look: Look) -> None:
    for side in (-1, 1):
        line = [(26, 290), (50, 281), (80, 278), (108, 292), (82, 286), (52, 290), (28, 300)]
        points = [(_CX + side * (x + look.eye_gap), y - look.brow) for x, y in line]
        _shape(image, points, colour, blur=2.2, strength=225)


def _nose(image: Image.Image, skin: Colour, look: Look) -> None:
    dark, light, down, k = _shade(skin, 0.68), _shade(skin, 1.14), look.nose, look.nose_width
    for side in (-1, 1):
        points = [(15, 320), (24, 400 + down), (33, 424 + down), (20, 410 + down)]
        _shape(image, [(_CX + side * x * k, y) for x, y in points], dark, blur=7, strength=130)
        x = _CX + side * 27 * k
        _blob(image, (x - 14, 404 + down, x + 14, 434 + down), _shade(skin, 0.84), blur=6, strength=150)
        x = _CX + side * 14 * k
        _blob(image, (x - 9, 428 + down, x + 9, 439 + down), _shade(skin, 0.42), blur=2.5, strength=210)
    _blob(image, (_CX - 8 * k, 310, _CX + 8 * k, 420 + down), light, blur=6, strength=140)
    _blob(image, (_CX - 16 * k, 398 + down, _CX + 16 * k, 426 + down), light, blur=8, strength=150)
    _blob(image, (268, 434 + down, 332, 452 + down), dark, blur=8, strength=110)


def _mouth(image: Image.Image, skin: Colour, look: Look) -> None:
    lip = _mix(skin, (172, 62, 66), 0.50)

    def at(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(_CX + (x - _CX) * look.mouth_width, 484 + (y - 484) * look.lips + look.mouth) for x, y in points]

    upper = [(248, 484), (278, 473), (292, 470), (300, 474), (308, 470), (322, 473), (352, 484), (300, 489)]
    lower = [(248, 484), (300, 488), (352, 484), (330, 501), (300, 508), (270, 501)]
    _shape(image, at(upper), _shade(lip, 0.88), blur=2)
    _shape(image, at(lower), lip, blur=2.4)
    _blob(image, (280, 491 + look.mouth, 320, 502 + look.mouth), _shade(lip, 1.22), blur=4, strength=130)
    pen = ImageDraw.Draw(image)
    line = at([(246, 484), (275, 485), (292, 484), (300, 486), (308, 484), (325, 485), (354, 484)])
    pen.line([(x * _SCALE, y * _SCALE) for x, y in line], fill=_shade(lip, 0.45), width=2 * _SCALE, joint="curve")
    _blob(image, (266, 510 + look.mouth, 334, 526 + look.mouth), _shade(skin, 0.72), blur=8, strength=110)


def _beard(image: Image.Image, hair: Colour) -> None:
    cheeks = [(176, 400), (206, 446), (250, 462), (350, 462), (394, 446), (424, 400), (412, 500), (368, 556)]
    _shape(image, [*cheeks, (300, 572), (232, 556), (188, 500)], hair, blur=9, strength=205)


def _glasses(image: Image.Image, look: Look) -> None:
    pen, gap = ImageDraw.Draw(image), look.eye_gap
    for side in (-1, 1):
        x = _CX + side * (66 + gap)
        pen.rounded_rectangle(_box(x - 52, 302, x + 52, 372), 22 * _SCALE, outline=(30, 30, 34), width=5 * _SCALE)
    pen.arc(_box(_CX - 16 - gap, 318, _CX + 16 + gap, 350), 190, 350, fill=(30, 30, 34), width=5 * _SCALE)


def _hair(image: Image.Image, hair: Colour, *, long_hair: bool) -> None:
    cap, face = _blank(image), _blank(image)
    ImageDraw.Draw(cap).ellipse(_box(146, 96, 454, 420), fill=255)
    if long_hair:
        ImageDraw.Draw(face).ellipse(_box(172, 196, 428, 700), fill=255)
        ImageDraw.Draw(cap).rectangle(_box(140, 300, 460, 420), fill=0)
        ImageDraw.Draw(cap).ellipse(_box(138, 180, 200, 620), fill=255)
        ImageDraw.Draw(cap).ellipse(_box(400, 180, 462, 620), fill=255)
    else:
        ImageDraw.Draw(face).ellipse(_box(170, 212, 430, 640), fill=255)
        ImageDraw.Draw(cap).rectangle(_box(120, 318, 480, 440), fill=0)
    mask = ImageChops.subtract(cap, face)
    _paint(image, mask, hair, blur=2.6)
    shine = _blank(image)
    ImageDraw.Draw(shine).arc(_box(190, 126, 410, 330), 215, 300, fill=255, width=20 * _SCALE)
    shine = ImageChops.multiply(shine.filter(ImageFilter.GaussianBlur(12 * _SCALE)), mask)
    _paint(image, shine, _mix(hair, (200, 190, 180), 0.35), blur=4, strength=150)
