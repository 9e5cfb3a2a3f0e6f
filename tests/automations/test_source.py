"""YAML to values and places, beside ruamel.yaml as an oracle for the values."""

import math
from io import StringIO
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cstoolkit.automations import source as source_module
from cstoolkit.automations.source import PlacedList, PlacedMap, parse
from cstoolkit.automations.source_text import MAX_BYTES, SourceText, decode_source, read_source
from cstoolkit.errors import Problem

WORDS = ["on", "off", "yes", "no", "y", "~", "null", "Null", "true", "True", "FALSE", "tRue", ".inf", "-.INF", "010",
         "0o17", "0x1F", "1_000", "0b11", "12", "-3", "+4", "1.5", "1e3", ".5", "1.", "1:30", "2026-03-02",
         "2026-03-02T09:00:00Z", "3d", "=", "<", "a b", "Tier 1", "ü 🚨", "1.2.3", "-", "--", "é"]  # fmt: skip
# Where ruamel.yaml keeps more of YAML 1.1 than the core schema of 1.2 has, it is no oracle.
BEYOND_CORE = {"1_000", "0b11", "=", "2026-03-02", "2026-03-02T09:00:00Z", "1:30"}


def values_of(text: str) -> list[Any]:
    documents, problems = parse(SourceText("x.yaml", text))
    assert problems == []
    return [document.value for document in documents]


def problems_of(text: str) -> list[str]:
    return [
        f"{problem.at.line}:{problem.at.column} {problem.message}"
        for problem in parse(SourceText("x", text))[1]
    ]


def as_oracle_reads(text: str) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(text)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and list(left) == list(right)
            and all(same(left[key], right[key]) for key in left)
        )
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and math.isnan(left):
        return isinstance(right, float) and math.isnan(right)
    return type(left) is type(right) and left == right


printable = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\x85\u2028\u2029\ufeff"),
    max_size=12,
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False),
    printable,
    st.sampled_from(WORDS),
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(printable, inner, max_size=4),
    max_leaves=12,
)


@given(
    tree=st.dictionaries(printable, trees, max_size=4),
    flow=st.sampled_from([True, False, None]),
    width=st.integers(20, 200),
)
def test_values_are_those_of_ruamel(tree, flow, width):
    text = yaml.safe_dump(tree, default_flow_style=flow, width=width, allow_unicode=True, sort_keys=False)
    documents, problems = parse(SourceText("x", text))
    # The writer is one of YAML 1.1: it leaves the quotes away where only 1.2 sees a number, as in 0E0.
    assume("\x7f" not in text and not any(problem.code == "key" for problem in problems))

    assert problems == []
    assert same(documents[0].value, as_oracle_reads(text))


@given(
    words=st.lists(
        st.sampled_from([word for word in WORDS if word not in BEYOND_CORE]), min_size=1, max_size=5
    )
)
def test_plain_words_mean_what_yaml_1_2_says(words):
    text = "".join(f"- {word}\n" for word in words if word not in {"-", "~"})
    assume(text)

    assert same(values_of(text), [as_oracle_reads(text)])


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("on", "on"), ("no", "no"), ("OFF", "OFF"), ("y", "y"), ("2026-03-02", "2026-03-02"), ("010", 10), ("0o17", 15),
        ("0x1F", 31), ("1_000", "1_000"), ("12:30", "12:30"), ("null", None), ("~", None), ("", None), ("Null", None),
        ("nULL", "nULL"), ("TRUE", True), ("1e3", 1000.0), (".5", 0.5), ("+1", 1), ("0o8", "0o8"), ("1e", "1e"),
        ("0b11", "0b11"), ("=", "="), ("'12'", "12"), ('"true"', "true"),
    ],
)  # fmt: skip
def test_word_is_read_as(word, value):
    assert same(values_of(f"a: {word}\n"), [{"a": value}])


