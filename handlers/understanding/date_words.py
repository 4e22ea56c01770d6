"""The words of dates in both languages, folded: units, months, weekdays, numbers, and what stands before them."""

from functools import cache

NOTHING = ("", 0)
UNITS = ("day", "week", "weekend", "month", "quarter", "half", "year")
YEAR_MARKS = ("m", "metai", "metu", "metais", "metus", "metams", "metuose")
ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
ORDINAL_ENDS = ("st", "nd", "rd", "th", "oji", "aja", "osios", "ajai", "a", "os", "ai", "asis", "ojo", "aji")
ALSO_WORDS = ("may", "march", "mar", "sat", "sun", "mon", "kova", "bal", "vas")
SHORT_WEEKDAYS = ("pr", "an", "tr", "kt", "pn", "st", "sk")
CLOCK_MARKS = ("val", "valanda", "valandos", "h", "am", "pm")
NOW_WORDS = ("siuo",)
AROUND = frozenset(("nuo", "at", "the", "on", "in", "ties"))
TRAILING = frozenset(("d", "m", "diena", "dienos", "laiku", "iki", "ketv", "k", "min"))
PREPOSITIONS = {
    "iki": "until", "ligi": "until", "lig": "until", "by": "until", "until": "until", "till": "until",
    "through": "until", "kaip": "than", "nei": "than", "than": "than",
    "nuo": "since", "since": "since", "from": "since", "up": "until", "starting": "since", "pradedant": "since",
    "tarp": "between", "between": "between", "pries": "before", "before": "before",
    "po": "after", "after": "after", "uz": "after", "per": "within", "within": "within", "during": "within",
    "over": "within", "in": "in", "on": "on", "at": "on", "for": "on",
}  # fmt: skip
PLURAL_RELS = frozenset(
    ("ateinancias", "ateinancius", "artimiausias", "artimiausius", "pastarasias", "pastaruosius")
)


def _forms(stems: str, endings: str) -> list[str]:
    return [stem + ending for stem in stems.split() for ending in endings.split()]


@cache
def ordinals() -> dict[str, int]:
    """Folded "pirmas", "dvyliktą", "third", in the forms that dates take → the number, up to 31."""
    table: dict[str, int] = {}
    for number, stems in enumerate(_LT_ORDINALS, start=1):
        for form in _forms(stems.replace("/", " "), _ORDINAL_FORMS if number <= 4 else _DAY_FORMS):
            table[form] = number
    table |= {word: number for number, word in enumerate(_EN_ORDINALS.split(), start=1)}
    return {
        **table,
        "dvidesimtos": 20,
        "trisdesimta": 30,
        "trisdesimtos": 30,
        "twentieth": 20,
        "thirtieth": 30,
    }


TENS = {"dvidesimt": 20, "trisdesimt": 30, "twenty": 20, "thirty": 30}
"""What stands before the ordinal of a day above twenty."""
_ORDINAL_FORMS = (
    "as is o io ame iame a ia ui iam am aji asis aja ajame ojo i oje os es oji osios ajai osiomis"
)
_DAY_FORMS = "a os oji aja osios ajai"
_LT_ORDINALS = (
    "pirm antr trec/treci ketvirt penkt sest septint astunt devint desimt vienuolikt dvylikt trylikt keturiolikt "
    "penkiolikt sesiolikt septyniolikt astuoniolikt devyniolikt dvidesimt"
).split()
_EN_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_LT_MONTHS = (
    ("saus", "is io iui i yje y iu"), ("vasar", "is io iui i yje y iu"), ("kov", "as o ui a e u"),
    ("baland balandz", "is io iui i yje y iu"), ("geguz", "e es ei eje ej"), ("birzel", "is io iui i yje y iu"),
    ("liep", "a os ai oje oj"), ("rugpjut rugpjuc", "is io iui i yje y iu"), ("rugsej", "is o ui i yje y u"),
    ("spal", "is io iui i yje y iu"), ("lapkrit lapkric", "is io iui i yje y iu"), ("gruod gruodz", "is io iui i yje y iu"),
)  # fmt: skip
_SHORT_MONTHS = "saus vas kov bal geg birz liep rugp rugs spal lapkr gruod"
_EN_MONTHS = "january february march april may june july august september october november december"
_LT_WEEKDAYS = "pirmadien antradien treciadien ketvirtadien penktadien sestadien sekmadien"
_EN_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"

