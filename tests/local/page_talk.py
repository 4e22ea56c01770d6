"""A dispatch for looking at the page alone, which says what the real one would, and hostile texts."""

from __future__ import annotations

import asyncio
import struct
import zlib

from bot.platform import NotDurable, Respond
from handlers.chat import Bold, Button, Code, File, Heading, Incoming, Items, Link, Reply, para, rows, say

CALLS = (
    ("Inoklaster LT", "gruodžio 15 d., 17:00", "liko 21 diena"),
    ("Eksperimentas LT", "gruodžio 18 d., 16:00", "liko 24 dienos"),
    ("Klasterių tarptautiškumas", "sausio 11 d., 17:00", "liko 48 dienos"),
    ("Žaliosios pramonės inovacijos", "sausio 20 d.", "liko 57 dienos"),
    ("Skaitmeninė gamyba MVĮ", "vasario 2 d., 23:59", "liko 70 dienų"),
    ("Interreg Baltijos jūros regionas", "kovo 3 d., 15:00", "liko 99 dienos"),
)
SECTORS = (
    ("food", "Maisto technologijos"),
    ("photonics", "Fotonika ir lazeriai"),
    ("wood", "Medienos pramonė"),
)

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "<!channel> <@U123> *not bold* _nor slanted_ &amp;",
    "Kvietimas \u202egnihtemos dna\u202c \u200f\u2067abc",
    "Labai" + " ilgas" * 1600 + " pavadinimas" + "x" * 400,
    "🐝🦊🌻🎺",
)


def picture(width: int = 320, height: int = 160) -> bytes:
    """A PNG of bars."""
    bars = (48, 96, 120, 72, 30)
    lines = bytearray()
    for y in range(height):
        lines.append(0)
        for x in range(width):
            bar = bars[min(x * len(bars) // width, len(bars) - 1)]
            inside = height - y < bar and x % (width // len(bars)) > 12
            lines += b"\x9b\x2f\x22" if inside else b"\xff\xff\xff"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(lines)))
        + chunk(b"IEND", b"")
    )


class Talk:
    """Answers a gesture once, like dispatch. `held` stops every answer until it is set."""

    def __init__(self) -> None:
        self.said: list[Incoming] = []
        self.contents: list[bytes] = []
        self.lose = 0
        self.held = asyncio.Event()
        self.held.set()
        self._done: set[str] = set()

    async def __call__(self, msg: Incoming, respond: Respond) -> None:
        """See bot.platform.Dispatch."""
        await self.held.wait()
        if self.lose:
            self.lose -= 1
            raise NotDurable
        if msg.event in self._done:
            return
        self._done.add(msg.event)
        self.said.append(msg)
        self.contents += [await file.read() for file in msg.files]
        if msg.text.lstrip("/").startswith("results"):
            await self._works(respond)
        await respond(_reply(msg))

    async def _works(self, respond: Respond) -> None:
        """Long work: how far it is, until `held` is set."""
        for done in (2, 4):
            await respond(Reply((para(f"Rengiu rezultatus: {done} iš 6 klausimų."),), passing=True))
        self.held.clear()
        await self.held.wait()


def _reply(msg: Incoming) -> Reply:
    word, _, rest = msg.text.lstrip("/").casefold().partition(" ")
    match word:
        case "calls" | "kvietimai":
            return _calls(int(rest or "1"))
        case "call" | "kvietimas" | "iki":
            return _call(msg)
        case "meeting" | "posedis" | "kada":
            return _meeting()
        case "newcall" | "naujas_kvietimas":
            return _question(1)
        case "answer":
            return _question(int(rest.split()[0]) + 1)
        case "apply":
            return say("Įrašyta. Kvietimas pratęstas.")
        case "language":
            return say(
                "Nuo šiol atsakysiu lietuviškai." if rest == "lt" else "From now on I answer in English."
            )
        case "join":
            return say("Sveiki, Ada. Dabar esate fotonikos klasterio vadovė.")
        case "calendar":
            content = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
            return Reply(
                (para("Kalendoriaus failas:"),), files=(File("inoklaster-lt.ics", "text/calendar", content),)
            )
        case "results":
            return say("Atsakė 12 iš 13.", buttons=rows(Button("Paveikslas", "chart")))
        case "chart" | "results_chart":
            return Reply(
                (para(Bold("Daugiausia klasterių ieško partnerių")),),
                files=(File("poreikiai.png", "image/png", picture()),),
            )
        case "aside":
            return say("Šis mygtukas buvo skirtas kitam žmogui.", aside=True)
        case "hostile":
            return Reply(
                (
                    *(para(text, ": iki ", Bold("spalio 30 d.")) for text in HOSTILE),
                    Items(tuple((text,) for text in HOSTILE)),
                ),
                buttons=rows(Button("<b>Ne</b>", "calls"), Button("\u202eteN", "calls")),
            )
    if msg.files:
        return say(f"Gavau failą „{msg.files[0].name}“. Iš jo būtų įrašyti 7 kvietimai.")
    return Reply(
        (
            para("To nesupratau. Galite klausti, pavyzdžiui:"),
            Items(
                (
                    ("Kokie kvietimai atviri?",),
                    ("Kada kitas posėdis?",),
                    (Code("/kvietimai"), ": visi kvietimai"),
                )
            ),
        ),
        buttons=rows(
            Button("Kvietimai", "calls"),
            Button("Artimiausias posėdis", "meeting"),
            Button("Sekretoriatas", "contact"),
        ),
    )


