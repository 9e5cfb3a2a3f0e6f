import pytest

from cstoolkit.errors import NotFoundError
from cstoolkit.model.rules import NativeRule


def a_rule(title: str = "Escalate", kind: str = "trigger", **fields) -> NativeRule:
    plain = {
        "vendor": "local",
        "kind": kind,
        "key": None,
        "id": None,
        "title": title,
        "active": True,
        "body": {"when": []},
    }
    return NativeRule(**{**plain, **fields})


def titles(desk, kind: str = "trigger") -> list[str]:
    return [rule.title for rule in desk.rules(kind)]


def test_a_created_rule_has_an_id_and_comes_back_as_it_was(desk):
    made = desk.create_rule(a_rule(key="vip", body={"when": ["x", 1, None, {"ü": 1.5}]}))

    assert desk.rules() == [made]
    assert (made.id, made.key, made.body) == ("1", "vip", {"when": ["x", 1, None, {"ü": 1.5}]})


def test_new_rules_go_to_the_end_of_their_kind(desk):
    for title in ("a", "b", "c"):
        desk.create_rule(a_rule(title))

    assert titles(desk) == ["a", "b", "c"]


def test_rules_of_one_kind_only(desk):
    desk.create_rule(a_rule("t"))
    desk.create_rule(a_rule("m", kind="macro"))

    assert titles(desk, "macro") == ["m"]
    assert len(desk.rules()) == 2


def test_an_update_replaces_the_rule_of_that_id(desk):
    made = desk.create_rule(a_rule())
    changed = NativeRule("local", "trigger", None, made.id, "New title", False, {"x": 1}, made.order)

    desk.update_rule(changed)

    assert desk.rules() == [changed]


def test_a_deleted_rule_is_gone_and_its_id_is_not_that_of_the_ones_left(desk):
    first, second = desk.create_rule(a_rule("a")), desk.create_rule(a_rule("b"))

    desk.delete_rule(first)

    assert desk.rules() == [second]


@pytest.mark.parametrize("verb", ["update_rule", "delete_rule"])
def test_a_rule_that_is_not_there_is_not_found(desk, verb):
    with pytest.raises(NotFoundError, match='no trigger with id "9"'):
        getattr(desk, verb)(a_rule(id="9"))


def test_reordering_puts_the_named_first_and_keeps_the_order_of_the_others(desk):
    made = {title: desk.create_rule(a_rule(title)) for title in "abcd"}

    desk.reorder_rules([made["d"], made["b"]])

    assert titles(desk) == ["d", "b", "a", "c"]


def test_more_than_nine_rules_stay_in_order(desk):
    for number in range(12):
        desk.create_rule(a_rule(str(number)))

    assert titles(desk) == [str(number) for number in range(12)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"kind": "Flow"}, "kind"), ({"vendor": "zendesk"}, "vendor"), ({"title": " "}, "title")],
)
def test_a_rule_that_cannot_be_stored_is_a_problem(desk, wrong, code):
    assert [problem.code for problem in desk.check(a_rule(**wrong))] == [code]


def test_a_rule_that_can_is_none(desk):
    assert desk.check(a_rule()) == []
