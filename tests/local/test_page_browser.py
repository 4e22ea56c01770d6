"""The page in a real browser: a conversation, by mouse and by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, Route, async_playwright, expect
from playwright.async_api import Page as Tab

from bot.local.page import Page, Seat
from bot.local.parts import Part
from handlers.chat import say
from storage.words import Words
from tests.local.page_talk import Talk

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SEATS = (
    Seat(
        Words("Ada Vaitkienė", "Ada Vaitkienė"),
        "ada",
        about=Words("Fotonikos klasteris", "Photonics cluster"),
    ),
    Seat(Words("Sekretoriatas", "Secretariat"), "sek", "lt", "secretariat"),
)
FAULTS = Path(__file__).with_name("page_faults.js").read_text()
WIDE, NARROW = (1400, 900), (360, 740)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass
class Screen:
    """A window with the page in it, and everything that went wrong there."""

    tab: Tab
    page: Page
    talk: Talk
    complaints: list[str]
    foreign: list[str]

    def room(self, user: str = "ada") -> Locator:
        """One person's side."""
        return self.tab.locator(f'.room[data-user="{user}"]')

    def messages(self, user: str = "ada") -> Locator:
        """Everything said there."""
        return self.room(user).locator("article")

    async def says(self, text: str, user: str = "ada", answers: int = 1) -> Locator:
        """Types and presses Enter; returns the answer when it stands there."""
        before = await self.messages(user).count()
        await self.room(user).get_by_role("combobox").fill(text)
        await self.room(user).get_by_role("combobox").press("Enter")
        await expect(self.messages(user)).to_have_count(before + 1 + answers)
        return self.messages(user).last

    async def resize(self, size: tuple[int, int]) -> None:
        """Makes the window that large."""
        await self.tab.set_viewport_size({"width": size[0], "height": size[1]})

    async def look(self, scheme: Literal["light", "dark"]) -> None:
        """Prefers light or dark, and no motion."""
        await self.tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def screen(chromium: Browser) -> AsyncIterator[Screen]:
    """The demo's page, open; nothing may have gone wrong in it by the end."""
    async for screen in _opened(chromium, SEATS):
        yield screen


@pytest_asyncio.fixture(loop_scope="module")
async def alone(chromium: Browser) -> AsyncIterator[Screen]:
    """The page outside the demo, open."""
    async for screen in _opened(chromium, ()):
        yield screen


async def _opened(chromium: Browser, people: tuple[Seat, ...]) -> AsyncIterator[Screen]:
    page, talk = Page(port=0, people=people), Talk()
    await page.start()
    running = asyncio.create_task(page.run(talk))
    context = await chromium.new_context(
        viewport={"width": 1400, "height": 900},
        locale="lt-LT",
        reduced_motion="reduce",
    )
    complaints: list[str] = []
    foreign: list[str] = []
    root = page.address.split("/?")[0]

    async def only_ours(route: Route) -> None:
        if not route.request.url.startswith((root, "blob:", "data:")):
            foreign.append(route.request.url)
        await route.continue_()

    await context.route("**/*", only_ours)
    tab = await context.new_page()
    tab.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    await tab.goto(page.address)
    await expect(tab.get_by_role("combobox").first).to_be_visible()
    yield Screen(tab, page, talk, complaints, foreign)
    assert (complaints, foreign) == ([], [])
    await context.close()
    running.cancel()
    await page.close()


# A conversation


async def test_the_key_leaves_the_address(screen: Screen) -> None:
    """What is used up is not kept in the address or the history, and a reload needs it no more."""
    assert "k=" not in screen.tab.url
    await screen.tab.reload()
    await expect(screen.room("sek").get_by_role("combobox")).to_be_visible()


async def test_a_question_is_answered_and_stays_after_a_reload(screen: Screen) -> None:
    """Words, then the answer with was and now; both stand there again when the page is opened anew."""
    answer = await screen.says("iki kada Inoklaster LT?")
    await expect(answer.locator(".change .was")).to_have_text("Terminas: buvo spalio 30 d., 16:00")
    await expect(answer.locator(".change .now strong")).to_have_text("gruodžio 15 d., 17:00")
    await expect(answer.get_by_role("link")).to_have_attribute(
        "href", "https://lvpa.lt/kvietimai/inoklaster-lt"
    )
    await screen.tab.reload()
    await expect(screen.messages()).to_have_count(2)
    await expect(screen.messages("sek")).to_have_count(0)
    await expect(screen.room().get_by_text("Šiandien")).to_be_visible()