_UNIT_WORDS = (
    "diena dienos dienu dienas dienai dieneles d day days",
    "savaite savaites savaiciu savaitei savaiteje savaitej savaitemis sav week weeks wk wks",
    "savaitgalis savaitgalio savaitgali savaitgalyje savaitgaliui weekend",
    "menuo menesio menesi menesiai menesiu menesiui menesyje menesy menesius men month months",
    "ketvirtis ketvircio ketvirti ketvirtyje ketvirciui ketv k quarter",
    "pusmetis pusmecio pusmeti pusmetyje pusmeciui half",
    "metai metu metus metams metais metuose m year years",
)
_REL_WORDS = (
    "si sis sia sio sios siame sioje siais siuos siu siuo siai siam sita sito sitas sitos sitame sitam sitoj sitoje this current einamaji einamojo",
    "kita kitas kito kitos kitame kitoje kitais kitu kitus kiti kitai kitam kitiems sekanti sekancia sekancio sekancios next nxt kt following",
    "ateinanti ateinantis ateinancia ateinancio ateinancios ateinancias ateinancius artimiausia artimiausi artimiausio "
    "artimiausios artimiausias artimiausius busima busimos coming upcoming",
    "praejusi praejusis praejusia praejusio praejusios praejusiu praeita praeitas praeito praeitos praeitu praejusiais "
    "praeitais pastarasias pastaruosius last previous past",
)
_PART_WORDS = (
    "pradzia pradzioje pradzioj pradzios pradziai beginning start early",
    "vidurys viduryje vidury viduri vidurio viduriui mid middle",
    "pabaiga pabaigoje pabaigoj pabaigos pabaigai pabaigon gale galas galo end late",
)
_DAY_WORDS = {
    -2: "uzvakar", -1: "vakar vakarykstis vakarykscio vakarykstis vakarykste vakarykstes yesterday yesterdays",
    0: "siandien siandienos siandienai siandienini siandieninis siandieninio siandiena today todays tonight",
    1: "rytoj rytojaus rytdiena rytdienos rytdienai tomorrow tomorrows tmrw tmr tmrow", 2: "poryt porytojaus",
}  # fmt: skip
_NUMBER_WORDS = (
    "viena vieno vienos vieną one", "du dvi dvieju dviejų dviem pora poros two couple", "trys tris triju trims three",
    "keturi keturios keturias keturiu four", "penki penkios penkias penkiu five", "sesi sesios sesias sesiu six",
    "septyni septynios septynias septyniu seven", "astuoni astuonios astuonias astuoniu eight",
    "devyni devynios devynias devyniu nine", "desimt desimties ten",
)  # fmt: skip
_FINAL_ONES = "paskutinis paskutini paskutine paskutinio paskutines paskutineje paskutiniame final".split()
_SEASONS = {
    3: "pavasaris pavasario pavasari pavasariui spring", 6: "vasara vasaros vasarai summer",
    9: "ruduo rudens rudeni rudeniui rudenyje autumn", 12: "ziema ziemos ziemai winter",
}  # fmt: skip
_YEAR_WORDS = {0: "siemet", 1: "kitamet", -1: "pernai"}


@cache
def table() -> dict[str, tuple[str, int]]:
    """Folded word → what it is in a date, and its number."""
    found: dict[str, tuple[str, int]] = dict.fromkeys(PREPOSITIONS, ("prep", 0))
    for kind, lists in (("unit", _UNIT_WORDS), ("rel", _REL_WORDS), ("part", _PART_WORDS)):
        for value, listed in enumerate(lists):
            found.update(dict.fromkeys(listed.split(), (kind, value)))
    for value, listed in enumerate(_NUMBER_WORDS, start=1):
        found.update(dict.fromkeys(listed.split(), ("number", value)))
    for kind, by_value in (("dayword", _DAY_WORDS), ("season", _SEASONS), ("yearword", _YEAR_WORDS)):
        for value, listed in by_value.items():
            found.update(dict.fromkeys(listed.split(), (kind, value)))
    short = _SHORT_MONTHS.split()
    for value, english in enumerate(_EN_MONTHS.split(), start=1):
        stems, endings = _LT_MONTHS[value - 1]
        names = [
            *_forms(stems, endings),
            short[value - 1],
            english,
            english[:3],
            *(["sept"] if value == 9 else []),
        ]
        found.update(dict.fromkeys(names, ("month", value)))
    short_en = {1: ("tues",), 2: ("weds",), 3: ("thur", "thurs")}
    for value, (stem, english) in enumerate(zip(_LT_WEEKDAYS.split(), _EN_WEEKDAYS.split(), strict=True)):
        names = [
            *_forms(stem, "is io iui i yje iu"),
            english,
            english + "s",
            english[:3],
            stem[:-3],
            *short_en.get(value, ()),
        ]
        found.update(dict.fromkeys(names, ("weekday", value)))
    for word in (*ROMANS, *ordinals(), *_FINAL_ONES, "q1", "q2", "q3", "q4"):
        found.setdefault(word, ("nth", 0))
    return found
