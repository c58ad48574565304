"""A file of a site is read with places, and whatever is wrong with it comes back as findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.config.findings import Finding
from idp.config.source import MAX_BYTES, YamlDocument, read_yaml


def read(folder: Path, text: str | bytes) -> tuple[YamlDocument | None, tuple[Finding, ...]]:
    path = folder / "flows" / "a.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path, folder)


def document(folder: Path, text: str) -> YamlDocument:
    found, findings = read(folder, text)
    assert findings == ()
    assert found is not None
    return found


def test_values_are_text_unless_they_are_plainly_something_else(tmp_path: Path):
    text = "a: no\nb: 2007-04-02\nc: 0900\nd: 12\ne: true\nf: ~\ng: 1.5\nh: '12'\ni: [1, x]\nj: {k: v}\n12: y\n"
    assert document(tmp_path, text).data == {
        "a": "no",
        "b": "2007-04-02",
        "c": "0900",
        "d": 12,
        "e": True,
        "f": None,
        "g": "1.5",
        "h": "12",
        "i": [1, "x"],
        "j": {"k": "v"},
        "12": "y",
    }


def test_a_huge_number_stays_text(tmp_path: Path):
    assert document(tmp_path, "a: " + "9" * 5000).data == {"a": "9" * 5000}


def test_every_key_and_item_has_its_line_and_column(tmp_path: Path):
    found = document(tmp_path, "flow: x\nsteps:\n  - page: p\n    fields: [a, b]\n  - end: done\n")
    assert found.file == "flows/a.yaml"
    assert found.at(("steps",), key=True) == (2, 1)
    assert found.at(("steps", 0)) == (3, 5)
    assert found.at(("steps", 0, "fields"), key=True) == (4, 5)
    assert found.at(("steps", 0, "fields", 1)) == (4, 17)
    assert found.at(("steps", 1, "end")) == (5, 10)


def test_what_is_not_there_is_shown_at_the_nearest_part_around_it(tmp_path: Path):
    found = document(tmp_path, "steps:\n  - page: p\n")
    assert found.at(("steps", 0, "page", "missing")) == (2, 5)
    assert found.at(("nowhere",)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("when: a && b\n", (0, 5), (1, 12)),
        ("when: 'a && b'\n", (0, 5), (1, 13)),
        ("when: |\n    a &&\n    b || c\n", (1, 5), (3, 10)),
        ("when: >\n    a &&\n    b || c\n", (0, 5), (3, 5)),
        ("when: a &&\n      b\n", (0, 5), (2, 7)),
        ("when: a\n", (0, 0), (1, 7)),
        ("when: a\n", (0, 90), (1, 97)),
    ],
)
def test_a_place_inside_a_text_is_a_place_in_the_file(
    tmp_path: Path, text: str, offset: tuple[int, int], place: tuple[int, int]
):
    found = document(tmp_path, text)
    assert found.at(("when",), offset=offset) == place
    assert found.finding(("when",), "F0001", "no", offset=offset).line == place[0]


def test_a_finding_carries_its_line_as_an_excerpt(tmp_path: Path):
    finding = document(tmp_path, "a: 1\nb: [x, y]\n").finding(("b", 1), "F0001", "Not this", suggestion="z")
    assert finding == Finding(
        file="flows/a.yaml",
        line=2,
        column=8,
        code="F0001",
        message="Not this",
        suggestion="z",
        excerpt="b: [x, y]",
    )


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (b"a: 1\nb: \xff\n", "Y0003", 2, 4),
        ("あ: 1\nb: \0\n", "Y0004", 2, 4),
        ("a: \x1b[31m\n", "Y0004", 1, 4),
        ("a: x\u2028y\n", "Y0004", 1, 5),
        ('a: "\\0"\n', "Y0004", 1, 4),
        ('a: "\\uD800"\n', "Y0004", 1, 4),
        ("a: [1\nb: 2\n", "Y0005", 2, 2),
        ("a: b: c\n", "Y0005", 1, 5),
        ("%YAML 9.9\n---\na: 1\n", "Y0005", 1, 1),
        ("a: *b\n", "Y0005", 1, 4),
        ("a:\n\t- b\n", "Y0006", 2, 1),
        ("a: 1\nb: 2\na: 3\n", "Y0007", 3, 1),
        ("a: &x [*x]\n", "Y0008", 1, 8),
        ("a: &x 1\nb: [" + "*x, " * 21 + "]\n", "Y0008", 2, 85),
        ("a: " + "[" * 40 + "]" * 40, "Y0009", 1, 36),
        ("a: !!python/object:os.system x\n", "Y0010", 1, 4),
        ("a: 1\n---\nb: 2\n", "Y0011", 2, 1),
        ("[a]: 1\n", "Y0012", 1, 1),
        ("", "Y0013", 1, 1),
        ("- a\n", "Y0013", 1, 1),
    ],
)
def test_a_broken_text_is_a_finding_at_its_place(tmp_path: Path, text: str | bytes, code: str, line: int, column: int):
    _, findings = read(tmp_path, text)
    assert [(item.code, item.line, item.column) for item in findings] == [(code, line, column)]
    assert findings[0].file == "flows/a.yaml"


def test_several_problems_come_at_once_and_the_data_can_still_be_checked(tmp_path: Path):
    found, findings = read(tmp_path, "a: 1\na: 2\nb: {c: 1, c: !x 2}\n")
    assert found is not None
    assert found.data == {"a": 1, "b": {"c": 1}}
    assert [(item.code, item.line) for item in findings] == [("Y0007", 2), ("Y0007", 3), ("Y0010", 3)]


def test_an_alias_bomb_never_grows(tmp_path: Path):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    found, findings = read(tmp_path, bomb)
    assert found is not None
    assert {item.code for item in findings} == {"Y0008"}
    assert len(str(found.data)) < 1000


def test_a_few_plain_aliases_are_fine(tmp_path: Path):
    assert document(tmp_path, "a: &x {b: 1}\nc: *x\n").data == {"a": {"b": 1}, "c": {"b": 1}}


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path):
    _, findings = read(tmp_path, "a: " + "x" * MAX_BYTES)
    assert [item.code for item in findings] == ["Y0002"]
    found, findings = read(tmp_path, "a: " + "x" * (MAX_BYTES - 3))
    assert findings == ()
    assert found is not None


def test_a_missing_file_and_a_folder_are_findings(tmp_path: Path):
    for path in (tmp_path / "no.yaml", tmp_path):
        found, findings = read_yaml(path, tmp_path)
        assert found is None
        assert [item.code for item in findings] == ["Y0001"]


def test_a_byte_order_mark_is_harmless(tmp_path: Path):
    assert document(tmp_path, "\ufeffa: 1\n").data == {"a": 1}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:- \n\t\"'[]{}&*!|>?%#@,\\é\x85\r", max_size=60))
def test_no_text_at_all_is_ever_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str):
    found, findings = read(tmp_path_factory.getbasetemp(), text)
    assert found is not None or findings
    for item in findings:
        assert item.line >= 1
        assert item.column >= 1