def _calls(page: int) -> Reply:
    first = (page - 1) * 4
    shown = CALLS[first : first + 4]
    items = tuple((f"{title}: iki ", Bold(until), f" ({left})") for title, until, left in shown)
    numbers = tuple(Button(str(first + i + 1), f"call c{first + i + 1}") for i in range(len(shown)))
    turns = (Button("›", "calls 2"),) if page == 1 else (Button("‹", "calls 1"),)
    return Reply(
        (para("6 kvietimai, artimiausias terminas pirmas."), Items(items, start=first + 1)),
        buttons=(numbers, turns),
    )


def _call(msg: Incoming) -> Reply:
    secretariat = (Button("Keisti", "newcall"),) if "sekretor" in msg.name.casefold() else ()
    return Reply(
        (
            para(Bold("Inoklaster LT")),
            para(Bold("Atidėtas"), " lapkričio 3 d. Sprendė LVPA."),
            para("Asociacijos prašymu. Priežastis: tikslinamos projektų atrankos sąlygos."),
            para("Terminas: buvo spalio 30 d., 16:00 → dabar ", Bold("gruodžio 15 d., 17:00"), "."),
            Items(
                (
                    ("Biudžetas: 23 169 602 Eur",),
                    ("Intensyvumas: iki 50 %",),
                    ("Gali teikti: inovacijų klasteriai",),
                )
            ),
            para(
                "Šaltinis: ",
                Link("lvpa.lt", "https://lvpa.lt/kvietimai/inoklaster-lt"),
                "; tikrinta lapkričio 23 d.",
            ),
        ),
        buttons=rows(Button("Kalendorius", "calendar c1"), Button("Visi kvietimai", "calls"), *secretariat),
    )


def _meeting() -> Reply:
    return Reply(
        (
            para(Bold("Klasterių politikos darbo grupė")),
            para(Bold("ketvirtadienį, lapkričio 26 d., 14:00"), "–15:30, Gedimino pr. 38, 215 salė"),
            Heading("Darbotvarkė"),
            Items(
                (
                    ("Koncepcijos projektas: 3 ir 4 skyriai",),
                    ("Inoklaster LT: pakartotinis kvietimas",),
                    ("Kiti klausimai",),
                ),
                start=1,
            ),
            para("Kvorumas: 7 iš 13."),
        ),
        buttons=rows(Button("Kalendorius", "calendar m7"), Button("Visi posėdžiai", "meetings")),
    )


def _question(number: int) -> Reply:
    cancel = Button("Atšaukti", "cancel")
    match number:
        case 1:
            choices = tuple((Button(label, f"answer 1 {value}"),) for value, label in SECTORS)
            return Reply((para(Bold("Kuriam sektoriui?"), "  1 iš 3"),), buttons=(*choices, (cancel,)))
        case 2:
            return Reply(
                (para(Bold("Iki kada teikti?"), "  2 iš 3"), para("Pavyzdžiui: 2026-12-31 17:00")),
                buttons=rows(Button("‹ Atgal", "newcall"), Button("Praleisti", "answer 2 -"), cancel),
            )
    return Reply(
        (
            para(Bold("Pratęsti „Inoklaster LT“?")),
            para("Terminas: buvo gruodžio 15 d., 17:00 → dabar ", Bold("gruodžio 31 d., 17:00"), "."),
        ),
        buttons=rows(Button("Pratęsti", "apply extend c1 v7"), cancel),
    )
