"""Every command: one table for routes, menus, Slack's manifest, help and intents."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal

from handlers.i18n import N_

Rank = Literal["stranger", "member", "secretariat"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its names (no slash, no diacritics: Telegram allows a-z, 0-9 and _), who may say it at
    least, what it does and takes in the words of help, whether it may be used in group chats, and whether
    a platform's menu shows it. `draft` commands belong to a form that is open and are dispatch's own."""

    en: str
    lt: str
    least: Rank
    does: str
    takes: str = ""
    in_groups: bool = False
    in_menu: bool = False
    changes: bool = False

    def name(self, language: str) -> str:
        """Its name in that language."""
        return self.lt if language == "lt" else self.en


COMMANDS: tuple[Command, ...] = (
    Command(
        "calls",
        "kvietimai",
        "stranger",
        N_("Funding calls, the nearest deadline first"),
        N_("[open, agency, month]"),
        True,
        True,
    ),
    Command("call", "kvietimas", "stranger", N_("Everything about one call"), N_("title"), True, True),
    Command("deadlines", "terminai", "stranger", N_("The nearest deadlines"), "", True, True),
    Command("meetings", "posedziai", "member", N_("Upcoming meetings"), N_("[group, month]"), True, True),
    Command(
        "meeting", "posedis", "member", N_("The next meeting: when, where, agenda"), N_("[group]"), True, True
    ),
    Command("groups", "grupes", "member", N_("Working groups: seats and goals"), N_("[group]"), True, True),
    Command(
        "calendar",
        "kalendorius",
        "member",
        N_("Meetings and deadlines as a calendar file"),
        N_("[call or meeting]"),
        False,
        True,
    ),
    Command(
        "settings",
        "nustatymai",
        "stranger",
        N_("Language, and what the bot knows about you"),
        "",
        False,
        True,
    ),
    Command("language", "kalba", "stranger", N_("Change the language"), N_("lt or en")),
    Command("follow", "sekti", "member", N_("Follow a call: reminders and changes"), N_("call")),
    Command("unfollow", "nebesekti", "member", N_("Stop following a call"), N_("call")),
    Command("following", "sekami", "member", N_("The calls that you follow"), "", False, True),
    Command(
        "reminders",
        "priminimai",
        "member",
        N_("Choose how long before a deadline you are reminded"),
        N_("[days]"),
        in_menu=True,
    ),
    Command(
        "topic",
        "tema",
        "member",
        N_("Choose what is sent to you"),
        N_("topic, then on, digest or off"),
        in_menu=True,
    ),
    Command("snooze", "snausti", "member", N_("Get nothing for a while"), N_("days or a day"), in_menu=True),
    Command(
        "quiet", "tyla", "member", N_("Hours in which nothing is sent to you"), N_("hours"), in_menu=True
    ),
    Command(
        "join",
        "prisijungti",
        "stranger",
        N_("Become a member, or use an invitation"),
        N_("[code]"),
        False,
        True,
    ),
    Command(
        "link",
        "susieti",
        "stranger",
        N_("Link your account on the other platform"),
        N_("[code]"),
        False,
        True,
        True,
    ),
    Command(
        "unlink",
        "atsieti",
        "member",
        N_("Unlink one of your accounts"),
        N_("telegram or slack"),
        False,
        False,
        True,
    ),
    Command(
        "platform", "platforma", "member", N_("Where messages are sent to you first"), N_("telegram or slack")
    ),
    Command("help", "pagalba", "stranger", N_("What can be asked, with examples"), "", True, True),
    Command(
        "ask",
        "klausti",
        "stranger",
        N_("A question to the secretariat; the answer comes back here"),
        N_("[text]"),
        False,
        True,
        True,
    ),
    Command("inbox", "klausimai", "member", N_("Questions to the secretariat"), "", False, True),
    Command(
        "takeback",
        "atsiimti_klausima",
        "member",
        N_("Take back what was passed to the secretariat"),
        N_("question"),
        False,
        False,
        True,
    ),
    Command("home", "pradzia", "stranger", N_("Your next meetings and the nearest deadlines")),
    Command("start", "pradeti", "stranger", N_("Begin")),
    Command("contact", "kontaktai", "stranger", N_("How to reach the secretariat"), "", True),
    Command(
        "digest", "santrauka", "member", N_("The week of your working groups"), N_("[group]"), False, True
    ),
    Command("announcements", "skelbimai", "member", N_("The latest announcements"), "", False, True),
    Command(
        "enclosed",
        "prideta",
        "member",
        N_("The pictures and files that an announcement opens"),
        N_("announcement"),
    ),
    Command("read", "perskaiciau", "member", N_("Confirm that you have read an announcement"), "", True),
    Command("why", "kodel", "member", N_("Why a message was sent to you")),
    Command("surveys", "apklausos", "member", N_("Surveys that you may answer"), "", False, True, False),
    Command(
        "survey",
        "apklausa",
        "member",
        N_("What a survey is and where you are in it"),
        N_("survey"),
        False,
        False,
        False,
    ),
    Command("fill", "pildyti", "member", N_("Answer a survey"), N_("survey"), False, False, True),
    Command(
        "handin",
        "iteikti",
        "member",
        N_("Hand your answers in instead of a colleague's"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "changeanswer",
        "keisti_atsakyma",
        "member",
        N_("Change one of your answers"),
        N_("survey"),
        False,
        False,
        False,
    ),
    Command(
        "myanswers",
        "mano_atsakymai",
        "member",
        N_("A copy of your answers"),
        N_("survey"),
        False,
        False,
        False,
    ),
    Command(
        "beside",
        "salia_visu",
        "member",
        N_("Your answers beside everyone's"),
        N_("survey"),
    ),
    Command(
        "passon",
        "persiusti",
        "member",
        N_("Pass a survey on to your cluster's companies"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "consultations", "konsultacijos", "member", N_("Consultations on drafts"), "", False, True, False
    ),
    Command(
        "consultation",
        "konsultacija",
        "member",
        N_("A draft, its sections and where you are in it"),
        N_("consultation"),
        False,
        False,
        False,
    ),
    Command(
        "section",
        "skyrius",
        "member",
        N_("A section of a draft"),
        N_("consultation and section"),
        False,
        False,
        False,
    ),
    Command(
        "others",
        "kiti",
        "member",
        N_("What others say of a section"),
        N_("consultation and section"),
        False,
        False,
        False,
    ),
    Command(
        "agree",
        "pritarti",
        "member",
        N_("Agree with a section"),
        N_("consultation and section"),
        False,
        False,
        True,
    ),
    Command(
        "agreerest",
        "pritarti_likusiems",
        "member",
        N_("Agree with every section not spoken of"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command(
        "remark",
        "pastaba",
        "member",
        N_("Remark on a section"),
        N_("consultation and section"),
        False,
        False,
        True,
    ),
    Command(
        "propose",
        "siulyti",
        "member",
        N_("Propose another wording of a section"),
        N_("consultation and section"),
        False,
        False,
        True,
    ),
    Command(
        "unsay",
        "atsiimti_pozicija",
        "member",
        N_("Take back what was said of a section"),
        N_("consultation and section"),
        False,
        False,
        True,
    ),
    # The secretariat's
    Command("newcall", "naujas_kvietimas", "secretariat", N_("Add a call"), "", False, True, True),
    Command(
        "edit",
        "keisti",
        "secretariat",
        N_("Change what is known about a call"),
        N_("call"),
        False,
        True,
        True,
    ),
    Command("postpone", "atideti", "secretariat", N_("Postpone a call"), N_("call"), False, True, True),
    Command(
        "extend", "pratesti", "secretariat", N_("Extend a call's deadline"), N_("call"), False, True, True
    ),
    Command("suspend", "sustabdyti", "secretariat", N_("Suspend a call"), N_("call"), False, True, True),
    Command(
        "resume",
        "atnaujinti",
        "secretariat",
        N_("Resume a postponed or suspended call"),
        N_("call"),
        False,
        True,
        True,
    ),
    Command("close", "uzdaryti", "secretariat", N_("Close a call early"), N_("call"), False, True, True),
    Command("withdraw", "nutraukti", "secretariat", N_("Cancel a call"), N_("call"), False, True, True),
    Command(
        "checked",
        "patikrinta",
        "secretariat",
        N_("Confirm that a call is right today"),
        N_("call"),
        False,
        False,
        True,
    ),
    Command(
        "newmeeting",
        "naujas_posedis",
        "secretariat",
        N_("Add a meeting or a series"),
        N_("[group]"),
        False,
        True,
        True,
    ),
    Command("move", "perkelti", "secretariat", N_("Move a meeting"), N_("meeting"), False, True, True),
    Command(
        "cancelmeeting",
        "atsaukti_posedi",
        "secretariat",
        N_("Cancel a meeting"),
        N_("meeting"),
        False,
        True,
        True,
    ),
    Command(
        "agenda", "darbotvarke", "secretariat", N_("Set a meeting's agenda"), N_("meeting"), False, True, True
    ),
    Command(
        "invite",
        "pakviesti",
        "secretariat",
        N_("An invitation: link, code and QR picture"),
        N_("[organisation]"),
        False,
        True,
        True,
    ),
    Command("joined", "prisijunge", "secretariat", N_("Who has joined, cluster by cluster"), "", False, True),
    Command(
        "bymail",
        "pastu",
        "secretariat",
        N_("Who can be reached only by mail: reminders with codes, addresses"),
        in_menu=True,
    ),
    Command("requests", "prasymai", "secretariat", N_("Requests to join"), "", False, True),
    Command(
        "approve",
        "patvirtinti",
        "secretariat",
        N_("Approve a request to join"),
        N_("request"),
        False,
        False,
        True,
    ),
    Command(
        "decline",
        "atmesti",
        "secretariat",
        N_("Decline a request to join"),
        N_("request"),
        False,
        False,
        True,
    ),
    Command(
        "channel",
        "kanalas",
        "secretariat",
        N_("Make a chat a working group's channel"),
        N_("group"),
        True,
        True,
        True,
    ),
    Command("take", "imtis", "secretariat", N_("Take a question"), N_("question"), False, False, True),
    Command(
        "handback", "grazinti", "secretariat", N_("Hand a question back"), N_("question"), False, False, True
    ),
    Command(
        "respond", "atsakyti", "secretariat", N_("Answer a question"), N_("question"), False, False, True
    ),
    Command(
        "dismiss",
        "neatsakyti",
        "secretariat",
        N_("Close a question without an answer"),
        N_("question"),
        False,
        False,
        True,
    ),
    Command(
        "reopen", "atverti", "secretariat", N_("Open a question again"), N_("question"), False, False, True
    ),
    Command("announce", "skelbti", "secretariat", N_("Announce something to members"), "", False, True, True),
    Command(
        "drafts",
        "juodrasciai",
        "secretariat",
        N_("Announcements that were put aside"),
        N_("[draft]"),
        False,
        True,
    ),
    Command(
        "trial", "isbandyti", "secretariat", N_("Test an announcement on yourself"), "", False, False, True
    ),
    Command(
        "deputy",
        "pavaduotojas",
        "secretariat",
        N_("Name who may approve announcements while you are away"),
        N_("[name until a day]"),
        False,
        True,
        True,
    ),
    Command(
        "sending",
        "siuntimas",
        "secretariat",
        N_("What was sent and who got it"),
        N_("[sending]"),
        False,
        True,
    ),
    Command(
        "digestrun",
        "santraukos_siuntimas",
        "secretariat",
        N_("Hold a digest, or release it"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "digestnote",
        "santraukos_pastaba",
        "secretariat",
        N_("Put a note above a digest"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "release",
        "isleisti",
        "member",  # the secretariat, or its deputy
        N_("Approve what waits to be sent"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "correct",
        "pataisyti",
        "secretariat",
        N_("Correct an announcement"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "recall",
        "atsiimti",
        "secretariat",
        N_("Take an announcement back"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "resend",
        "siusti_dar",
        "secretariat",
        N_("Send again to those who did not get it"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "nudge",
        "paraginti",
        "secretariat",
        N_("Ask those who have not read an announcement once more"),
        N_("sending"),
        False,
        False,
        True,
    ),
    Command(
        "settle",
        "isspresti",
        "secretariat",
        N_("Decide when it is not known whether a message arrived"),
        N_("delivery"),
        False,
        False,
        True,
    ),
    Command(
        "import",
        "ikelti",
        "secretariat",
        N_("Import a list: send the file here"),
        N_("file"),
        False,
        False,
        True,
    ),
    Command(
        "undoimport",
        "atsaukti_importa",
        "secretariat",
        N_("Undo the last import"),
        in_menu=True,
        changes=True,
    ),
    Command(
        "export",
        "iseksportuoti",
        "secretariat",
        N_("A list as a file"),
        N_("[calls, members, meetings, survey]"),
        False,
        True,
    ),
    Command("newsurvey", "nauja_apklausa", "secretariat", N_("Make a survey"), "", False, True, True),
    Command(
        "addquestion",
        "prideti_klausima",
        "secretariat",
        N_("Add a question to a draft survey"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "dropquestion",
        "salinti_klausima",
        "secretariat",
        N_("Remove a question from a draft survey"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "questions",
        "apklausos_klausimai",
        "secretariat",
        N_("The questions of a survey"),
        N_("survey"),
        False,
        False,
        False,
    ),
    Command(
        "trysurvey",
        "isbandyti_apklausa",
        "secretariat",
        N_("Try a survey out without counting"),
        N_("survey"),
        False,
        False,
        False,
    ),
    Command(
        "looksurvey",
        "perziureti_apklausa",
        "secretariat",
        N_("See how a survey will look on every platform"),
        N_("survey"),
        False,
        False,
        False,
    ),
    Command(
        "opensurvey",
        "atidaryti_apklausa",
        "secretariat",
        N_("Open a survey and invite people"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "movesurvey",
        "perkelti_apklausa",
        "secretariat",
        N_("Move a survey's closing"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "remindsurvey",
        "priminti_apklausa",
        "secretariat",
        N_("Remind those who have not answered"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "closesurvey",
        "uzdaryti_apklausa",
        "secretariat",
        N_("Close a survey"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "results",
        "rezultatai",
        "secretariat",
        N_("What a survey has shown"),
        N_("survey"),
        in_menu=True,
    ),
    Command(
        "texts",
        "tekstai",
        "secretariat",
        N_("What people wrote, before it is shared"),
        N_("survey"),
    ),
    Command(
        "text",
        "tekstas",
        "secretariat",
        N_("One text that somebody wrote"),
        N_("survey"),
    ),
    Command(
        "hide",
        "slepti",
        "secretariat",
        N_("Hide a part of a text, or all of it"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "unhide",
        "neslepti",
        "secretariat",
        N_("Show what was hidden in a text"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "hideword",
        "slepti_zodi",
        "secretariat",
        N_("Hide a word in every text"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "unhideword",
        "neslepti_zodzio",
        "secretariat",
        N_("Show a word that was hidden in every text"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "sharetexts",
        "skelbti_tekstus",
        "secretariat",
        N_("Share what people wrote with the results"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "withholdtexts",
        "neskelbti_tekstu",
        "secretariat",
        N_("Don't share what people wrote"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "repeatsurvey",
        "pakartoti_apklausa",
        "secretariat",
        N_("Ask a closed survey once more"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "rounds",
        "apklausos_kartai",
        "secretariat",
        N_("The rounds of a survey"),
        N_("survey"),
    ),
    Command(
        "roundof",
        "kartoja_apklausa",
        "secretariat",
        N_("Say of which survey this is a round"),
        N_("survey"),
        changes=True,
    ),
    Command(
        "dropsurvey",
        "salinti_apklausa",
        "secretariat",
        N_("Remove a draft survey"),
        N_("survey"),
        False,
        False,
        True,
    ),
    Command(
        "newconsultation",
        "nauja_konsultacija",
        "secretariat",
        N_("Consult on a draft: send the file here"),
        N_("[draft]"),
        False,
        True,
        True,
    ),
    Command(
        "openconsultation",
        "atidaryti_konsultacija",
        "secretariat",
        N_("Open a consultation and invite people"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command(
        "moveconsultation",
        "perkelti_konsultacija",
        "secretariat",
        N_("Move a consultation's closing"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command(
        "remindconsultation",
        "priminti_konsultacija",
        "secretariat",
        N_("Remind those who have said nothing"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command(
        "closeconsultation",
        "uzdaryti_konsultacija",
        "secretariat",
        N_("Close a consultation"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command(
        "dropconsultation",
        "salinti_konsultacija",
        "secretariat",
        N_("Remove a draft consultation"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command(
        "remarks",
        "pastabos",
        "secretariat",
        N_("Who said what of a draft"),
        N_("consultation"),
        False,
        False,
        False,
    ),
    Command("decide", "spresti", "secretariat", N_("Decide on a remark"), N_("remark"), False, False, True),
    Command(
        "remarktable",
        "pastabu_lentele",
        "secretariat",
        N_("The table of remarks as a file"),
        N_("consultation"),
        False,
        False,
        False,
    ),
    Command(
        "publish",
        "paskelbti_sprendimus",
        "secretariat",
        N_("Tell authors what became of their remarks"),
        N_("consultation"),
        False,
        False,
        True,
    ),
    Command("role", "role", "secretariat", N_("Change somebody's role"), N_("member"), False, True, True),
    Command(
        "handover",
        "perduoti",
        "secretariat",
        N_("Hand a seat over to another person"),
        N_("[name]"),
        False,
        True,
        True,
    ),
    Command(
        "regain",
        "grazinti_prieiga",
        "secretariat",
        N_("Give access back after a lost phone"),
        N_("[name]"),
        False,
        True,
        True,
    ),
    Command("unanswered", "neatsakyta", "secretariat", N_("Questions I did not understand"), "", False, True),
    Command("teach", "mokyti", "secretariat", N_("Teach a word or a sentence"), "", False, True, True),
    Command("synonyms", "sinonimai", "secretariat", N_("Words I was taught"), "", False, True),
    Command(
        "forget", "pamirsti", "secretariat", N_("Forget a word I was taught"), N_("word"), False, False, True
    ),
    Command(
        "told",
        "kam_pasakyta",
        "secretariat",
        N_("Who was told what, and whether it is still so"),
        N_("[call or organisation]"),
        False,
        True,
    ),
    Command(
        "history", "istorija", "secretariat", N_("Who changed what"), N_("[call or meeting]"), False, True
    ),
)

# What belongs to an open form; dispatch answers these itself.
DRAFT_WORDS = {
    "answer": "atsakymas",
    "skip": "praleisti",
    "back": "atgal",
    "done": "baigti",
    "apply": "taip",
    "continue": "testi",
    "cancel": "atsaukti",
    "question": "klausimas",
}

_MARK = re.compile(r"~[0-9a-f]{8}")

BY_NAME: dict[str, Command] = {name: command for command in COMMANDS for name in (command.en, command.lt)}
DRAFT_NAMES: dict[str, str] = {name: en for en, lt in DRAFT_WORDS.items() for name in (en, lt)}


@dataclass(frozen=True, slots=True)
class Line:
    """A command line taken apart: `calls open LVPA p2`, `extend c42 v7`. `seen` is the version in it."""

    command: Command
    words: tuple[str, ...]
    seen: int | None = None

    @property
    def rest(self) -> str:
        """Everything behind the command's name but the version, as typed."""
        return " ".join(self.words)

    @property
    def base(self) -> str:
        """The line without its version, by its English name: what a draft of it is kept under."""
        return " ".join((self.command.en, *self.words))


def mark(text: str) -> str:
    """The mark (`~3fa2…`) by which a button names words that were said before and are too many for it."""
    return f"~{zlib.crc32(text.encode()):08x}"


def is_mark(word: str) -> bool:
    """Whether that word is such a mark."""
    return _MARK.fullmatch(word) is not None


def parse(text: str) -> Line | None:
    """The line in `text`, or None when its first word names no command."""
    words = text.split()
    if not words:
        return None
    command = BY_NAME.get(words[0].casefold().lstrip("/"))
    if command is None:
        return None
    rest = words[1:]
    seen = None
    if rest and re.fullmatch(r"v\d{1,9}", rest[-1]):
        seen = int(rest.pop()[1:])
    return Line(command, tuple(rest), seen)