@given(
    tree=st.dictionaries(printable, trees, min_size=1, max_size=4), flow=st.sampled_from([True, False, None])
)
def test_text_at_a_place_is_the_scalar(tree, flow):
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    assume("\x7f" not in text)
    documents, problems = parse(SourceText("x", text))
    assume(not problems)
    lines = text.split("\n")

    for path, value in leaves(documents[0].value):
        at, key_at = documents[0].locate(path), documents[0].locate(path, on_key=True)
        assert is_written_as(value, lines[at.line - 1][at.column - 1 :][: at.length])
        if isinstance(path[-1], str):
            assert is_written_as(path[-1], lines[key_at.line - 1][key_at.column - 1 :][: key_at.length])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, PlacedMap) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, PlacedList) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    elif path:
        yield path, value


def is_written_as(value: Any, shown: str) -> bool:
    """Whether `shown`, the part of the value on its first line, is what stands for it."""
    if isinstance(value, str) and shown[:1] not in set("\"'|>"):
        return value.startswith(shown.rstrip())
    if isinstance(value, bool | type(None)):
        return shown == {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        number = int(shown, 0) if shown[:2] in {"0o", "0x"} else float(shown.replace(".inf", "inf"))
        return number == value
    return shown[:1] in ("\"'|>" if isinstance(value, str) else "[{")


def test_columns_count_characters_not_bytes():
    (document,), _ = parse(SourceText("x", "a: {'äö🚨': 1, b: 'zwölf'}\nc: d\r\ne: f\n"))

    assert [str(document.locate(path)) for path in (("a", "b"), ("a", "äö🚨"), ("c",), ("e",))] == [
        "x:1:18", "x:1:12", "x:2:4", "x:3:4",
    ]  # fmt: skip
    assert document.locate(("a", "b")).length == 7


def test_place_beyond_the_document_is_the_last_one_passed():
    (document,), _ = parse(SourceText("x", "a:\n  b: 1\n"))

    assert str(document.locate(("a", "missing", "more"))) == "x:2:3"
    assert str(document.locate(("a", "b", 3))) == "x:2:6"


def test_documents_know_their_own_text():
    documents, _ = parse(SourceText("x", "# first\na: 1\n---\nb: 2 # two\n---\n# nothing\n---\nc: [3]\n"))

    assert [document.text.strip() for document in documents] == ["a: 1", "b: 2 # two", "c: [3]"]


def test_documents_before_a_syntax_error_are_given():
    documents, problems = parse(SourceText("x", "a: 1\n---\nb: [\n"))

    assert [document.value for document in documents] == [{"a": 1}]
    assert [str(problem.at) for problem in problems] == ["x:3:4"]


@pytest.mark.parametrize(
    "text",
    ["a: &a [*a]", "a: &a {b: *a}", "&a [&b [*a]]"],
)
def test_alias_of_an_open_anchor_is_refused(text):
    assert "stands inside what it repeats" in problems_of(text)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
        ("a: &x {k: v}\nb: [*x, *x]\n", {"a": {"k": "v"}, "b": [{"k": "v"}, {"k": "v"}]}),
    ],
)
def test_aliases_stand_for_what_their_anchor_names(text, value):
    assert values_of(text) == [value]


def test_aliases_count_as_what_they_unfold_to():
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))

    (problem,) = problems_of(f"l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n{levels}")

    assert "with its aliases unfolded" in problem


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening):
    assert any("levels inside each other" in problem for problem in problems_of(opening * 5_000))


@pytest.mark.parametrize("text", ["a: [", "a: 'x", "a: b: c", "\ta: 1", "a: @x", "a: \"\\q\"", "- a\nb: 1",
                                  "a: ]", "'a\n---\nb'", 'a: "\\U00110000"', "a: |x\n  b", "&a &b c", "a: - b", "*", "&"])  # fmt: skip
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_syntax_errors_are_told_in_our_words_by_both_parsers(text, loader, monkeypatch):
    monkeypatch.setattr(source_module, "_LOADER", getattr(yaml, loader))

    (problem, *_) = problems_of(text)

    assert "not valid YAML" not in problem
    assert not any(word in problem for word in ("token", "block mapping", "flow", "simple key"))


