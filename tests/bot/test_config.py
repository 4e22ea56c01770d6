"""config.toml and the environment: what is right is read, what is wrong is said in one sentence."""

import os
import subprocess
import sys
import tomllib
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from bot.config import BadSetting, Local, Secret, Settings, Store, load, names, variable
from handlers.i18n import translator

EXAMPLE = Path(__file__).parent.parent.parent / "config.example.toml"
TELEGRAM = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
def written(tmp_path):
    """Writes config.toml and returns its path."""

    def write(text):
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def refusal(path: Path, environ: dict[str, str] | None = None) -> str:
    """The sentence with which the settings are refused, without the folder that the test happens to be in."""
    with pytest.raises(BadSetting) as refused:
        load(path, environ or {})
    return str(refused.value).replace(f"{path.parent}{os.sep}", "")


def test_an_empty_file_means_every_default(written):
    """Nothing has to be set: the store lies beside the file, the page is on, no platform is used."""
    path = written("")
    settings = load(path, {})
    assert settings.store.url == f"tinydb:{path.parent / 'data'}"
    assert settings.local == Local(True, 8080)
    assert settings.association.strangers_may_ask
    assert (settings.telegram.token, settings.slack.bot_token, settings.secrets) == (None, None, ())
    assert (settings.log.level, settings.log.format) == ("info", "console")


def test_the_example_says_the_defaults():
    """The example file is what holds when nothing is set."""
    assert replace(load(EXAMPLE, {}), store=Store()) == Settings()


def test_the_example_and_the_settings_name_the_same_keys():
    """Every setting is in the example, commented out where it has no default, and nothing else is."""
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line else line for line in EXAMPLE.read_text("utf-8").splitlines()
    )
    document = tomllib.loads(uncommented)
    assert tuple(f"{section}.{key}" for section, table in document.items() for key in table) == names()


def test_the_environment_wins(written):
    """A variable is stronger than the file, and text in it becomes the type that the setting has."""
    path = written("[local]\nport = 8080\npage = true\n[telegram]\nper_second = 29\n")
    environ = {
        "SAUKLYS_LOCAL__PORT": "9090",
        "SAUKLYS_LOCAL__PAGE": "false",
        "SAUKLYS_TELEGRAM__TOKEN": TELEGRAM,
        "SAUKLYS_TELEGRAM__PER_SECOND": "2.5",
        "HOME": "/home/somebody",
    }
    settings = load(path, environ)
    assert settings.local == Local(False, 9090)
    assert settings.telegram.token == Secret(TELEGRAM)
    assert settings.telegram.per_second == 2.5


def test_a_secret_may_be_in_a_file_of_its_own(written):
    """`token_file` is looked for beside the configuration; the newline at its end is no part of the token."""
    path = written('[telegram]\ntoken_file = "telegram.token"\n')
    (path.parent / "telegram.token").write_text(TELEGRAM + "\n", "utf-8")
    assert load(path, {}).telegram.token == Secret(TELEGRAM)


def test_a_secret_is_never_printed(written):
    """However the settings are printed, the token is dots; only `reveal` tells it."""
    settings = load(written(f'[telegram]\ntoken = "{TELEGRAM}"\n'), {})
    assert settings.telegram.token is not None
    shown = f"{settings} {settings!r} {settings.telegram.token} {settings.telegram.token!r:>9}"
    assert TELEGRAM not in shown
    assert "•••" in shown
    assert [secret.reveal() for secret in settings.secrets] == [TELEGRAM]


