import codecs

import pytest

from monitor.parse.decode import decode

TEXT = "<rss>Überblick: Україна, 停火</rss>"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-8"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "utf-32-le"),
        (b"", "utf-32-be"),
    ],
)
def test_unicode_is_recognised_with_and_without_a_mark(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == (TEXT, None)


@pytest.mark.parametrize(
    ("declared", "text", "encoding"),
    [
        ("windows-1251", "Перемирие", "cp1251"),
        ("KOI8-R", "Перемирие", "koi8-r"),
        ("iso-8859-1", "Überblick", "latin-1"),
        ("GB2312", "朱镕基", "gb18030"),  # outside GB2312, and written all the same
        ("Shift_JIS", "①停戦", "cp932"),
        ("iso-2022-jp", "停戦", "iso-2022-jp"),
        ("big5", "停火", "big5"),
    ],
)
def test_the_declared_encoding_is_used(declared: str, text: str, encoding: str) -> None:
    document = f"<?xml version='1.0' encoding='{declared}'?><rss>{text}</rss>"
    assert decode(document.encode(encoding)) == (document, None)


def test_the_charset_of_an_xml_type_goes_before_the_declaration() -> None:
    document = "<?xml version='1.0' encoding='iso-8859-1'?><rss>Перемирие</rss>"
    body = document.encode("cp1251")
    assert decode(body, 'application/rss+xml; charset="windows-1251"') == (document, None)
    assert decode(body, "text/plain; charset=windows-1251") != (document, None)


def test_utf_8_that_declares_itself_is_not_read_as_what_the_header_says() -> None:
    document = "<?xml version='1.0' encoding='utf-8'?><rss>Überblick</rss>"
    assert decode(document.encode(), "text/xml; charset=iso-8859-1") == (document, None)


@pytest.mark.parametrize(
    "declared", ["utf-16", "UTF-32", "ucs-2", "no-such-thing", "punycode", "unicode_escape", "hex"]
)
def test_a_declaration_that_can_not_be_true_is_ignored(declared: str) -> None:
    document = f"<?xml version='1.0' encoding='{declared}'?><rss>Überblick</rss>"
    assert decode(document.encode()) == (document, None)


def test_one_bad_byte_does_not_spoil_the_document() -> None:
    text, damage = decode(b"<rss>" + "Überblick über Österreich".encode() + b"\xff</rss>")
    assert text == "<rss>Überblick über Österreich\ufffd</rss>"
    assert damage == "bytes that are not utf-8"


def test_undeclared_latin_text_is_read_as_windows_1252() -> None:
    text, damage = decode("<rss>Überblick “heute”</rss>".encode("cp1252"))
    assert text == "<rss>Überblick “heute”</rss>"
    assert damage == "bytes that are not utf-8, read as windows-1252"


def test_a_bad_byte_in_another_encoding_is_replaced() -> None:
    text, damage = decode(
        b"<?xml version='1.0' encoding='big5'?><rss>" + "停火".encode("big5") + b"\xff</rss>"
    )
    assert "停火\ufffd" in text
    assert damage == "bytes that are not big5"


def test_the_encoding_that_the_configuration_insists_on_goes_before_everything() -> None:
    document = '<?xml version="1.0" encoding="utf-8"?><rss>Новини</rss>'
    assert decode(document.encode("cp1251"), "text/xml; charset=utf-8", "cp1251") == (document, None)
    marked = codecs.BOM_UTF8 + document.encode()
    text, damage = decode(marked, None, "ascii")
    assert damage == "bytes that are not ascii"
    assert text.startswith("\ufffd")
