"""A picture with its text, announced by somebody who sends it to the bot on the strict Telegram."""

from __future__ import annotations

from handlers.calm import first_allowed
from tests.conversation import STRUCTURE
from tests.telegram.test_channels import Bot, bot  # noqa: F401
from tests.telegram_server import TelegramServer

TEXT = "Susitinkame pirmadienį\n\nPosėdis vyks 10 val. ministerijoje."
PICTURE = b"\xff\xd8\xff0123456789"


async def test_a_picture_is_announced_with_its_text(bot: Bot, server: TelegramServer) -> None:  # noqa: F811
    """Offered, tested on oneself, handed in: what comes is the picture with the text as its caption and the buttons
    under it, and the test's buttons do nothing."""
    first_allowed(bot.chat.now, STRUCTURE.association)  # loads the holidays, which takes a moment
    rūta = await bot.joined(900000002, "Rūta", "secretariat")
    rūta.sends_photo(PICTURE, TEXT)
    assert (await rūta.reads()).text.startswith("Paskelbti tai?")
    rūta.presses("Skelbti")
    for question, answer in (("anglų kalba", "Praleisti"), ("Kam?", "☐ Visi nariai"), ("Kam?", "Baigta")):
        assert question in (await rūta.reads()).text
        rūta.presses(answer)
    for question in ("Kam nesiųsti?", "Kada?", "patvirtinti", "Ar skubu?"):
        assert question in (await rūta.reads()).text
        rūta.presses("Praleisti")
    preview = await rūta.reads()
    assert "Prisegta: photo.jpg." in preview.text
    await rūta.presses("Išbandyti su savimi").answer()
    test = await rūta.reads()
    assert (
        test.text.startswith("Bandymas: tai matote tik jūs.\n\nSusitinkame pirmadienį")
        and test.content == PICTURE
    )
    said, alert = await rūta.presses("Atsakyti", on=test.id).answer()
    assert (said, alert) == ("Tai bandymas: jo mygtukai nieko nedaro.", True)
    rūta.presses("Siųsti", on=preview.id)
    assert "Bus išsiųsta" in (await rūta.reads()).text
    assert server.called("sendPhoto") and not server.called("sendDocument")
