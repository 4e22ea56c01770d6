"""Ways of asking, said out as many people would: a cheap multitude to learn from, beside what was really written.

A file of `questions/ways/` is named after an intent; each of its lines is a way of asking it, with alternatives in
brackets, `(noriu|norėčiau) gauti (santrauką|)`, and names and times of which any may stand there, `{C}`. A line that
begins with `@next_meeting,meeting_detail ` goes on from a message of those intents.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.understanding.meaning import Understanding
from tests.handlers.understanding.asking import QUESTIONS

WAYS = QUESTIONS / "ways"
EACH = 20
"""How often a way is said."""

_ANY = {
    "C": (
        "Inoklaster LT|Inoklaster|inoklasterio|Inočekiai|Inočekių|inočekius|Expo klasteris|Expo klasterio|Verslo klasteris "
        "LT|Verslo klasterio|Inopatentas|Inopatento|Inostartas|Inostarto|Inostartui|Clusters meet Regions|Skaitmeninių "
        "inovacijų centrų|inoklasteriui|saugyklų steigimo|Biržų miesto"
    ),
    "Ce": (
        "Inoklaster LT|Inoklaster|Innovation vouchers|innovation vouchers|Expo cluster|Expo klasteris|Verslo klasteris LT|"
        "Inopatentas|Inostartas|Clusters meet Regions|Digital innovation hubs|the Inoklaster call|the innovation voucher "
        "scheme|Inočekiai"
    ),
    "A": "LVPA|MITA|CPVA|Inovacijų agentūra|Inovacijų agentūros|LVPA|MITA|verslo paramos agentūra",
    "Ae": "LVPA|MITA|CPVA|Innovation Agency|the Innovation Agency|the Lithuanian Business Support Agency",
    "G": (
        "eksporto grupės|eksporto darbo grupės|MTEPI grupės|MTEPI|klasterių politikos darbo grupės|politikos grupės|darbo "
        "grupės|koncepcijos darbo grupės|mokslinių tyrimų grupės|eksporto"
    ),
    "Ge": (
        "export group|export working group|R&D working group|R&D group|policy working group|cluster policy group|working "
        "group|export"
    ),
    "D": (
        "spalį|spalio mėnesį|lapkritį|kitą savaitę|šią savaitę|šį mėnesį|penktadienį|rytoj|kitą mėnesį|iki spalio 15|nuo "
        "spalio 5|IV ketvirtį|iki metų galo|spalio pabaigoje|lapkričio pradžioje|po dviejų savaičių|gruodį"
    ),
    "De": (
        "next week|this week|this month|in October|in November|on Friday|tomorrow|by Friday|in Q4|next month|before 15 "
        "October|from 5 October|at the end of October|in the next two weeks"
    ),
}
_FILL = {name: tuple(listed.split("|")) for name, listed in _ANY.items()}
_OPENINGS = (
    "Labas, |Labas! |Sveiki, |Laba diena. |Laba diena, |Gerbiamieji, |Sveikutis, |Kolegos, |Klausykit, |Atsiprašau, kad "
    "trukdau. |Ei, |Nu tai ".split("|"),
    "Hi, |Hello, |Hey, |Good morning, |Dear colleagues, |Sorry to bother you. |Hi there! |Quick question: |Excuse me, |Hey "
    "bot, |Just wondering, ".split("|"),
)
_ENDINGS = (
    ", ačiū|. Ačiū!|, prašau|. Dėkui|. Iš anksto dėkoju|, jei galit|, nes skubu|, pls|. Lauksiu|, jei nesunku".split(
        "|"
    ),
    ", thanks|. Thank you!|, please|. Cheers|, if possible|, asap|, i'm in a hurry|. Many thanks in advance|, if you don't "
    "mind|, pls".split("|"),
)
_STORIES = (
    (
        "Vakar grįžau iš komandiruotės ir dar nespėjau atsikvėpti.|Mūsų direktorė visą rytą klausinėja.|Važiuoju mašina, tai "
        "rašau trumpai.|Kolega sakė, kad čia galima sužinoti.|Esu naujas žmogus klasteryje, dar nieko nepažįstu.|Turiu du "
        "vaikus ir vieną šunį, laiko mažai.|Praėjusią savaitę parodoje Vokietijoje sutikau įdomių žmonių.|Ruošiu ataskaitą "
        "valdybai.|Buhalterė atostogose, o aš vienas prie visko.|Kai dirbau universitete, tokių dalykų nebuvo.|Gal pavargau, "
        "bet jūsų svetainėje nieko nerandu.|Vakar lijo, o šiandien stovykloje be interneto.|Mama sako, kad per daug dirbu.|Jau "
        "klausiau dviejų žmonių, abu gūžčioja pečiais.|Trečia kava, o darbo dar pusė.|Mes gaminame baldus ir norime "
        "plėstis.|Skambino klientas iš Lenkijos, labai domisi.|Žinau, kad klausiu ne pirmas.|Sėdžiu oro uoste, skrydis "
        "vėluoja.|Nesu didelis kompiuterių žinovas.|Mes su žmona ginčijomės visą vakarą.|Pavaduoju kolegę, kuri serga.|Tikiuosi, "
        "kad čia teisinga vieta klausti.|Seniai nebuvau prisijungęs, tai nežinau, kaip čia kas.|Sekmadienį buvom prie ežero, pagavau lydeką.|Žmona sako, kad per daug žiūriu į telefoną.|Šuo sugraužė mano užrašus.|Vaikai namie serga, dirbu iš virtuvės.|Gydytojas liepė mažiau nervintis.|Oras šiandien bjaurus, lyja nuo ryto.|Grįžom iš Palangos, dar smėlis batuose.|Vakar žiūrėjom krepšinį, Žalgiris vėl laimėjo.|Profesorius per paskaitą minėjo klasterius.|Ministerijoje visi atostogauja.|Kaimynas giriasi gavęs paramą.|Anūkas įdiegė man šitą programą.|Pietūs buvo prasti, bet nuotaika gera.|Perku naują mašiną ir skaičiuoju kiekvieną eurą.|Traukinys stovi Kaišiadoryse jau pusvalandį.|Kompiuteris lūžo, rašau iš telefono.|Sesuo Norvegijoje klausė, kaip sekasi.|Skaičiau straipsnį apie pramonės politiką.|Rytoj skrendu į Briuselį.|Praeitais metais mums nepavyko.|Bankas vėl atmetė paskolą.|Direktorius liepė iki pietų viską išsiaiškinti.|Kalbėjau su teisininku, bet jis nieko nepasakė.|Esame septyni žmonės ir viena katė.|Mokykloje prasidėjo atostogos.|Man aštuoniasdešimt metų, bet dar krutu.|Pamečiau akinius, tai atleiskit už klaidas.|Universitete laukia egzaminai.|Linkiu gražios dienos."
    ).split("|"),
    (
        "I've just come back from a trade fair and my desk is a mess.|My boss keeps asking me about it.|I'm new to the cluster "
        "and don't know anybody yet.|A colleague told me this is the right place to ask.|We make furniture and want to grow.|I "
        "was on holiday for two weeks.|I'm on a train with bad reception.|The website was no help at all.|My daughter set this "
        "up on my phone.|We had a long discussion at the office this morning.|I am preparing a report for our board.|The "
        "accountant is ill and everything falls on me.|It's raining again and the coffee machine is broken.|I've asked two "
        "people already and neither knew.|A client from Poland called yesterday and was very interested.|I'm not very good with "
        "computers.|Forgive me if this has been asked before.|My predecessor left me no notes.|I read something about it in the "
        "newspaper.|Our partners in Germany would like to know.|My wife says I spend too much time on the phone.|The dog ate my notes.|The weather is dreadful today.|We watched the basketball last night.|The doctor told me to worry less.|I'm flying to Brussels tomorrow.|The kids are off school and I work from the kitchen.|Our bank turned down the loan again.|A professor mentioned clusters in a lecture.|My grandson installed this for me.|Lunch was awful but never mind.|I am buying a new car and counting every euro.|My laptop died so I type this on my phone.|Last year it didn't work out for us.|I spoke to our lawyer and he had no idea.|The ministry is on holiday, it seems.|We are seven people and a cat.|Hope you're well.|It has been a long week.|My train is stuck in the middle of nowhere.|I lost my glasses, excuse the typos.|The other associations I work with are slower than you.|We had guests from Portugal yesterday.|My Lithuanian is limited to ordering soup."
    ).split("|"),
)
_ENGLISH = frozenset(
    "the i to is what my me of for a you are do can in please how when where who any which from this at on we it and call".split()
)
_BARE = str.maketrans("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "aceeisuuzACEEISUUZ")
_BESIDE = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioopsdfghjkllxcvbnmm", strict=True))
_ALONE = frozenset(("greeting", "thanks", "not_understood"))
"""Intents whose messages stand for themselves: nothing is said around them."""
_BECAUSE = (("nes", "ir", "o", "kadangi"), ("because", "since", "and", "as"))
_SINCE = (("", "kadangi ", "žinot, "), ("", "since ", "as ", "you see, "))
_SO = ((" tai", ", todėl", " ir", ", tad", " bet"), (" so", ", so", " and", ", but", ","))
_SLIPS = 0.15
_TOLD = 0.2
_CHOICE = re.compile(r"\(([^()]*)\)")
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Said:
    """A way of asking, said once; `base` is what the message before was about, if it goes on from one."""

    text: str
    intent: str
    base: Understanding | None


def ways() -> Iterator[tuple[str, str]]:
    """Every intent with each way of asking it."""
    for path in sorted(WAYS.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            yield path.stem, line


def said(dice: random.Random, each: int = EACH) -> list[Said]:
    """Every way of asking, said so many times, no two the same."""
    found: dict[tuple[str, str], Said] = {}
    intents = sorted({intent for intent, _ in ways()})
    for intent, way in ways():
        bases, pattern = _bases(way)
        for _ in range(each):
            text = _varied(_filled(pattern, dice), intent, dice)
            base = dice.choice(bases) if bases else None
            if not bases and intent != "not_understood" and dice.random() < 0.15:
                base = dice.choice(intents)  # what stands for itself does so after anything
            found.setdefault((text, intent), Said(text, intent, _about(base, dice) if base else None))
    return list(found.values())


def _bases(way: str) -> tuple[list[str], str]:
    if not way.startswith("@"):
        return [], way
    bases, _, pattern = way[1:].partition(" ")
    return bases.split(","), pattern


def _about(intent: str, dice: random.Random) -> Understanding:
    """A message before of that intent, with or without a name."""
    slots: dict[str, object] = {}
    if intent in ("call_detail", "call_deadline"):
        slots["call"] = dice.choice(("c1", "c2", "c6", "c7"))
    elif intent in ("next_meeting", "meeting_detail", "list_meetings") and dice.random() < 0.5:
        slots["group"] = dice.choice(("politika", "eksportas", "mtepi"))
    return Understanding(intent, slots)


def _filled(pattern: str, dice: random.Random) -> str:
    text = _CHOICE.sub(lambda m: dice.choice(m[1].split("|")), pattern)
    text = _BLANK.sub(lambda m: dice.choice(_FILL[m[1]]), text)
    return re.sub(r"\s+([,.!?])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,")


def _varied(text: str, intent: str, dice: random.Random) -> str:
    """The text as it may come: with a greeting, a story, thanks, without diacritics or capitals, with slips."""
    english = text.isascii() and not _ENGLISH.isdisjoint(text.lower().split())
    if intent not in _ALONE:
        around = dice.random()
        if around < 0.1:
            text = dice.choice(_OPENINGS[english]) + text
        elif around < 0.1 + _TOLD:
            text = _told(text, english, dice)
        if dice.random() < 0.1:
            text = text.rstrip("?.! ") + dice.choice(_ENDINGS[english])
    if dice.random() < 0.35:
        text = text.translate(_BARE)
    if dice.random() < _SLIPS:
        text = _slipped(text, dice)
    if dice.random() < 0.3:
        text = text.lower()
    return f"{text}?" if dice.random() < 0.3 and not text.endswith(("?", ".", "!")) else text


def _told(text: str, english: bool, dice: random.Random) -> str:
    """The text in a story: after it, before it, or run into one sentence with it as when one dictates."""
    story = dice.choice(_STORIES[english])
    how = dice.random()
    if how < 0.5:
        return f"{story} {text[:1].upper()}{text[1:]}"
    if how < 0.65:
        return f"{text.rstrip('?.! ')}. {story}"
    run = story[:1].lower() + story[1:].rstrip(".")
    if how < 0.8:
        return f"{text} {dice.choice(_BECAUSE[english])} {run}"
    return f"{dice.choice(_SINCE[english])}{run}{dice.choice(_SO[english])} {text}"


def _slipped(text: str, dice: random.Random) -> str:
    """The text with one or two letters swapped, left out, doubled or hit beside."""
    words = text.split(" ")
    for _ in range(dice.choice((1, 1, 2))):
        long = [at for at, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
        if not long:
            break
        at = dice.choice(long)
        word, i = words[at], dice.randrange(1, len(words[at]) - 1)
        words[at] = dice.choice(
            (
                word[:i] + word[i + 1] + word[i] + word[i + 2 :],
                word[:i] + word[i + 1 :],
                word[:i] + word[i] + word[i:],
                word[:i] + _BESIDE.get(word[i], word[i]) + word[i + 1 :],
            )
        )
    return " ".join(words)
