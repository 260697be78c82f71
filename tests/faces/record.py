"""Record what the models measure on moving faces and on moved sheets: `python -m tests.faces.record`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from nesie.foundation.identification.adapters.faces import OwnFaces
from nesie.foundation.identification.rules.liveness import Look
from nesie.simulators.people import PEOPLE
from tests.faces.puppet import FULL, Pose, Puppet, jpeg, part_of

HERE = Path(__file__).parent
DRAWN = ("aigerim", "timur", "olga", "madina")
SHARES = tuple(step / 6 for step in range(1, 7))
YAWS, PITCHES, BENDS = (-50, -33, -17, 0, 17, 33, 50), (-45, -22, 0, 22, 45), (-1.4, 0.0, 1.4)
RESTS = 16
NUMBERS = ("x", "y", "yaw", "pitch", "roll", "eyes", "mouth", "width", "lift", "span")


def puppet(own: OwnFaces, who: str) -> Puppet:
    """A demo person's drawn portrait, or one of the photographs of this folder."""
    drawn = {person.key: person for person in PEOPLE}
    if who in drawn:
        return Puppet(own, drawn[who].portrait())
    straight = Pose(yaw=9) if who == "photo" else None
    return Puppet(own, (HERE / f"{who}.jpg").read_bytes(), straight=straight)


def row(look: Look) -> list[float]:
    """A frame as numbers; none when there is not one face in it."""
    if look.faces != 1:
        return [float("nan")] * (len(NUMBERS) + 110)
    return [*(getattr(look, name) for name in NUMBERS), *look.plane]


def main() -> None:
    """Writes recorded.npz."""
    own, found = OwnFaces(), {}
    for who in (*DRAWN, "photo"):
        noise, one = np.random.default_rng(7), puppet(own, who)
        found[f"{who}_rest"] = [row(own.look(jpeg(one.frame(noise=noise)))[0]) for _ in range(RESTS)]
        moves = [[row(own.look(jpeg(one.frame(part_of(m, share), noise)))[0]) for share in SHARES] for m in FULL]
        found[f"{who}_moves"] = moves
        found[f"{who}_sheets"] = [
            [
                [row(own.look(jpeg(one.flat(noise, yaw=yaw, pitch=pitch, bend=bend)))[0]) for pitch in PITCHES]
                for yaw in YAWS
            ]
            for bend in BENDS
        ]
        print(who, file=sys.stderr)  # noqa: T201 - a tool for whoever records
    np.savez_compressed(HERE / "recorded.npz", **{name: np.array(rows, np.float32) for name, rows in found.items()})


if __name__ == "__main__":
    main()