def test_both_parsers_give_the_same_values_and_places(monkeypatch):
    text = "a: {b: [1, two, 'ü🚨'], c: &x {d: ~}}\n'e': *x\nf: |\n  text\n---\n- x\n"
    by_c = [(each.value, each.locate(("a", "b", 2)), each.text) for each in parse(SourceText("x", text))[0]]
    monkeypatch.setattr(source_module, "_LOADER", yaml.SafeLoader)

    by_python = [
        (each.value, each.locate(("a", "b", 2)), each.text) for each in parse(SourceText("x", text))[0]
    ]

    assert by_python == by_c


@given(raw=st.binary(max_size=200))
def test_any_bytes_give_documents_or_problems(raw):
    source = decode_source(raw, "x")

    if isinstance(source, Problem):
        assert source.message
    else:
        documents, problems = parse(source)
        assert isinstance(documents, list)
        assert all(problem.at is not None for problem in problems)


@given(text=st.text(alphabet="ab:{}[],-#&*!|>'\"%@` \n\t?<~0.", max_size=40))
def test_any_text_gives_documents_or_problems_at_places_that_exist(text):
    source = SourceText("x", text)

    for problem in parse(source)[1]:
        assert problem.at is not None
        assert 1 <= problem.at.line <= len(source.lines)
        assert problem.source == source.lines[problem.at.line - 1]
        assert problem.at.column <= len(problem.source) + 1


@given(text=st.text(alphabet="ab:{}[],-#'\" \n", max_size=40))
def test_what_is_accepted_is_accepted_by_ruamel_with_the_same_value(text):
    documents, problems = parse(SourceText("x", text))
    assume(not problems and len(documents) == 1 and text.count("---") == 0)

    try:
        expected = as_oracle_reads(text)
    except Exception:  # noqa: BLE001 - ruamel.yaml refuses some odd layouts that libyaml takes
        assume(False)

    assert same(documents[0].value, expected)


def test_byte_order_mark_is_dropped():
    source = decode_source(b"\xef\xbb\xbfa: 1\n", "x")

    assert isinstance(source, SourceText)
    assert source.text == "a: 1\n"


@pytest.mark.parametrize(
    ("raw", "message", "place"),
    [
        ("a: 1".encode("utf-16"), "UTF-16 or binary", "x:1:1"),
        ("a: 1".encode("utf-32-le"), "UTF-16 or binary", "x:1:1"),
        (b"a: \xff", "byte 0xff is not UTF-8", "x:1:4"),
        (b"a: 1\n\xc3\xa9: \xed\xa0\x80", "byte 0xed is not UTF-8", "x:2:4"),
        (b"a: 1\r\nb: \x00", "U+0000", "x:2:4"),
        ("a: 1\u0085".encode(), "U+0085 (next line)", "x:1:5"),
    ],
)
def test_what_is_no_text_is_refused(raw, message, place):
    problem = decode_source(raw, "x")

    assert isinstance(problem, Problem)
    assert message in problem.message
    assert str(problem.at) == place


def test_large_file_is_refused_before_it_is_parsed(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_text("a: b\n" * 2_000_000)

    problem = read_source(file, "large.yaml")

    assert isinstance(problem, Problem)
    assert problem.message == "the file has 10.0 MB; a file of recipes may have 1 MB"


def test_file_of_exactly_the_bound_is_read(tmp_path):
    file = tmp_path / "full.yaml"
    file.write_text("#" * MAX_BYTES)

    assert isinstance(read_source(file, "full.yaml"), SourceText)


def test_missing_file_and_folder_are_problems(tmp_path):
    for path in (tmp_path / "nothing.yaml", tmp_path):
        problem = read_source(path, path.name)
        assert isinstance(problem, Problem)
        assert path.name in problem.message


def test_round_trip_writer_of_people_is_understood():
    """What `ruamel.yaml` writes for `pull` is read back as it was."""
    tree = {"kind": "trigger", "on": "no", "n": [1, "1", 1.5, None, True, "a: b", "# x"]}
    out = StringIO()
    YAML().dump(tree, out)

    assert values_of(out.getvalue()) == [tree]
