"""What names of companies have in common, rule by rule, with invented names."""

import pytest

from upbeat.matching import NEUTRAL, Rarity, Told, compare

CERTAIN, DOUBTFUL = 0.9, 0.6


def _sure(one: str, other: str) -> float:
    return compare(Told(one), Told(other), NEUTRAL).score


def _named(*rows: tuple[str, str, str]) -> list[object]:
    return [pytest.param(one, other, id=rule) for rule, one, other in rows]


@pytest.mark.parametrize(
    ("one", "other"),
    _named(
        ("capitals and signs", "TRELLWICK INSTRUMENTS, INC.", "Trellwick-Instruments"),
        ("a legal form left out", "Trellwick Instruments", "Trellwick Instruments Ltd."),
        ("a legal form written out", "Nordhagel Aktiengesellschaft", "Nordhagel AG"),
        ("a legal form written out with a slip", "Nordhagel Aktiengeselschaft", "Nordhagel AG"),
        ("a German form of many words", "Quirrenbach Gesellschaft mit beschränkter Haftung", "Quirrenbach GmbH"),
        ("a legal form glued to the name", "NordhagelAG", "Nordhagel AG"),
        ("an Italian form with full stops", "Brunelvi S.p.A.", "Brunelvi SpA"),
        ("a Polish form", "Zarembik Sp. z o.o.", "ZAREMBIK SPOLKA Z OGRANICZONA ODPOWIEDZIALNOSCIA"),
        ("a Mexican form", "Tornaval S.A. de C.V.", "Tornaval"),
        ("a Danish form", "Skovlund A/S", "Skovlund"),
        ("an Australian form", "Wombrook Pty Ltd", "Wombrook Proprietary Limited"),
        ("an Indian form", "Kaverimath Pvt. Ltd.", "Kaverimath Private Limited"),
        ("a Malaysian form", "Senjalaya Sdn Bhd", "Senjalaya"),
        ("a Russian form before the name", "ООО «Вербанка»", "Verbanka OOO"),  # noqa: RUF001
        ("a Russian form written out", "Открытое акционерное общество Вербанка", "OAO Verbanka"),
        ("a Japanese form", "株式会社トレルヴィ", "トレルヴィ"),
        ("a Chinese form", "特雷威有限公司", "特雷威"),
        ("Greek letters", "Τρελβίκ ΑΕ", "Trelvik"),  # noqa: RUF001
        ("a Swedish form before the name", "Aktiebolaget Trellwick", "Trellwick AB"),
        ("a Mexican form of another kind", "Tornaval S.A.S. de C.V.", "Tornaval"),
        ("a German company that is wound up", "Nordhagel GmbH i.L.", "Nordhagel GmbH"),
        ("a form of Quebec", "Brévanne Ltée", "Brévanne Ltd"),
        ("a Ukrainian form", "ТОВ «Вербанка»", "Verbanka"),  # noqa: RUF001
        ("a Russian trader", "ИП Вербанка", "Вербанка"),
        ("a Hebrew form", 'טרלוויק בע"מ', "טרלוויק"),
        ("a Hebrew form in Latin letters", "Trellwick B.M.", "Trellwick Ltd."),
        ("a Vietnamese limited form", "Công ty TNHH Trellwick", "Trellwick"),
        ("a Vietnamese stock form", "Công ty Cổ phần Trellwick", "Trellwick"),
        ("Thai forms", "บริษัท เทรลวิค จำกัด (มหาชน)", "เทรลวิค"),
        ("Thai forms without spaces", "บริษัทเทรลวิคจำกัด", "เทรลวิค"),
        ("Arab forms", "شركة تريلويك المحدودة", "تريلويك"),
        ("a form of Dubai", "Trellwick DMCC", "Trellwick"),
        ("a Brazilian form of small firms", "Trellwick Ltda-ME", "Trellwick Ltda."),
        ("an Indian form of address", "M/s. Trellwick Traders", "Trellwick Traders"),
        ("Indonesian forms on both sides", "PT Trellwick Tbk", "Trellwick"),
        ("a remark of colleagues", "TRELLWICK CORP (DO NOT USE)", "Trellwick"),
        ("a legal form before another name", "Trellwick Brasileiro S.A. - Trellbras", "Trellwick Brasileiro"),
        ("a name made of two beginnings", "Trellwick Brasileiro S.A. - Trellbras", "Trellbras"),
        ("royal in Dutch", "Koninklijke Trellwick N.V.", "Royal Trellwick"),
        ("an establishment in French", "Établissements Trellwick", "Ets Trellwick"),
        ("brothers in Spanish", "Hermanos Trellwick", "Hnos. Trellwick"),
        ("brothers in Italian", "Fratelli Trellwick", "F.lli Trellwick"),
        ("a host for a name", "www.trellwick.co.uk", "Trellwick Ltd"),
        ("a host within a name", "Trellwick.com B.V.", "Trellwick.com"),
        ("a hyphen inside a word", "Trell-Wick", "Trellwick"),
        ("a cooperative with a hyphen", "Trellwick Co-operative", "Trellwick Coop"),
        ("accents", "Société Brévanne", "Societe Brevanne"),
        ("an umlaut as two letters", "Müllenhöfer Söhne", "Muellenhoefer Soehne"),
        ("and as a sign", "Trell & Wick", "Trell and Wick"),
        ("and in German", "Trell und Wick", "Trell & Wick"),
        ("the article of one letter", "A Trellwick", "Trellwick"),
        ("and of one letter in Spanish", "Trellwick y Kessling", "Trellwick & Kessling"),
        ("the article", "The Trellwick Company", "Trellwick Company"),
        ("and between single letters", "T&W Foods", "TW Foods"),
        ("a German form of two companies", "Quirrenbach GmbH & Co. KG", "Quirrenbach GmbH"),
        ("the name that it trades as", "Kessling Inc. dba Trellwick", "Trellwick"),
        ("the name that it had", "Trellwick (formerly Kessling)", "Kessling Ltd"),
        ("its initials in brackets", "Trellwick Instrument Foundry (TIF)", "Trellwick Instrument Foundry"),
        ("letters with full stops", "T.R.W. Kessling", "TRW Kessling"),
        ("initials apart", "J. P. Trellwick", "JP Trellwick"),
        ("an abbreviation of a usual word", "Trellwick Intl Mfg", "Trellwick International Manufacturing"),
        ("a British spelling", "Trellwick Centre for Labour", "Trellwick Center for Labor"),
        ("a plural", "Trellwick Systems", "Trellwick System"),
        ("an ordinal in figures", "1st Trellwick", "First Trellwick"),
        ("a number in words", "Brigade Thirty-Seven Foods", "Brigade 37 Foods"),
        ("two words as one", "Trell Wick Foods", "Trellwick Foods"),
        ("partners in another order", "Kessling and Trellwick", "Trellwick and Kessling"),
        ("words in another order", "Foods Trellwick", "Trellwick Foods"),
        ("a country written out", "U.S. Trellwick Office", "United States Trellwick Office"),
    ),
)
def test_one_name_however_it_is_written_is_certain(one: str, other: str) -> None:
    assert _sure(one, other) >= CERTAIN