def test_settings_do_not_change():
    """Settings are values."""
    with pytest.raises(FrozenInstanceError):
        Settings().local.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '\n[telegram]\ntokn = "x"\n',
            "config.toml:3: telegram.tokn is not a setting; did you mean telegram.token?",
        ),
        ("[telegrm]\n", "config.toml:1: [telegrm] is not a setting; did you mean [telegram]?"),
        (
            "[local]\nzzz = 1\n",
            "config.toml:2: local.zzz is not a setting; there are local.page, local.port.",
        ),
        ("log = 3\n", "config.toml:1: log is a section: write [log] in a line of its own."),
        (
            '[local]\nport = "8080"\n',
            "config.toml:2: local.port is a whole number from 0 to 65535; 0 takes any port that is free.",
        ),
        (
            "[local]\nport = 65536\n",
            "config.toml:2: local.port is a whole number from 0 to 65535; 0 takes any port that is free.",
        ),
        (
            "[local]\nport = true\n",
            "config.toml:2: local.port is a whole number from 0 to 65535; 0 takes any port that is free.",
        ),
        ('[local]\npage = "yes"\n', "config.toml:2: local.page is either true or false."),
        ('[log]\nlevel = "loud"\n', "config.toml:2: log.level is one of debug, info, warning, error."),
        (
            "[telegram]\nper_second = 0\n",
            "config.toml:2: telegram.per_second is a number from 0.01 to 1000: messages a second.",
        ),
        (
            "[telegram]\nper_second = nan\n",
            "config.toml:2: telegram.per_second is a number from 0.01 to 1000: messages a second.",
        ),
        (
            '[slack]\napi_url = "slack.com/api"\n',
            "config.toml:2: slack.api_url is an address that begins with https:// or http://.",
        ),
        (
            '[telegram]\ntoken = ""\n',
            "config.toml:2: telegram.token is the token that @BotFather gave, like 123456789:AAF…; "
            "without Telegram, leave it out.",
        ),
        (
            '[slack]\nbot_token = "xapp-1-A"\napp_token = "xapp-1-A"\n',
            "config.toml:2: slack.bot_token is the Bot User OAuth Token, which begins with xoxb-; "
            "without Slack, leave it out.",
        ),
        (
            '[slack]\nbot_token = "xoxb-1"\n',
            "config.toml:2: slack.app_token is missing: Slack needs slack.bot_token and slack.app_token.",
        ),
        (
            '[store]\nurl = "data"\n',
            "config.toml:2: store.url says where everything is kept, like tinydb:data.",
        ),
        (
            "[local]\nport 8080\n",
            "config.toml:2: this is not TOML: Expected '=' after a key in a key/value pair.",
        ),
        (
            '[telegram]\ntoken_file = "none.token"\n',
            "config.toml:2: the file that telegram.token_file names cannot be read: No such file or directory.",
        ),
        (
            "[telegram]\ntoken_file = 7\n",
            "config.toml:2: telegram.token_file is the path of a file that holds nothing but the token.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_would_be_right(written, text, sentence):
    """One sentence: file and line, key, what would be right or the nearest key there is."""
    assert refusal(written(text)) == sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "SAUKLYS_TELEGRAM_TOKEN",
            TELEGRAM,
            "SAUKLYS_TELEGRAM_TOKEN: SAUKLYS_TELEGRAM_TOKEN is not a setting; "
            "did you mean SAUKLYS_TELEGRAM__TOKEN?",
        ),
        (
            "SAUKLYS_LOCAL__PAGE",
            "maybe",
            "SAUKLYS_LOCAL__PAGE: local.page is either true or false.",
        ),
        (
            "SAUKLYS_TELEGRAM__TOKEN",
            " ",
            "SAUKLYS_TELEGRAM__TOKEN: telegram.token is the token that @BotFather gave, like 123456789:AAF…; "
            "without Telegram, leave it out.",
        ),
    ],
)
def test_what_is_wrong_in_the_environment_names_its_variable(written, name, value, sentence):
    """A variable that is none, or holds nonsense, is named as it was written."""
    assert refusal(written(""), {name: value}) == sentence


def test_a_refusal_quotes_no_value(written):
    """A token in the wrong place is a secret all the same."""
    for text in (
        f'[slack]\nbot_token = "{TELEGRAM}"\napp_token = "xapp-1"\n',
        f'[store]\nurl = "{TELEGRAM}"\n',
    ):
        assert TELEGRAM not in refusal(written(text))


def test_an_empty_token_file_is_named_where_it_is_set(written):
    """The line of `token_file` is what the operator has to look at."""
    path = written('[telegram]\n\ntoken_file = "empty.token"\n')
    (path.parent / "empty.token").write_text("\n", "utf-8")
    assert refusal(path).startswith("config.toml:3: telegram.token is the token that @BotFather gave")


def test_a_file_that_is_not_there_is_said_with_the_way_out(tmp_path):
    """The sentence names `sauklys init` and `--config`."""
    sentence = refusal(tmp_path / "config.toml")
    assert sentence == (
        "config.toml: this file is not there; `sauklys init` writes it, `--config` names another."
    )


def test_a_folder_or_other_bytes_are_no_settings(tmp_path):
    """What cannot be read as text is said, not raised."""
    (tmp_path / "config.toml").mkdir()
    assert refusal(tmp_path / "config.toml") == "config.toml: this file cannot be read: Is a directory."
    (tmp_path / "other.toml").write_bytes("[log] # ąž".encode("windows-1257"))
    assert refusal(tmp_path / "other.toml") == "other.toml: this file is not UTF-8 text."


def test_a_refusal_speaks_lithuanian_too(written):
    """`--lang lt` is answered in Lithuanian, place and key untouched."""
    path = written('[log]\nlevel = "loud"\n')
    with pytest.raises(BadSetting) as refused:
        load(path, {})
    said = refused.value.say(translator("lt"))
    assert said == f"{path}:2: log.level turi būti debug, info, warning arba error."


def test_an_absolute_store_stays_where_it_is(written):
    """Only a relative folder is taken from the configuration's."""
    assert load(written('[store]\nurl = "tinydb:/srv/sauklys"\n'), {}).store.url == "tinydb:/srv/sauklys"
    assert (
        load(written('[store]\nurl = "postgresql://db/sauklys"\n'), {}).store.url == "postgresql://db/sauklys"
    )


def test_every_setting_has_its_variable():
    """Names of variables are made of section and key, two underscores between."""
    assert variable("telegram", "token_file") == "SAUKLYS_TELEGRAM__TOKEN_FILE"


def test_settings_are_read_without_any_heavy_import():
    """A question asked from cold reads its settings: nothing that takes long to import may hang on that."""
    code = "import sys, bot.config; print(sorted({'pydantic', 'telegram', 'slack_bolt', 'aiohttp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
