"""English is settled by its words, other languages by n-grams, and mixed texts stay uncertain."""

import pytest

from moderator.language import CERTAIN, LANGUAGES, UNDETERMINED, guess, identifier
from moderator.language.words import count_words

ENGLISH = (
    "I really don't think this is the right way to do it.",
    "shut up you moron, nobody asked for your opinion",
    "lol same here",
    "He died in the war.",
)
OTHERS = {
    "de": "Das habe ich gestern schon gesagt, aber niemand wollte mir zuhören.",
    "fr": "Je ne comprends pas pourquoi tout le monde se plaint encore de ça.",
    "es": "No entiendo por qué la gente sigue quejándose de lo mismo.",
    "tr": "Dün akşam bütün arkadaşlarım bize geldi ve çok güldük.",
    "vi": "Hôm qua tôi đã nói rồi mà không ai chịu nghe cả.",
    "ru": "Вчера я уже говорил об этом, но никто не слушал.",
    "ja": "昨日も言ったけど、誰も聞いてくれなかった。",
    "ko": "어제도 말했는데 아무도 듣지 않았어요.",
    "ar": "قلت ذلك بالأمس ولكن لم يستمع إلي أحد",
    "he": "אמרתי את זה כבר אתמול ואף אחד לא הקשיב",
    "th": "เมื่อวานฉันบอกแล้วแต่ไม่มีใครฟังเลย",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_certain(text: str) -> None:
    found = guess(text)
    assert (found.code, found.is_certain) == ("en", True)


@pytest.mark.parametrize("code", OTHERS)
def test_other_languages_are_certain(code: str) -> None:
    found = guess(OTHERS[code])
    assert (found.code, found.is_certain) == (code, True)


def test_neighbours_are_distinguished_but_not_for_certain() -> None:
    # Norwegian that could be Danish but for a word or two
    assert guess("Jeg har allerede sagt det i går, men ingen ville høre etter.").code == "no"


def test_hindi_in_latin_letters() -> None:
    assert guess("tum kya bol rahe ho yaar mujhe kuch nahi samajh aaya").code == "hi"


@pytest.mark.parametrize(
    "text", ["", "   ", "123 :-) !!!", "👍👍", "https://example.com/page @someone"]
)
def test_a_text_without_words_is_undetermined(text: str) -> None:
    assert (guess(text).code, guess(text).probability) == (UNDETERMINED, 0.0)


def test_words_of_two_languages_prove_neither() -> None:
    # each of these is an ordinary word of English and of German, Danish or Spanish
    assert guess("die war in so an no").code != "en" or not guess("die war in so an no").is_certain


def test_a_text_half_english_is_uncertain() -> None:
    found = guess("you are really nice, aber deine blöde Mutter kann mich mal gern haben")
    assert found.probability < CERTAIN


def test_handles_and_addresses_do_not_count() -> None:
    with_handles = "@thisisenglish #weshould https://the.where/because Das ist sehr schön hier"
    assert count_words(with_handles).english == 0
    assert guess(with_handles).code == "de"


def test_codes_are_a_closed_set() -> None:
    for text in (*ENGLISH, *OTHERS.values(), "xyzzy qwrtp", "ok", "ñ"):
        assert guess(text).code in {*LANGUAGES, UNDETERMINED}
        assert 0.0 <= guess(text).probability <= 1.0


@pytest.mark.parametrize(
    "text", ["i d i o t a n d f o o l", "y o u f o o l", "g o   h o m e   pal"]
)
def test_a_word_spelt_out_has_no_language(text: str) -> None:
    assert guess(text).code == UNDETERMINED


@pytest.mark.parametrize(
    "text",
    [
        "Mit fag er kemi",
        "Hva slags fag tar du?",
        "Det er slutt.",
        "Die Lampe ist mir zu hell",
        "Die Oma backt Kuchen.",
        "Água morna, leite morno.",
        "Anh Phúc dạy toán",
    ],
)
def test_a_text_may_be_foreign_though_its_language_is_uncertain(text: str) -> None:
    assert guess(text).foreign


@pytest.mark.parametrize(
    "text",
    [
        "fuk u btch",
        "kys loser",
        "yu fkn cnut eet sh1t n dye",
        "sh!t sux asz",
        "kil urslf fgt",
        "you idot",
        "#IHateMuslims",
        "go sewer slide",
        "ғᴜᴄᴋ",
        "ＦＵＣＫ off",
        "u fukn niga gtfo",
        "Barbara Streisand",
    ],
)
def test_short_and_disguised_english_is_not_foreign(text: str) -> None:
    assert not guess(text).foreign


@pytest.mark.parametrize(
    "unseen",
    [
        "\x00",
        "\x01",
        "\x1f",
        "\x7f",
        "\x85",
        "\xad",
        "\u034f",
        "\u200b",
        "\u202e",
        "\u2060",
        "\ufe0f",
        "\ufeff",
    ],
)
def test_what_cannot_be_seen_changes_no_guess(unseen: str) -> None:
    for text in (
        "you idiot",
        "What a lovely day at the beach",
        "Du bist ein dummer Esel, mein Freund",
    ):
        broken = "".join(f"{char}{unseen}" for char in text)
        assert guess(broken) == guess(text)


def test_only_weights_of_the_languages_distinguished_are_kept() -> None:
    found = identifier._identifier()
    kept, _, codes = found._full_model
    assert set(codes) == set(identifier.LANGUAGES)
    assert kept.base is None
    assert kept.shape[1] == len(codes)