@pytest.mark.parametrize(
    ("one", "other"),
    _named(
        ("a letter doubled", "Trellwwick", "Trellwick"),
        ("two letters swapped", "Trelwlick", "Trellwick"),
        ("a letter of a short name", "Trelk", "Trelik"),
        ("a word of how companies are held together", "Trellwick", "Trellwick Holdings"),
        ("an acronym", "TIF", "Trellwick Instrument Foundry"),
        ("initials beside a word", "TU Trellburg", "Technische Universität Trellburg"),
        ("initials beside a place", "TU Berlin", "Technische Universität Berlin"),
        ("initials before a name", "PKN Trellwick", "Polski Koncern Naftowy Trellwick"),
        ("two initials with a sign", "T&W", "Trell & Wick"),
        ("a first name left out", "Robert Trellwick GmbH", "Trellwick"),
        ("a trade left out", "Trellwick Technologies", "Trellwick"),
        ("a trade before the name", "Ristorante Da Trellwick", "Da Trellwick"),
        ("a trade and how it is held", "Trellwick Bank Group", "Trellwick"),
        ("an office of it in a city", "Trellwick Corp - Chicago Office", "Trellwick Corp"),
        ("the first of many partners", "Trellwick, Kessling, Quirren, Holm & Vaz LLP", "Trellwick Kessling"),
        ("a Chinese trade left out", "华为技术有限公司", "华为"),
        ("a Japanese trade left out", "トヨタ自動車株式会社", "トヨタ"),
        ("a Japanese trade in English", "トヨタ自動車", "Toyota Motor"),
        ("a number of a series", "Trellwick Harbor Growth Fund III", "Trellwick Harbor Growth Fund IV"),
    ),
)
def test_what_a_slip_or_a_habit_may_explain_is_at_least_a_doubt(one: str, other: str) -> None:
    assert _sure(one, other) >= DOUBTFUL


