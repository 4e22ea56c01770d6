"""A random load of every changing verb of the port: the n-th step follows from a seed, n and what the store holds,
so that a store in memory can follow the one that is killed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from storage.announcements import Answers
from storage.association import Association, Group, Organisation, Structure
from storage.audit import By
from storage.calls import ChangedCall, Facts, NewCall, Why
from storage.consultations import Decision, Position, Section
from storage.consultations import Plan as Consulted
from storage.conversation import Draft, Passing, Told
from storage.errors import Changed, Missing
from storage.meetings import ChangedMeeting, NewMeeting, Plan
from storage.members import (
    ChangedMember,
    Following,
    Invite,
    LinkCode,
    NewMember,
    Person,
    Reach,
    Request,
    Wishes,
)
from storage.moments import Moment
from storage.sendings import DeliveryState, Ended, NewSending, SendingState
from storage.store import Store
from storage.surveys import Plan as Questionnaire
from storage.surveys import Question, Tally
from storage.words import Words

BEGAN = datetime(2026, 9, 24, 7, tzinfo=UTC)
AFTER_ALL = datetime(2099, 1, 1, tzinfo=UTC)
WORDS = ("Inočekiai", "Žalioji „ateitis“ <b>", "Clusters meet Regions", "Ąžuolas 🌳")


class Step:
    """One step: its dice, its instant, its gesture."""

    def __init__(self, store: Store, seed: int, n: int) -> None:
        self.store = store
        self.dice = Random(f"{seed}:{n}")
        self.n = n
        self.by = By(self.dice.choice(("operator", "n1")), BEGAN + timedelta(minutes=n), f"event {n}")

    def words(self) -> Words:
        """A text in one language or two."""
        return Words(self.dice.choice(WORDS), self.dice.choice(("", *WORDS)))

    def some(self, ids: tuple[str, ...], letter: str) -> str:
        """One of these ids, now and then one that is not there."""
        return self.dice.choice(ids) if ids and self.dice.random() < 0.9 else f"{letter}999999"


def _facts(s: Step) -> Facts:
    closes = Moment((BEGAN + timedelta(days=s.dice.randint(1, 60))).date(), "Europe/Vilnius")
    return Facts(s.words(), measure=s.dice.choice(WORDS), closes=closes)


def _plan(s: Step) -> Plan:
    return Plan(s.words(), "politika", datetime(2026, 10, s.dice.randint(1, 28), 14), 60, "Europe/Vilnius")


def _person(s: Step) -> Person:
    account = Reach(s.dice.choice(("telegram", "slack")), f"{s.n}")
    return Person(s.dice.choice(WORDS), "fotonika", accounts=(account,))


async def _calls_add(s: Step) -> object:
    return await s.store.calls.add(_facts(s), s.by)


async def _calls_change(s: Step) -> object:
    calls = await s.store.calls.all()
    id = s.some(tuple(c.id for c in calls), "c")
    seen = next((c.version for c in calls if c.id == id), 1) + (s.dice.random() < 0.1)
    return await s.store.calls.change(id, seen, {"title": s.words()}, Why("LVPA"), s.by)


async def _calls_confirm(s: Step) -> object:
    return await s.store.calls.confirm(s.some(tuple(c.id for c in await s.store.calls.all()), "c"), s.by)


async def _calls_take_over(s: Step) -> object:
    calls = s.dice.sample(list(await s.store.calls.all()), k=min(3, len(await s.store.calls.all())))
    changed = tuple(ChangedCall(c.id, c.version, {"agency": s.dice.choice(("LVPA", "MITA"))}) for c in calls)
    return await s.store.calls.take_over((NewCall(_facts(s)), *changed), Why(source="k.csv"), s.by)


async def _meetings_add(s: Step) -> object:
    return await s.store.meetings.add(_plan(s), s.by)


async def _meetings_change(s: Step) -> object:
    meetings = await s.store.meetings.all()
    id = s.some(tuple(m.id for m in meetings), "m")
    seen = next((m.version for m in meetings if m.id == id), 1)
    return await s.store.meetings.change(id, seen, {"place": s.dice.choice(WORDS)}, Why("salė"), s.by)


async def _meetings_take_over(s: Step) -> object:
    meetings = (await s.store.meetings.all())[:2]
    changed = tuple(ChangedMeeting(m.id, m.version, {"minutes": s.dice.randint(30, 90)}) for m in meetings)
    return await s.store.meetings.take_over((NewMeeting(_plan(s)), *changed), Why(), s.by)


async def _association_take_over(s: Step) -> object:
    organisations = tuple(Organisation(f"o{i}", "cluster", s.words()) for i in range(s.dice.randint(0, 12)))
    structure = Structure(Association(s.words(), "LKA"), organisations, (Group("politika", s.words()),))
    return await s.store.association.take_over(structure, s.by)


async def _channel(s: Step) -> str:
    return s.some(tuple(c.id for c in await s.store.channels.all()), "g")


async def _channels_connect(s: Step) -> object:
    group, address = s.dice.choice(("politika", "eksportas")), f"-{s.dice.randint(1, 4)}"
    return await s.store.channels.connect(group, s.dice.choice(("telegram", "slack")), address, s.by)


async def _channels_disconnect(s: Step) -> object:
    return await s.store.channels.disconnect(await _channel(s), s.by)


async def _channels_lost(s: Step) -> object:
    return await s.store.channels.lost(await _channel(s), f"-{s.dice.randint(1, 4)}", "kicked")


async def _channels_moved(s: Step) -> None:
    await s.store.channels.moved("telegram", f"-{s.dice.randint(1, 4)}", f"-{s.dice.randint(1, 4)}")


async def _member(s: Step) -> str:
    return s.some(tuple(m.id for m in await s.store.members.all()), "n")


async def _members_seen(s: Step) -> object:
    members = [m for m in await s.store.members.all() if m.person.accounts]
    if not members:
        return None
    member = s.dice.choice(members)
    reach = member.person.accounts[0]
    return await s.store.members.seen(member.id, reach.platform, reach.user, f"chat {s.dice.randint(1, 3)}")


async def _members_lost(s: Step) -> object:
    return await s.store.members.lost(
        await _member(s), "telegram", f"{s.dice.randint(1, s.n + 1)}", "blocked"
    )


async def _members_set_language(s: Step) -> object:
    return await s.store.members.set_language(await _member(s), s.dice.choice(("lt", "en")), s.by)


async def _members_set_wishes(s: Step) -> object:
    wishes = Wishes(("digest",), (s.by.at + timedelta(days=3)).date(), s.dice.choice(("", "22:00-07:00")))
    return await s.store.members.set_wishes(await _member(s), wishes, s.by)


async def _members_follow(s: Step) -> object:
    following = Following(f"c{s.dice.randint(1, 5)}", s.dice.randint(1, 3), s.by.at)
    return await s.store.members.follow(await _member(s), following)


async def _members_unfollow(s: Step) -> object:
    return await s.store.members.unfollow(await _member(s), f"c{s.dice.randint(1, 5)}")


async def _members_set_role(s: Step) -> object:
    id = await _member(s)
    seen = getattr(await s.store.members.get(id), "version", 1)
    return await s.store.members.set_role(id, seen, s.dice.choice(("member", "manager")), s.by)


async def _members_hand_over(s: Step) -> object:
    giver, to = [await s.store.members.get(await _member(s)) for _ in range(2)]
    if giver is None or to is None or giver.id == to.id:
        return None
    gives = ChangedMember(giver.id, giver.version, replace(giver.person, holdings=()))
    takes = replace(to.person, role=s.dice.choice(("member", "manager")))
    taker = ChangedMember(to.id, to.version, takes) if s.dice.random() < 0.5 else NewMember(_person(s))
    news = NewSending("handover", f"handover {s.n}", {"giver": giver.id}, s.by.at)
    return await s.store.members.hand_over(gives, taker, s.dice.random() < 0.5, news, s.by)


async def _members_take_over(s: Step) -> object:
    changed = tuple(
        ChangedMember(m.id, m.version, replace(m.person, name=s.dice.choice(WORDS)))
        for m in (await s.store.members.all())[-2:]
    )
    return await s.store.members.take_over((NewMember(_person(s)), *changed), s.by)


async def _members_invite(s: Step) -> object:
    expires = s.by.at + timedelta(days=14)
    return await s.store.members.invite(
        Invite("", f"digest {s.n}", "member", "fotonika", None, expires), s.by
    )


async def _members_invite_all(s: Step) -> object:
    expires = s.by.at + timedelta(days=14)
    invites = [
        Invite("", f"digest {s.n} {i}", "member", "", await _member(s), expires)
        for i in range(s.dice.randint(0, 3))
    ]
    return await s.store.members.invite_all(tuple(invites), s.by, beside=s.dice.random() < 0.5)


async def _members_link_code(s: Step) -> object:
    expires = s.by.at + timedelta(minutes=s.dice.randint(1, 300))
    code = LinkCode("", f"link {s.n}", await _member(s), Reach("slack", "U1", "D1"), expires)
    return await s.store.members.link_code(code, s.by)


async def _members_link(s: Step) -> object:
    account = Reach(s.dice.choice(("telegram", "slack")), f"links {s.dice.randint(1, 30)}", "1")
    return await s.store.members.link(f"l{s.dice.randint(1, 40)}", account, s.by)


async def _members_unlink(s: Step) -> object:
    return await s.store.members.unlink(await _member(s), s.dice.choice(("telegram", "slack")), s.by)


async def _members_regain(s: Step) -> object:
    id = await _member(s)
    seen = getattr(await s.store.members.get(id), "version", 1)
    invite = Invite("", f"regain {s.n}", "member", "", id, s.by.at + timedelta(days=7))
    news = NewSending("regained", f"regained {s.n}", {}, s.by.at) if s.dice.random() < 0.5 else None
    platform = s.dice.choice(("telegram", "slack"))
    return await s.store.members.regain(id, seen, platform, invite, news, s.by)


async def _members_tried(s: Step) -> None:
    await s.store.members.tried(f"telegram:{s.dice.randint(1, 5)}", s.by.at)


async def _members_join(s: Step) -> object:
    account = Reach("telegram", f"joins {s.n}", "1")
    invite = f"i{s.dice.randint(1, 40)}"
    return await s.store.members.join(invite, account, s.dice.choice(WORDS), "lt", s.by)


async def _members_request(s: Step) -> object:
    account = Reach("slack", f"asks {s.dice.randint(1, 30)}", "D1")
    return await s.store.members.request(Request("", account, "Ona", "fotonika", "lt", s.by.at), s.by)


async def _request(s: Step) -> str:
    return s.some(tuple(r.id for r in await s.store.members.requests()), "q")


async def _members_approve(s: Step) -> object:
    return await s.store.members.approve(await _request(s), "member", "fotonika", s.by)


async def _members_decline(s: Step) -> object:
    return await s.store.members.decline(await _request(s), s.by)


async def _conversation_keep(s: Step) -> None:
    told = tuple(
        Told(f"n{s.dice.randint(1, 9)}", "c1", "closes", s.dice.randint(1, 3), s.by.at)
        for _ in range(s.dice.randint(0, 3))
    )
    missed = s.dice.choice(("", "", *WORDS))
    await s.store.conversation.keep(s.by.event, s.by.at, told, missed)


async def _conversation_save_draft(s: Step) -> None:
    who = f"n{s.dice.randint(1, 9)}"
    expires = s.by.at + timedelta(minutes=s.dice.randint(1, 500))
    draft = Draft(who, "postpone c1 v1", "reason", {"closes": "2026-10-30"}, expires)
    await s.store.conversation.save_draft(draft)


async def _conversation_end_draft(s: Step) -> None:
    await s.store.conversation.end_draft(f"n{s.dice.randint(1, 9)}")


async def _conversation_pass_by(s: Step) -> None:
    message = f"{s.dice.randint(1, 9)}"
    passing = Passing("telegram", "chat-1", message, s.by.event, "results a1 pictures", "lt", s.by.at)
    await s.store.conversation.pass_by(passing)


async def _conversation_passed(s: Step) -> None:
    await s.store.conversation.passed("telegram", f"{s.dice.randint(1, 9)}")


async def _conversation_prune(s: Step) -> object:
    return await s.store.conversation.prune(s.by.at - timedelta(minutes=200))


async def _vocabulary_teach(s: Step) -> object:
    said, means = s.dice.choice(WORDS), s.dice.choice(WORDS)
    return await s.store.vocabulary.teach(said, means, s.by, f"u{s.dice.randint(1, 5)}")


async def _vocabulary_forget(s: Step) -> None:
    await s.store.vocabulary.forget(s.dice.choice(("u1", "u2", "w1", "w2", "w3")), s.by)


async def _sendings_open(s: Step) -> object:
    new = NewSending("change", f"change c{s.dice.randint(1, 9)}", {"lt": s.dice.choice(WORDS)}, s.by.at)
    who = tuple(f"{s.dice.choice('nnng')}{s.dice.randint(1, 9)}" for _ in range(s.dice.randint(0, 4)))
    return await s.store.sendings.open(new, who, s.by)


async def _sending(s: Step) -> str:
    return s.some(tuple(one.id for one in await s.store.sendings.all()), "s")


async def _sendings_change(s: Step) -> object:
    id = await _sending(s)
    seen = getattr(await s.store.sendings.get(id), "version", 1)
    return await s.store.sendings.change(id, seen, {"lt": s.dice.choice(WORDS)}, s.by)


async def _sendings_turn(s: Step) -> object:
    state: SendingState = s.dice.choice(("open", "open", "held", "paused"))
    return await s.store.sendings.turn(await _sending(s), state, s.dice.choice(("", "x")), s.by)


async def _delivery(s: Step, *states: DeliveryState) -> str:
    found = [d.id for state in states for d in await s.store.sendings.in_state(state)]
    return s.some(tuple(found), "d")


async def _sendings_claim(s: Step) -> object:
    of = s.dice.randint(1, 2)
    return await s.store.sendings.claim(await _delivery(s, "queued"), "telegram", "1", of, s.by.at)


async def _sendings_accepted(s: Step) -> object:
    told = (Told(f"n{s.dice.randint(1, 9)}", "c1", "closes", 2, s.by.at, "change"),)
    return await s.store.sendings.accepted(await _delivery(s, "sending"), f"m{s.n}", s.by.at, told)


async def _sendings_put_off(s: Step) -> object:
    return await s.store.sendings.put_off(await _delivery(s, "sending", "uncertain"), "slow down", s.by.at)


async def _sendings_end(s: Step) -> object:
    state: Ended = s.dice.choice(("uncertain", "failed", "skipped"))
    return await s.store.sendings.end(await _delivery(s, "queued", "sending"), state, "why", s.by.at)


async def _sendings_carry(s: Step) -> object:
    waiting = tuple(d.id for d in await s.store.sendings.in_state("queued"))
    return await s.store.sendings.carry(await _delivery(s, "queued"), waiting, s.by.at)


async def _sendings_again(s: Step) -> object:
    return await s.store.sendings.again(await _delivery(s, "uncertain"), s.by)


async def _sendings_amended(s: Step) -> object:
    return await s.store.sendings.amended(s.some(("d1", "d2"), "d"), s.dice.randint(1, 3), "", s.by.at)


async def _sendings_interrupted(s: Step) -> object:
    return await s.store.sendings.interrupted(s.by.at)


async def _sendings_acknowledge(s: Step) -> object:
    return await s.store.sendings.acknowledge(s.some(("d1", "d2", "d3"), "d"), s.by.at)


async def _questions_open(s: Step) -> object:
    return await s.store.questions.open(
        await _member(s), s.dice.choice(WORDS), s.dice.choice(("", "s1")), s.by
    )


async def _question(s: Step) -> tuple[str, int]:
    """A question and its version, now and then a former one."""
    questions = await s.store.questions.all()
    id = s.some(tuple(q.id for q in questions), "k")
    return id, next((q.version for q in questions if q.id == id), 1) - (s.dice.random() < 0.1)


async def _questions_add(s: Step) -> object:
    id, _ = await _question(s)
    return await s.store.questions.add(id, s.dice.choice(WORDS), s.by)


async def _questions_take_back(s: Step) -> object:
    id, version = await _question(s)
    return await s.store.questions.take_back(id, s.dice.randint(1, version + 1), s.by)


async def _questions_assign(s: Step) -> object:
    id, seen = await _question(s)
    return await s.store.questions.assign(id, seen, s.dice.choice(("", "n1", "n2")), s.by)


async def _questions_answer(s: Step) -> object:
    id, seen = await _question(s)
    new = NewSending("answer", f"answer {id} {seen + 1}", {"question": id, "said": seen + 1}, s.by.at)
    return await s.store.questions.answer(id, seen, s.dice.choice(WORDS), new, s.by)


async def _questions_turn(s: Step) -> object:
    id, seen = await _question(s)
    return await s.store.questions.turn(id, seen, s.dice.choice(("open", "closed")), s.by)


async def _pending(s: Step) -> str:
    return s.some(tuple(one.id for one in await s.store.announcements.all()), "b")


async def _announcements_keep(s: Step) -> object:
    answers: Answers = {"lt": s.dice.choice(WORDS), "files": tuple(s.dice.sample(("x1", "x2", "x3"), k=1))}
    return await s.store.announcements.keep(answers, s.by, offered=s.dice.random() < 0.5)


async def _announcements_change(s: Step) -> object:
    id = await _pending(s)
    seen = getattr(await s.store.announcements.get(id), "version", 1)
    return await s.store.announcements.change(id, seen, {"lt": s.dice.choice(WORDS)}, s.by)


async def _announcements_drop(s: Step) -> None:
    await s.store.announcements.drop(await _pending(s), s.by)


async def _announcements_attach(s: Step) -> object:
    name = f"{s.dice.randint(1, 9)}.pdf"
    return await s.store.announcements.attach(name, "application/pdf", b"\0\xff", s.by.at)


async def _announcements_sweep(s: Step) -> object:
    return await s.store.announcements.sweep(s.by.at - timedelta(minutes=100))


async def _announcements_appoint(s: Step) -> object:
    return await s.store.announcements.appoint("n1", s.by.at.date(), s.by)


async def _announcements_dismiss(s: Step) -> None:
    await s.store.announcements.dismiss(s.by)


async def _imports_undo(s: Step) -> object:
    last = await s.store.imports.last()
    return await s.store.imports.undo(last.id if last and s.dice.random() < 0.9 else "f999999", s.by)


def _questionnaire(s: Step) -> Questionnaire:
    question = Question("q1", "yes_no", s.words())
    anonymous = s.dice.random() < 0.5
    return Questionnaire(
        f"key {s.dice.randint(1, 6)}", s.words(), (question,), AFTER_ALL, anonymous=anonymous
    )


async def _survey(s: Step) -> tuple[str, int]:
    surveys = await s.store.surveys.all()
    id = s.some(tuple(one.id for one in surveys), "a")
    return id, next((one.version for one in surveys if one.id == id), 1)


async def _surveys_add(s: Step) -> object:
    follows = (await _survey(s))[0] if s.dice.random() < 0.3 else ""
    return await s.store.surveys.add(_questionnaire(s), s.by, follows=follows)


async def _surveys_change(s: Step) -> object:
    id, seen = await _survey(s)
    return await s.store.surveys.change(id, seen, _questionnaire(s), s.by)


async def _surveys_remove(s: Step) -> None:
    await s.store.surveys.remove(*await _survey(s), s.by)


async def _surveys_open(s: Step) -> object:
    return await s.store.surveys.open(*await _survey(s), s.by)


async def _surveys_move(s: Step) -> object:
    return await s.store.surveys.move(*await _survey(s), AFTER_ALL - timedelta(days=s.n), s.by)


async def _surveys_forward(s: Step) -> object:
    id, _ = await _survey(s)
    return await s.store.surveys.forward(id, f"o{s.n % 3}", s.by)


async def _surveys_close(s: Step) -> object:
    id, _ = await _survey(s)
    return await s.store.surveys.close(id, lambda _, sheets: (Tally("q1", len(sheets)),), s.by)


async def _surveys_follow(s: Step) -> object:
    id, seen = await _survey(s)
    earlier, _ = await _survey(s)
    return await s.store.surveys.follow(id, seen, s.dice.choice((earlier, earlier, "")), s.by)


async def _redaction(s: Step) -> tuple[str, int]:
    """A survey, and the version of what is decided on its texts."""
    id, _ = await _survey(s)
    kept = await s.store.redactions.of(id)
    return id, kept.version if kept else 1


async def _redactions_begin(s: Step) -> object:
    return await s.store.redactions.begin((await _survey(s))[0], f"salt {s.n}", s.by)


async def _redactions_decide(s: Step) -> object:
    id, _ = await _redaction(s)
    part = s.dice.choice((None, (0, 3), (2, 9), (12, 20)))
    news = NewSending("redacted", f"redacted {s.n}", {"survey": id}, s.by.at)
    hidden, seen = s.dice.random() < 0.6, s.dice.randint(0, 3)
    return await s.store.redactions.decide(id, s.dice.choice("abc"), part, hidden, seen, news, s.by)


async def _redactions_everywhere(s: Step) -> object:
    id, _ = await _redaction(s)
    news = NewSending("redacted", f"redacted {s.n}", {"survey": id}, s.by.at)
    return await s.store.redactions.everywhere(id, s.dice.choice(WORDS), s.dice.random() < 0.6, news, s.by)


async def _redactions_share(s: Step) -> object:
    id, seen = await _redaction(s)
    return await s.store.redactions.share(id, "q1", seen, {s.dice.choice("abc"): ((1, 5), (7, 9))}, s.by)


async def _redactions_withhold(s: Step) -> object:
    return await s.store.redactions.withhold((await _redaction(s))[0], "q1", s.by)


async def _surveys_keep(s: Step) -> object:
    id, _ = await _survey(s)
    answers = {"q1": s.dice.choice(("yes", "no"))}
    return await s.store.surveys.keep(id, f"n{s.dice.randint(1, 9)}", f"o{s.n % 3}", answers, s.by.at)


async def _surveys_hand_in(s: Step) -> object:
    id, _ = await _survey(s)
    answers = {"q1": s.dice.choice(("yes", "no"))}
    return await s.store.surveys.hand_in(id, f"n{s.dice.randint(1, 9)}", f"o{s.n % 3}", answers, s.by.at)


def _consulted(s: Step) -> Consulted:
    sections = tuple(Section(str(n), s.dice.choice(WORDS), s.dice.choice(WORDS)) for n in (1, 2, 3))
    return Consulted(f"key {s.dice.randint(1, 6)}", s.words(), sections, AFTER_ALL)


async def _consultation(s: Step) -> tuple[str, int]:
    everything = await s.store.consultations.all()
    id = s.some(tuple(one.id for one in everything), "t")
    return id, next((one.version for one in everything if one.id == id), 1)


async def _consultations_add(s: Step) -> object:
    return await s.store.consultations.add(_consulted(s), s.by)


async def _consultations_change(s: Step) -> object:
    id, seen = await _consultation(s)
    return await s.store.consultations.change(id, seen, _consulted(s), s.by)


async def _consultations_remove(s: Step) -> None:
    await s.store.consultations.remove(*await _consultation(s), s.by)


async def _consultations_open(s: Step) -> object:
    return await s.store.consultations.open(*await _consultation(s), s.by)


async def _consultations_move(s: Step) -> object:
    id, seen = await _consultation(s)
    return await s.store.consultations.move(id, seen, AFTER_ALL - timedelta(days=s.n), s.by)


async def _consultations_close(s: Step) -> object:
    id, _ = await _consultation(s)
    return await s.store.consultations.close(id, s.by)


async def _consultations_say(s: Step) -> object:
    id, _ = await _consultation(s)
    said = s.dice.choice((Position(agrees=True), Position(remark=s.dice.choice(WORDS)), Position()))
    section, owner = str(s.dice.randint(1, 4)), f"o{s.n % 3}"
    return await s.store.consultations.say(
        id, section, s.dice.randint(0, 4), owner, f"n{s.dice.randint(1, 9)}", said, s.by.at
    )


async def _consultations_agree_rest(s: Step) -> object:
    id, _ = await _consultation(s)
    return await s.store.consultations.agree_rest(id, f"o{s.n % 3}", "n1", s.by.at)


async def _consultations_decide(s: Step) -> object:
    id, _ = await _consultation(s)
    remarks = await s.store.consultations.remarks(id)
    remark = s.some(tuple(one.id for one in remarks), "r")
    seen = next((one.version for one in remarks if one.id == remark), 1)
    decision: Decision = s.dice.choice(("accepted", "partly", "rejected"))
    return await s.store.consultations.decide(remark, seen, decision, s.dice.choice(WORDS), s.by)


async def _consultations_publish(s: Step) -> object:
    return await s.store.consultations.publish(*await _consultation(s), s.by)


VERBS: dict[str, Callable[[Step], Awaitable[object]]] = {
    name.removeprefix("_").replace("_", ".", 1): verb
    for name, verb in list(globals().items())
    if name.startswith(
        (
            "_calls_",
            "_meetings_",
            "_association_",
            "_channels_",
            "_members_",
            "_conversation_",
            "_sendings_",
            "_questions_",
            "_announcements_",
            "_imports_",
            "_vocabulary_",
            "_surveys_",
            "_redactions_",
            "_consultations_",
        )
    )
}


async def step(store: Store, seed: int, n: int) -> str:
    """The n-th verb of the load, whatever comes of it; its name, and what it refused."""
    dice = Random(f"{seed} {n}")
    name = dice.choice(list(VERBS))
    try:
        await VERBS[name](Step(store, seed, n))
    except (Missing, Changed) as refused:
        return f"{name} {type(refused).__name__}"
    return name