async def test_turning_a_page_changes_the_message_in_place_and_keeps_the_focus(screen: Screen) -> None:
    """The next page stands where the first stood; by keyboard one goes on from the arrow."""
    answer = await screen.says("/kvietimai")
    await answer.get_by_role("button", name="Kitas puslapis").focus()
    await screen.tab.keyboard.press("Enter")
    await expect(screen.messages().last.locator("ol")).to_have_attribute("start", "5")
    await expect(screen.messages()).to_have_count(2)
    assert await _focused(screen) == "‹"
    await screen.tab.keyboard.press("Enter")
    await expect(screen.messages().last.locator("ol")).to_have_attribute("start", "1")
    assert await _focused(screen) == "›"


async def test_a_numbers_button_says_what_it_opens(screen: Screen) -> None:
    """To a screen reader "2" is the second item of the list above it."""
    answer = await screen.says("/kvietimai")
    button = answer.get_by_role("button", name=re.compile(r"^2\. Eksperimentas LT"))
    await button.click()
    await expect(screen.messages().last).to_contain_text("Inoklaster LT")


async def test_a_form_by_buttons_and_words(screen: Screen) -> None:
    """A choice is pressed, a date is typed, and what confirms stands out."""
    question = await screen.says("/newcall", "sek")
    await question.get_by_role("button", name="Fotonika").click()
    await expect(screen.messages("sek").last).to_contain_text("2 iš 3")
    preview = await screen.says("answer 2 2026-12-31 17:00", "sek")
    await preview.get_by_role("button", name="Pratęsti").click()
    await expect(screen.messages("sek").last).to_contain_text("Kvietimas pratęstas")
    assert screen.talk.said[-1].text == "apply extend c1 v7"


async def test_what_one_does_another_window_shows(screen: Screen) -> None:
    """A second tab of the same browser shows every message as it comes."""
    other = await screen.tab.context.new_page()
    await other.goto(screen.tab.url)
    await screen.says("labas")
    await expect(other.locator('.room[data-user="ada"] article')).to_have_count(2)


async def test_a_push_arrives_without_reloading(screen: Screen) -> None:
    """What is sent to one person stands on that side only."""
    await screen.page.send("sek", _pushed(screen), "k1")
    await expect(screen.messages("sek")).to_have_count(1)
    await expect(screen.messages("ada")).to_have_count(0)


async def test_while_an_answer_is_made_that_is_shown(screen: Screen) -> None:
    """Dots until the answer, and the pressed button says that it was pressed."""
    answer = await screen.says("/kvietimai")
    screen.talk.held.clear()
    await answer.get_by_role("button", name="Kitas puslapis").click()
    await expect(screen.room().locator(".typing")).to_be_visible()
    await expect(answer.locator(".pressed")).to_have_attribute("aria-disabled", "true")
    screen.talk.held.set()
    await expect(screen.room().locator(".typing")).to_be_hidden()


async def test_an_aside_passes_by(screen: Screen) -> None:
    """A word for the presser alone is a status that can be hidden, and no message."""
    await screen.says("/kvietimai")
    await screen.room().locator("article button").first.evaluate("key => key.dataset.command = 'aside'")
    await screen.room().locator("article button").first.click()
    note = screen.room().locator(".asides")
    await expect(note).to_contain_text("kitam žmogui")
    await note.get_by_role("button", name="Paslėpti").click()
    await expect(note).to_be_empty()


async def test_the_language_switch_is_each_persons_own(screen: Screen) -> None:
    """One side in English, with English commands; the other stays as it was."""
    await screen.room("sek").get_by_role("button", name="English").click()
    await expect(screen.room("sek").get_by_role("combobox")).to_have_attribute(
        "placeholder", "Write a message"
    )
    await expect(screen.room("sek")).to_have_attribute("lang", "en")
    await expect(screen.room("ada").get_by_role("combobox")).to_have_attribute(
        "placeholder", "Rašykite žinutę"
    )
    assert screen.talk.said[-1].text == "language en"