@pytest.mark.parametrize(
    ("one", "other"),
    _named(
        ("another trade", "Trellwick Foods", "Trellwick Motors"),
        ("another first word", "Kessling Systems", "Trellwick Systems"),
        ("a usual word alone in common", "Kessling International", "Trellwick International"),
        ("another country", "Trellwick (France)", "Trellwick (Spain)"),
        ("another city", "Trellwick of Boston, Inc.", "Trellwick of Denver, Inc."),
        ("a country that only one has", "Trellwick", "Trellwick Chile"),
        ("a trade that only one has", "Trellwick", "Trellwick Securities"),
        ("a word of another meaning", "Trellwick Securities", "Trellwick Security"),
        ("a union and partners", "Trellwick Association", "Trellwick Associates"),
        ("who sells and who makes", "Trellwick Pharmacy", "Trellwick Pharmaceuticals"),
        ("who gives and what is given", "Trellwick Investors", "Trellwick Investments"),
        ("a Spanish word that is also a name", "Trellwick Sur", "Trellwick South"),
        ("another letter of a series", "Series A Trellwick Fund", "Series E Trellwick Fund"),
        ("another letter at the end", "Trellwick Building A", "Trellwick Building E"),
        ("another point of the compass in a word", "Northwestern Trellwick", "Northeastern Trellwick"),
        ("another point of the compass in German", "Ostbayern Trellwick", "Westbayern Trellwick"),
        ("another number", "Trellwick 12", "Trellwick 21"),
        ("another side of the town", "Trellwick North", "Trellwick South"),
        ("a legal form of another kind", "Nordhagel AG", "Nordhagel GmbH"),
        ("a long word in common at the end", "Lakeside Learning Academy", "Sunny Side Learning Academy"),
        ("short names one letter apart", "TRW", "TRX"),
        ("letters in another order", "CBA", "ABC"),
        ("a name that begins with `aka`", "AKA Trellwick", "Trellwick"),
        ("the start of a word", "Trell", "Trellwickshire"),
        ("two initials alone", "TW", "Trell Wick"),
        ("initials of another beside a place", "TU Berlin", "Humboldt-Universität Berlin"),
        ("a general word and a trade", "Global Technologies", "Global"),
        ("two Chinese trades", "中国银行", "中国工商银行"),
        ("two Japanese companies of a family", "三菱電機", "三菱重工業"),
    ),
)
def test_two_names_are_not_taken_for_one(one: str, other: str) -> None:
    assert _sure(one, other) < DOUBTFUL


@pytest.mark.parametrize(
    ("one", "other"),
    _named(
        ("what and whose", "University of Trellwick", "Trellwick University"),
        ("a bank of a country", "Bank of China", "China Bank"),
        ("a slip in a family name", "Trellsen Consulting", "Trellson Consulting"),
        ("a word cut short that may be another", "Trellwick Bus", "Trellwick Business"),
    ),
)
def test_names_that_may_be_two_are_a_doubt_until_something_else_agrees(one: str, other: str) -> None:
    assert DOUBTFUL <= _sure(one, other) < CERTAIN
    mailed = compare(Told(one, email="ida@trellwick.example"), Told(other, website="trellwick.example"), NEUTRAL)
    assert mailed.score >= CERTAIN


def test_a_slip_in_a_name_of_several_words_is_no_certainty_where_the_word_is_short() -> None:
    assert DOUBTFUL <= _sure("Bakery Schmidt", "Bakery Schmitt") < CERTAIN <= _sure("Bakery Bloom", "Bakery Bloom Ltd")


@pytest.mark.parametrize("title", ["Dr.", "Prof. Dr.", "Mr.", "Dipl.-Ing.", "Frau", "Mme", "Sig."])
def test_a_title_is_no_part_of_a_person_s_name_where_a_company_s_should_be(title: str) -> None:
    assert _sure(f"{title} Anna Trellwick", "Anna Trellwick") >= CERTAIN


def test_a_name_that_begins_like_a_title_keeps_it() -> None:
    assert _sure("Dr. Trellwick", "Trellwick") < CERTAIN


def test_how_a_chinese_character_is_read_is_no_evidence_against_a_name_in_latin_letters() -> None:
    named = compare(Told("三菱電機", "trellwick.example"), Told("Mitsubishi Electric", "trellwick.example"), NEUTRAL)
    assert all(each.weight >= 0 for each in named.agreements)


def test_a_name_of_nothing_but_a_form_keeps_it() -> None:
    assert Told("Limited").tokens == ("limited",)


@pytest.mark.parametrize("text", ["Unknown", "n/a", "[not provided]", "None", "self-employed", "unbekannt"])
def test_what_stands_for_a_name_that_is_not_told_says_nothing(text: str) -> None:
    assert not compare(Told(text), Told(text), NEUTRAL).agreements


def test_a_text_is_read_as_far_as_salesforce_keeps_one() -> None:
    assert Told("Trellwick " * 10_000).tokens == (*Told("Trellwick " * 25).tokens, "trell")


def test_a_rare_word_that_is_shared_says_more_than_a_usual_one() -> None:
    rare = compare(Told("Trellwick"), Told("Trellwick Foods"), NEUTRAL).score
    assert rare > compare(Told("Global"), Told("Global Foods"), NEUTRAL).score


def test_an_index_of_many_names_says_how_rare_a_word_is() -> None:
    often = Rarity({"trellwick": 900}, 1000)
    assert often.of("trellwick") < NEUTRAL.of("trellwick")
