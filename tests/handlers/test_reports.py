"""The report of a sending: its picture says what became of it, whatever the clusters are called."""

from __future__ import annotations

import io
from typing import Any

import pytest

from handlers.chat import Account, Incoming
from handlers.drawing import BLUE, GREY, MARGIN, SKY, VERMILION, WIDTH
from handlers.i18n import translator
from handlers.reports import ORANGE, PALE, finding, picture
from handlers.sendings import Coverage, by_cluster
from storage.members import NewMember, Person
from storage.sendings import Delivery
from tests.conversation import NOW, Chat

LT, EN = translator("lt"), translator("en")
HOSTILE = "$x^2$ <b>&amp; \u202e\U0001f600 日本語 \x00" + "Nepertraukiamasžodis" * 12


def pixels(png: bytes) -> Any:
    """Rows of pixels, each red, green, blue from 0 to 1."""
    from matplotlib.image import imread

    return imread(io.BytesIO(png), format="png")[:, :, :3]


def share(png: bytes, colour: str) -> int:
    """How many pixels have exactly that colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    seen = (pixels(png) * 255).round()
    return int(((seen[:, :, 0] == red) & (seen[:, :, 1] == green) & (seen[:, :, 2] == blue)).sum())


def test_each_state_has_its_colour_and_its_share() -> None:
    """Twice as many are twice as long; what there is none of is not drawn."""
    one = Coverage("Fotonikos klasteris", sent=12, read=8, uncertain=2, failed=4)
    png = picture((one,), one, "Skelbimas", LT, acknowledged=True)
    read, rest, uncertain, failed = (share(png, c) for c in (BLUE, SKY, ORANGE, VERMILION))
    assert abs(read - 2 * rest) < 0.05 * read and abs(rest - failed) < 0.05 * rest
    assert abs(failed - 2 * uncertain) < 0.1 * failed
    assert share(png, GREY) == share(png, PALE) == 0


@pytest.mark.parametrize("acknowledged", [True, False])
def test_whatever_a_cluster_is_called_stays_on_the_sheet(acknowledged: bool) -> None:
    """The margins stay empty, with clusters of one and of thousands side by side."""
    clusters = (
        Coverage(HOSTILE, 1),
        Coverage("Ž", 4000, 3999, 7, 11, 13, 17),
        Coverage("Tuščias", 0, 0, 0, 0, 1),
    )
    png = picture(clusters, Coverage("", 4001, 3999), HOSTILE, LT, acknowledged=acknowledged)
    seen = pixels(png)
    assert (
        seen.shape[1] == WIDTH
        and seen[:, : MARGIN - 2].min() == 1
        and seen[:, WIDTH - MARGIN + 2 :].min() == 1
    )


@pytest.mark.parametrize(
    ("read", "sent", "said"),
    [
        (9, 11, "Perskaitė 9 iš 11 gavusių."),
        (1, 21, "Perskaitė 1 iš 21 gavusio."),
        (0, 0, "Perskaitė 0 iš 0 gavusių."),
    ],
)
def test_the_finding_is_a_sentence(read: int, sent: int, said: str) -> None:
    """In the right case after every number."""
    assert finding(Coverage("", sent, read), LT, acknowledged=True) == said
    assert finding(Coverage("", 9, 0, 2), EN, acknowledged=False) == "9 of 11 have received it."


async def test_people_are_counted_by_cluster() -> None:
    """A cluster's people together, an agency's by themselves, whoever is gone or of no organisation last."""
    chat = Chat.begin()
    await chat.associate()
    people = [Person("Ada", "fotonika"), Person("Eva", "MITA"), Person("Ona", "")]
    await chat.store.members.take_over(tuple(NewMember(p) for p in people), chat.by())
    ctx = await chat.dispatch.context(Incoming("e1", Account("console", "operator"), "console", True, ""))
    rows = [Delivery(f"d{i}", "s1", f"n{i}", "sent", NOW) for i in (1, 2, 3, 99)]
    found = await by_cluster(rows, ctx)
    assert [(one.name, one.sent) for one in found] == [
        ("Fotonikos klasteris", 1),
        ("Mokslo, inovacijų ir technologijų agentūra", 1),
        ("Be organizacijos", 2),
    ]
    await chat.store.close()