async def test_a_code_makes_a_stranger_a_member(alone: Screen) -> None:
    """Outside the demo the code goes to dispatch as `join CODE`, and stands nowhere in the conversation."""
    await alone.tab.get_by_placeholder("Pakvietimo kodas").fill("LKA-7QX2")
    await alone.tab.keyboard.press("Enter")
    await expect(alone.tab.locator("article")).to_have_count(1)
    assert alone.talk.said[-1].text == "join LKA-7QX2"
    assert "LKA-7QX2" not in await alone.tab.locator(".log").inner_text()


# Files


async def test_files_go_with_words_or_without(screen: Screen) -> None:
    """Chosen files wait above the line, can be taken away again, and go with what is typed."""
    picker = screen.room("sek").locator("input[type=file]")
    await picker.set_input_files([_file("kvietimai.csv", b"Nr.;\n"), _file("kitas.csv", b"x")])
    await screen.room("sek").get_by_role("button", name="Pašalinti: kitas.csv").click()
    await screen.room("sek").get_by_role("button", name="Siųsti").click()
    await expect(screen.messages("sek").last).to_contain_text("Gavau failą „kvietimai.csv“")
    assert screen.talk.contents == [b"Nr.;\n"]


async def test_a_file_can_be_dropped_on_a_person(screen: Screen) -> None:
    """A file dropped on a side waits there."""
    carried = await screen.tab.evaluate_handle(
        "() => { const it = new DataTransfer(); it.items.add(new File(['B'], 'posedziai.ics')); return it; }"
    )
    await screen.room("sek").dispatch_event("dragenter", {"dataTransfer": carried})
    await expect(screen.room("sek").locator(".dropping")).to_be_visible()
    await screen.room("sek").dispatch_event("drop", {"dataTransfer": carried})
    await expect(screen.room("sek").locator(".attached")).to_contain_text("posedziai.ics")
    await expect(screen.room("sek").locator(".dropping")).to_be_hidden()


async def test_too_large_a_file_is_told_before_it_is_sent(screen: Screen, tmp_path: Path) -> None:
    """20 MB is the limit, and the sentence says so."""
    large = tmp_path / "didelis.csv"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    await screen.room("sek").locator("input[type=file]").set_input_files(large)
    await expect(screen.room("sek").get_by_role("alert")).to_have_text(
        "Failas gali būti ne didesnis kaip 20\xa0MB."
    )


async def test_a_picture_is_shown_and_a_file_is_saved(screen: Screen) -> None:
    """The picture was drawn; the file comes as a download of that name."""
    answer = await screen.says("chart")
    picture = answer.get_by_role("img", name="poreikiai.png")
    await expect(picture).to_be_visible()
    await screen.tab.wait_for_function("() => document.querySelector('figure img').naturalWidth === 320")
    answer = await screen.says("calendar c1")
    async with screen.tab.expect_download() as download:
        await answer.get_by_role("link", name="inoklaster-lt.ics").click()
    assert (await download.value).suggested_filename == "inoklaster-lt.ics"


async def test_how_far_long_work_is_stands_in_one_message_and_goes(screen: Screen) -> None:
    """It changes itself while the page shows that an answer is being made, and is gone when that is there."""
    word = await screen.says("/results a1")
    await expect(word).to_contain_text("Rengiu rezultatus: 4 iš 6 klausimų.")
    await expect(screen.room().locator(".typing")).to_be_visible()
    screen.talk.held.set()
    await expect(screen.messages()).to_have_count(2)
    await expect(screen.messages().last).to_contain_text("Atsakė 12 iš 13.")
    word = await screen.says("/results_chart")
    await expect(word).to_contain_text("Rengiu rezultatus")
    screen.talk.held.set()
    await expect(screen.messages()).to_have_count(4)
    await expect(screen.messages().last.locator("figure img")).to_be_visible()
    await expect(screen.room().get_by_text("Rengiu rezultatus")).to_have_count(0)


# By keyboard


