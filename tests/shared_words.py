"""Replies written out before the shared words were fixed: a survey, a digest, a post in a group, a dropped file,
and the kitchen sink. Every platform renders each of them.

They are what later issues will say, so that the words are known to carry it:

    Ada, in Telegram             Šauklys
    ───────────────────────────  ──────────────────────────────────────────────
    /apklausos                   Kokioje srityje veikia jūsų klasteris?  1 iš 10
                                 [Agroinovacijos …] [Energetika ir statyba] … [Praleisti] [Atšaukti]
    (Monday, 09:00)              Savaitės santrauka: Klasterių politikos darbo grupė … [Kodėl tai gavau]
    @sauklys kada posėdis        (a reply in the group, without the join link)
    (drops kvietimai.csv)        3 kvietimai: 1 naujas, 1 skiriasi, 1 atmestas … [Įkelti be atmestų] [Atšaukti]
"""

from __future__ import annotations

from bot import forms
from handlers.chat import (
    Bold,
    Button,
    Choice,
    Code,
    Fact,
    Field,
    File,
    Form,
    Heading,
    Items,
    Link,
    Reply,
    para,
    rows,
)
from handlers.i18n import translator

SECTORS = (
    "Agroinovacijos ir maisto technologijos",
    "Energetika ir statyba",
    "Gamyba ir inžinerija",
    "IRT",
    "Kūrybinės industrijos",
    "Sveikata",
    "Transportas",
    "Turizmas",
)

SURVEY_FORM = Form(
    command="answersurvey s3",
    title="Klasterių poreikiai",
    intro="Užtruks apie 5 min. Rezultatai skelbiami tik apibendrinti.",
    fields=(
        Field(
            "sector",
            "Kokioje srityje veikia jūsų klasteris?",
            "one",
            choices=tuple(Choice(f"s{i}", s) for i, s in enumerate(SECTORS)),
            other=True,
        ),
        Field(
            "needs",
            "Ko klasteriui labiausiai reikia?",
            "several",
            choices=tuple(Choice(n, n) for n in ("pinigai", "žmonės", "partneriai")),
            at_most=2,
        ),
        Field(
            "rank",
            "Išrikiuokite pagal svarbą.",
            "ranking",
            choices=tuple(Choice(n, n) for n in ("eksportas", "MTEPI", "mokymai")),
        ),
        Field("members", "Kiek narių turi klasteris?", "number", limit=10),
        Field("words", "Kas trukdo labiausiai?", "paragraph", required=False, limit=1000),
        Field("call", "Ar teiksite paraišką?", "one", choices=(Choice("yes", "Taip"), Choice("no", "Ne"))),
    ),
    submit="Pateikti",
    at="sector",
)
"""A survey is a form: modal pages in Slack, one question at a time elsewhere."""

SURVEY_QUESTION = forms.question(SURVEY_FORM, translator("lt"))
"""The survey's first question, as it is asked step by step."""

DIGEST = Reply(
    (
        Heading("Savaitės santrauka: Klasterių politikos darbo grupė"),
        para("Ruta iš sekretoriato: šią savaitę svarbiausia – kvietimo atidėjimas."),
        Heading("Kas pasikeitė"),
        Items((("Inoklaster LT: buvo spalio 31 d., 17:00 → ", Bold("naujas terminas dar nepaskelbtas")),)),
        Heading("Artimiausi terminai"),
        Items((("Inočekiai: iki ", Bold("spalio 30 d., 16:00"), " (liko 36 dienos)"),)),
        Heading("Posėdžiai"),
        Items(((Bold("penktadienį, rugsėjo 25 d., 10:00"), ": Darbo grupės posėdis, nuotoliu"),)),
        para("Koncepcija ministrui iki spalio pabaigos: liko ", Bold("37 dienos"), "."),
    ),
    buttons=rows(Button("Kodėl tai gavau?", "why digest politika"), Button("Rečiau", "settings")),
    told=(Fact("c42", "closes", 7), Fact("m7", "2026-09-24.start", 3)),
)

GROUP_POST = Reply(
    (
        para("Kitas posėdis – ", Bold("penktadienį, rugsėjo 25 d., 10:00"), ", nuotoliu."),
        para("Prisijungimo nuorodą rasite parašę man asmeniškai: ", Code("/posedis")),
    )
)
"""What everybody in a group sees: no join link, nothing personal."""

DROPPED_FILE = Reply(
    (
        para("„kvietimai.csv“: 3 kvietimai."),
        Items(
            (
                ("Naujas: ", Bold("Expo klasteris")),
                ("Skiriasi: Inočekiai, teikiama iki: buvo spalio 30 d. → ", Bold("lapkričio 30 d.")),
                ("Atmestas: 4 eilutė, Teikiama iki: „2026-02-31“ nėra data. Būtų gerai: 2026-02-28",),
            )
        ),
    ),
    buttons=rows(Button("Įkelti be atmestų", "apply import calls partly"), Button("Atšaukti", "cancel")),
    files=(File("skirtumai.csv", "text/csv", "Eilutė;Kas\r\n4;data\r\n".encode("utf-8-sig")),),
)

HOSTILE = "<b>&amp; <!channel> *a* _b_ `c` [x](javascript:1) \u202egnp.exe 🎉 @visi"
"""What people may write: shown as it is, harmless everywhere."""

KITCHEN_SINK = Reply(
    (
        Heading("Antraštė & <ženklai>"),
        para(
            "Paprastas tekstas, ",
            Bold("paryškintas"),
            ", ",
            Code("/komanda x=1"),
            ", ",
            Link("nuoroda", "https://example.org/?a=1&b=2"),
            ".",
        ),
        Items((("pirmas",), ("antras ", Bold("svarbus")), (HOSTILE,))),
        Items((("penktas",), ("šeštas",)), start=5),
        para(HOSTILE),
        para("eilutė\nkita eilutė"),
    ),
    buttons=(
        (Button("Priminti", "follow c42"), Button("Į kalendorių", "calendar c42")),
        (Button("‹", "calls p1"), Button("›", "calls p3")),
    ),
    files=(File("kvietimas.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),),
    told=(Fact("c42", "closes", 7),),
)

LONG = Reply(
    tuple(para(f"{i}. " + "Ilga pastraipa apie klasterius. " * 20) for i in range(40)),
    buttons=rows(Button("Toliau", "calls p2")),
)
"""Longer than one message of either platform."""

ALL: dict[str, Reply] = {
    "survey question": SURVEY_QUESTION,
    "digest": DIGEST,
    "group post": GROUP_POST,
    "dropped file": DROPPED_FILE,
    "kitchen sink": KITCHEN_SINK,
    "long": LONG,
}
