"""How fast is spoken: evenly, never more than the platform takes, replies first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import CHAT_SECONDS, GROUP_MESSAGES, LATE, Pacer


@given(st.floats(0.5, 100), st.lists(st.floats(0, 0.3), min_size=2, max_size=80))
def test_no_second_has_more_than_its_share(rate: float, gaps: list[float]) -> None:
    """However late or early slots are asked for, no window of a second holds more than the rate and what was late."""
    pacer, now, sent = Pacer(rate), 100.0, []
    for number, gap in enumerate(gaps):
        now += gap
        sent.append(now + pacer.slot(str(number), now))
        now = max(now, sent[-1])
    for at in sent:
        assert sum(at <= other < at + 1 for other in sent) <= rate + LATE * rate + 2


@given(st.sampled_from((1.0, 5.0, 29.0)), st.lists(st.floats(0, 0.4), min_size=2, max_size=150))
def test_what_a_slow_disk_kept_waiting_makes_no_second_fuller(rate: float, late: list[float]) -> None:
    """However late each push is between its slot and its sending, no second holds more than one above the rate."""
    pacer, slots, now = Pacer(rate), [], 100.0
    for number, by in enumerate(late):
        now += pacer.slot(str(number), now)
        slots.append(now + by)
    sent = [at + pacer.room(at) for at in sorted(slots)]
    for at in sent:
        assert sum(at <= other < at + 1 for other in sent) <= rate + 1


def test_a_reply_takes_the_next_slot() -> None:
    """A reply never waits, and the pushes after it move on by one slot each."""
    pacer = Pacer(10)
    assert pacer.slot("a", 0.0) == 0
    for _ in range(5):
        pacer.spoke(0.0)
    assert round(pacer.slot("b", 0.0), 6) == 0.6


def test_a_chat_is_spoken_to_once_a_second_and_a_group_twenty_times_a_minute() -> None:
    """Whoever was just written to waits; others do not."""
    pacer = Pacer(1000)
    pacer.slot("a", 0.0)
    assert pacer.wait("a", 0.2, group=False) == CHAT_SECONDS - 0.2
    assert pacer.wait("b", 0.2, group=False) == 0
    for second in range(GROUP_MESSAGES):
        pacer.slot("g", float(second))
    assert round(pacer.wait("g", 30.0, group=True), 2) == 30.0
    assert pacer.wait("g", 30.0, group=False) == 0


def test_an_answer_in_a_chat_counts_for_it() -> None:
    """What the bot answered in a group is among the twenty of the minute, and the next push keeps its distance."""
    pacer = Pacer(1000)
    for second in range(GROUP_MESSAGES):
        pacer.spoke(float(second), "g")
    assert pacer.wait("g", 19.5, group=False) == CHAT_SECONDS - 0.5
    assert round(pacer.wait("g", 30.0, group=True), 2) == 30.0
    assert pacer.wait("other", 19.5, group=True) == 0


def test_asked_for_quiet_the_whole_platform_rests() -> None:
    """Until the time that was asked for nothing leaves."""
    pacer = Pacer(10)
    pacer.rests(0.0, 60)
    assert pacer.slot("a", 1.0) == 59