async def test_everything_by_keyboard_alone(screen: Screen) -> None:
    """A language, a command from the list, a button of the answer, always with a visible focus."""
    await _tab_to(screen, "LT")
    assert await _outlined(screen)
    await _tab_to(screen, "Rašykite žinutę")
    await screen.tab.keyboard.type("/kv")
    menu = screen.room().get_by_role("listbox", name="Komandos")
    await expect(menu.get_by_role("option")).to_have_count(2)
    await screen.tab.keyboard.press("ArrowDown")
    await expect(menu.get_by_role("option", selected=True)).to_contain_text("/kvietimas")
    await screen.tab.keyboard.press("ArrowUp")
    await screen.tab.keyboard.press("Enter")
    await expect(screen.messages()).to_have_count(2)
    assert await _focused(screen) == "Rašykite žinutę"
    await screen.tab.keyboard.press("Shift+Tab")
    await _tab_to(screen, "›", back=True)
    assert await _outlined(screen)
    await screen.tab.keyboard.press("Space")
    await expect(screen.messages().last.locator("ol")).to_have_attribute("start", "5")


async def test_the_command_list_closes_and_fills(screen: Screen) -> None:
    """Escape closes it; a command that needs something is put into the line to be finished."""
    line = screen.room().get_by_role("combobox")
    await screen.room().get_by_role("button", name="Komandos").click()
    await expect(line).to_have_attribute("aria-expanded", "true")
    await expect(screen.room().get_by_role("option", name="/naujas_kvietimas")).to_have_count(0)
    await line.press("Escape")
    await expect(line).to_have_attribute("aria-expanded", "false")
    await line.fill("/kvietimas")
    await line.press("Tab")
    await expect(line).to_have_value("/kvietimas ")
    await expect(screen.messages()).to_have_count(0)
    await screen.room("sek").get_by_role("combobox").fill("/naujas")
    await expect(screen.room("sek").get_by_role("option")).to_have_count(2)


async def test_shift_enter_makes_a_new_line(screen: Screen) -> None:
    """Several lines are one message, and stay lines."""
    line = screen.room().get_by_role("combobox")
    await line.fill("pirma")
    await line.press("Shift+Enter")
    await line.press_sequentially("antra")
    await line.press("Enter")
    await expect(screen.messages()).to_have_count(2)
    assert screen.talk.said[0].text == "pirma\nantra"


# When something is wrong


async def test_a_lost_connection_is_said_and_what_was_written_goes_out_later(screen: Screen) -> None:
    """Without a connection one writes on; when it is back everything is sent, once, in its order."""
    await screen.says("labas")
    await screen.tab.context.set_offline(True)
    line = screen.room().get_by_role("combobox")
    for text in ("pirma", "antra"):
        await line.fill(text)
        await line.press("Enter")
    await expect(screen.tab.locator(".weather")).to_contain_text("Ryšys nutrūko")
    await expect(screen.room().locator(".waiting")).to_have_count(2)
    await screen.tab.context.set_offline(False)
    await expect(screen.tab.locator(".weather")).to_be_hidden()
    await expect(screen.messages()).to_have_count(6)
    assert [msg.text for msg in screen.talk.said] == ["labas", "pirma", "antra"]
    _forget_the_network(screen)


async def test_what_was_not_delivered_can_be_tried_again(screen: Screen) -> None:
    """A message that could not be recorded says so, and one press brings it again."""
    screen.talk.lose = 1
    line = screen.room().get_by_role("combobox")
    await line.fill("labas")
    await line.press("Enter")
    await expect(screen.room().get_by_role("alert").filter(has_text="Nepristatyta.")).to_be_visible()
    await screen.room().get_by_role("button", name="Bandyti dar kartą").click()
    await expect(screen.messages()).to_have_count(2)
    await expect(screen.room().get_by_text("Nepristatyta.")).to_have_count(0)
    assert len(screen.talk.said) == 1
    _forget_the_network(screen)


async def test_another_program_at_the_same_address_is_told_apart(screen: Screen) -> None:
    """After a restart the page says that its key is no longer good, instead of trying for ever."""
    port = int(screen.page.address.split(":")[2].split("/")[0])
    await screen.page.close()
    again = Page(port=port, people=SEATS)
    await again.start()
    await expect(screen.tab.locator(".weather")).to_contain_text("Programa paleista iš naujo", timeout=10_000)
    await screen.tab.goto(again.address)
    await expect(screen.tab.get_by_role("combobox").first).to_be_visible()
    await again.close()
    _forget_the_network(screen)


