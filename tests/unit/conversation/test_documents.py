"""A document gives its text with pages, so that what is taken from it names the page and the words."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.base import UpbeatError
from upbeat.conversation.documents import Document, Span, read

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def docx(body: str) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>")
    return whole.getvalue()


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def pdf(*pages: str) -> bytes:
    """Give a PDF of these pages, each of one line."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for n, text in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {font} /Contents {4 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    whole, places = b"%PDF-1.4\n", list[int]()
    for number, one in enumerate(objects, 1):
        places.append(len(whole))
        whole += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Root 1 0 R /Size {len(objects) + 1} >>\n"
    )
    return whole + f"{end}startxref\n{len(whole)}\n%%EOF".encode()


ORDER = [
    pytest.param("order.txt", b"Order form\nTerm: 24 months\x0cTotal: EUR 85,000", id="text with a form feed"),
    pytest.param("order.md", b"# Order form\n**Term:** 24 months\x0c- **Total**: EUR 85,000", id="Markdown"),
    pytest.param("order.pdf", pdf("Term: 24 months", "Total: EUR 85,000"), id="PDF"),
    pytest.param(
        "order.docx",
        docx(
            paragraph(run("Term: ") + run("24 months"))
            + paragraph('<w:r><w:br w:type="page"/></w:r>')
            + "<w:tbl><w:tr><w:tc><w:p>"
            + run("Total")
            + "</w:p></w:tc><w:tc><w:p>"
            + run("EUR 85,000")
            + "</w:p></w:tc></w:tr></w:tbl>"
        ),
        id="Word with a page break and a table",
    ),
]


@pytest.mark.parametrize(("name", "data"), ORDER)
def test_every_kind_of_document_names_its_values_with_their_pages(name: str, data: bytes) -> None:
    found = read(name, data).labelled()
    assert [(one.label, one.value, one.span.page) for one in found] == [
        ("Term", "24 months", 1),
        ("Total", "EUR 85,000", 2),
    ]


def test_words_are_found_with_their_place_and_never_across_pages() -> None:
    document = read("order.txt", b"The term is\n24 months.\x0cThe total is 85,000.")
    assert document.find("24 months") == Span(1, 12, 21, "24 months")
    assert document.find("85,000") == Span(2, 36, 42, "85,000")
    assert document.find("months.\nThe") is None
    assert document.find("48 months") is None


def test_a_value_may_stand_below_its_label_and_a_table_of_three_columns_names_none() -> None:
    document = read("order.txt", b"Start date:\n2026-05-01\n\nItem | Number | Price\nPumps | 4 | 900\nNote that: \n")
    assert [(one.label, one.value, one.span.quote) for one in document.labelled()] == [
        ("Start date", "2026-05-01", "Start date:\n2026-05-01")
    ]


def test_what_a_reader_of_a_docx_does_not_see_is_left_out_and_told() -> None:
    body = (
        paragraph(run("We pay ") + f"<w:ins>{run('ten')}</w:ins><w:del><w:r><w:delText>nine</w:delText></w:r></w:del>")
        + f"<w:sdt><w:sdtContent>{paragraph(run('In a control.'))}</w:sdtContent></w:sdt>"
        + paragraph(f"<mc:AlternateContent><mc:Choice>{run('Box.')}</mc:Choice><mc:Fallback>{run('Box.')}</mc:Fallback>"
                    "</mc:AlternateContent>")
    )  # fmt: skip
    document = read("terms.docx", docx(body))
    assert document.text == "We pay ten\nIn a control.\nBox."
    assert document.odd == ("what was taken out or moved away while changes were tracked is left out",)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b" \n", "a.txt: the document holds no text"),
        ("a.docx", docx(""), "a.docx: the document holds no text"),
        ("a.pdf", pdf(""), "a.pdf: the PDF holds no text, only pictures of it"),
        ("a.pdf", pdf("Hello")[:300], "a.pdf: the PDF is broken: "),
    ],
)
def test_a_document_without_text_is_refused(name: str, data: bytes, says: str) -> None:
    with pytest.raises(UpbeatError) as error:
        read(name, data)
    assert str(error.value).startswith(says)
    assert error.value.fix


@settings(max_examples=60)
@given(st.lists(st.text("aB: |\n*\u202e.", max_size=30), min_size=1, max_size=4))
def test_what_a_document_names_stands_there_word_for_word(pages: list[str]) -> None:
    data = "\x0c".join(pages).encode()
    document = read("a.txt", data) if any(page.strip(" \n\u202e") for page in pages) else Document("a.txt", "", (0,))
    for one in document.labelled():
        assert document.text[one.span.start : one.span.end] == one.span.quote
        assert one.value in one.span.quote
        assert one.span.page == document.page(one.span.end - 1)