# How it looks


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_can_be_read_and_is_named(
    screen: Screen, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """Nothing scrolls sideways, every text has contrast, every control a name and room for a finger."""
    await screen.resize(size)
    await screen.look(scheme)
    assert await screen.tab.evaluate(FAULTS) == []
    for text in ("/kvietimai", "iki kada?", "kada posėdis?", "chart", "calendar c1", "labas"):
        await screen.says(text)
    await screen.room().get_by_role("combobox").fill("/")
    await screen.room().locator("input[type=file]").set_input_files(_file("a" * 80 + ".csv", b"x"))
    assert await screen.tab.evaluate(FAULTS) == []


async def test_a_narrow_window_shows_one_person_at_a_time(screen: Screen) -> None:
    """A switch changes the person, and tells that the other has been written to."""
    await screen.resize(NARROW)
    people = screen.tab.get_by_role("group", name="Kas kalba")
    await expect(screen.room("ada")).to_be_visible()
    await expect(screen.room("sek")).to_be_hidden()
    await screen.page.send("sek", _pushed(screen), "k1")
    await people.get_by_role("button", name="Sekretoriatas, yra naujų žinučių").click()
    await expect(screen.messages("sek")).to_have_count(1)
    await expect(screen.messages("sek").first).to_be_in_viewport()
    await expect(screen.room("ada")).to_be_hidden()
    await expect(people.get_by_role("button", name="Sekretoriatas", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_hostile_texts_are_only_texts(screen: Screen) -> None:
    """HTML, mentions, marks of direction, 10,000 characters, only emoji: shown as they are."""
    await screen.resize(NARROW)
    answer = await screen.says("hostile")
    await expect(answer).to_contain_text(
        "<script>alert(1)</script><img src=x onerror=alert(2)>: iki spalio 30 d."
    )
    await expect(answer).to_contain_text("🐝🦊🌻🎺")
    assert await answer.locator("script, img").count() == 0
    assert await screen.tab.evaluate(FAULTS) == []
    own = await screen.says("<b>ne</b>\u202egro.live " + "x" * 9000)
    await expect(screen.messages().nth(-2).locator("b")).to_have_count(0)
    await expect(own).to_be_visible()
    assert await screen.tab.evaluate(FAULTS) == []


async def test_the_reader_follows_the_end_until_scrolling_away(screen: Screen) -> None:
    """A new message comes into sight; whoever reads further up is only told of it."""
    for _ in range(4):
        await screen.says("kada posėdis?")
    await expect(screen.messages().last).to_be_in_viewport()
    await screen.room().locator(".log").hover()
    await screen.tab.mouse.wheel(0, -2000)
    await expect(screen.messages().first).to_be_in_viewport()
    await screen.page.send("ada", _pushed(screen), "k1")
    await screen.room().get_by_role("button", name="Naujos žinutės").click()
    await expect(screen.messages().last).to_be_in_viewport()
    await expect(screen.messages().first).not_to_be_in_viewport()


def _pushed(screen: Screen) -> Part:
    return screen.page.render(say("Posėdis perkeltas į penktadienį."))[0]


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def _forget_the_network(screen: Screen) -> None:
    """Chromium itself reports failed requests; here they were the point."""
    expected = re.compile(r"Failed to load resource|WebSocket connection|net::ERR")
    screen.complaints[:] = [complaint for complaint in screen.complaints if not expected.search(complaint)]


async def _focused(screen: Screen) -> str:
    text: str = await screen.tab.evaluate(
        "() => document.activeElement.placeholder || document.activeElement.textContent"
    )
    return text


async def _tab_to(screen: Screen, name: str, *, back: bool = False) -> None:
    for _ in range(40):
        if (await _focused(screen)).startswith(name):
            return
        await screen.tab.keyboard.press("Shift+Tab" if back else "Tab")
    pytest.fail(f"the Tab key does not reach “{name}”")


async def _outlined(screen: Screen) -> bool:
    """Whether the focused control, or the frame it stands in, is outlined by at least 2 px."""
    seen: bool = await screen.tab.evaluate(
        """() => [document.activeElement, document.activeElement.parentElement].some((el) => {
             const s = getComputedStyle(el);
             return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; })"""
    )
    return seen
