"""Files to recipes: every pair in tests/data/invalid, what is valid, and how files are found."""

import os
from pathlib import Path

import pytest

from cstoolkit.automations.loader import RECIPE_KINDS, find_project, load_recipes, recipe_model
from cstoolkit.automations.project_file import load_project
from cstoolkit.errors import Problem, RecipeError
from cstoolkit.model.actions import Call, Follow, Link, Notify, Quiet, Say, Set, Survey, Tags
from cstoolkit.model.conditions import AllOf, AnyOf, Span, Test
from cstoolkit.project import Project

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
INVALID = sorted((DATA / "invalid").glob("*.yaml"))
TRIGGER = "kind: trigger\nid: {id}\ntitle: A rule\nevent: created\nthen:\n  - set: {{group: Billing}}\n"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(DATA / "cstoolkit.yaml")


def problems_of(*paths: Path, project: Project | None = None) -> tuple[Problem, ...]:
    with pytest.raises(RecipeError) as caught:
        load_recipes(paths, project=project)
    return caught.value.problems


def rendered(problems: tuple[Problem, ...]) -> list[str]:
    lines = []
    for problem in problems:
        place = f"{problem.at.line}:{problem.at.column} " if problem.at else ""
        lines.append(f"{place}{problem.message} [{problem.code}]")
        if problem.hint:
            lines.append(f"  = {problem.hint}")
    return lines


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_recipe_has_exactly_these_problems(file, project, monkeypatch):
    monkeypatch.chdir(file.parent)
    expected = file.with_suffix(".problems").read_text(encoding="utf-8").splitlines()

    found = problems_of(Path(file.name), project=project)

    assert rendered(found) == [line for line in expected if not line.startswith("# ")]


def test_problems_carry_the_line_they_point_into(project):
    for file in INVALID:
        for problem in problems_of(file, project=project):
            if problem.at and problem.source is not None:
                assert problem.at.column - 1 + problem.at.length <= len(problem.source) + 1, (file, problem)


def test_all_problems_of_all_files_come_sorted(project):
    found = problems_of(DATA / "invalid", project=project)

    assert list(found) == sorted(found, key=lambda problem: problem.sort_key)
    assert {problem.at.path for problem in found if problem.at} == {str(file) for file in INVALID}


@pytest.mark.parametrize("file", sorted((DATA / "valid").glob("*.yaml")), ids=lambda file: file.stem)
def test_valid_recipe_is_loaded(file, project):
    assert load_recipes([file], project=project)


def test_examples_are_valid():
    recipes = load_recipes([ROOT / "recipes"], project=find_project([ROOT / "recipes"]))

    # Cases by themselves are about the live rules of one account.
    assert {recipe.kind for recipe in recipes} == set(RECIPE_KINDS) - {"cases"}


def test_every_action_is_read(project):
    (recipe,) = load_recipes([DATA / "valid" / "every-action.yaml"], project=project)

    (rule,) = recipe.rules()

    assert rule.then == (
        Set(
            {
                "status": "open",
                "assignee": "actor",
                "group": None,
                "type": "task",
                "due_at": Span(16, "h", ""),
            }
        ),
        Tags(add=("vip",), remove=("a", "b")),
        Say("Dear {{ requester.first_name }}, you wrote: {{ comment.text }}", public=True),
        Say("{{ ticket.custom.plan }} ${HOME} is no variable", public=False),
        Notify("email:a@example.com", "{{ticket.id}}", "{{ actor.name }}"),
        Survey("How was it?", "Tell us."),
        Follow(agents=("kim", "actor")),
        Follow(cc=("boss@example.com",)),
        Link("4711"),
        Call("pager", {"id": "{{ ticket.id }}", "tags": ["a"]}),
        Quiet(),
    )
    assert [action.at.line for action in rule.then] == list(range(11, 22))
    assert (rule.kind, rule.event, rule.once) == ("trigger", ("requester_replied",), "ticket")
    assert (rule.order.stage, rule.order.after, rule.order.before) == ("routing", ("one", "two"), ("three",))
    assert rule.native["zendesk"].settings == {"category": "4711"}
    assert recipe.on_gap.of("salesforce").choice == "client"
    assert recipe.on_gap.of("freshdesk").reason == "it has none"


def test_tests_of_a_condition_know_their_places(project):
    (recipe,) = load_recipes([DATA / "valid" / "every-operator.yaml"], project=project)

    status = next(part for part in recipe.when.of if isinstance(part, Test) and part.field == "status")

    assert (status.at.line, status.at.column) == (7, 20)
    assert recipe.path == str(DATA / "valid" / "every-operator.yaml")
    assert recipe.at.line == 2


def test_shared_parts_and_variables_are_put_in(project):
    trigger, automation = load_recipes([DATA / "valid" / "shared-parts.yaml"], project=project)
    in_our_court = Test("status", "in", ("new", "open"))

    assert trigger.when == AllOf(
        (
            Test("subject", "is", "lamp"),
            AnyOf((in_our_court, Test("priority", "is", "high"))),
            AllOf((in_our_court,)),
        )
    )
    assert trigger.then == (Tags(add=("thanked",)), Set({"group": "Support Leads"}))
    assert automation.then[0].to == "Support Leads"
    assert automation.then[0].subject == "Late: {{ ticket.id }} for Support Leads"


def test_variables_follow_the_environment(tmp_path):
    (tmp_path / "cstoolkit.yaml").write_text(
        "environments: {test: {}, live: {vars: {team: Live}}}\nvars: {team: Test, n: 3}\n"
    )
    file = tmp_path / "x.yaml"
    file.write_text(TRIGGER.format(id="x").replace("Billing", '"${var.team}"'))
    project = find_project([file])

    def group_in(environment):
        (recipe,) = load_recipes([file], project=project, environment=environment)
        return recipe.then[0].values["group"]

    assert [group_in(name) for name in (None, "test", "live")] == ["Test", "Test", "Live"]


def test_variable_without_a_project_is_a_problem(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text(TRIGGER.format(id="x").replace("Billing", '"${var.team}"'))

    (problem,) = problems_of(file)

    assert problem.message == 'without a project "${var.team}" has no value'


def test_same_id_in_two_files_names_both_places(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(TRIGGER.format(id="same"))

    (problem,) = problems_of(tmp_path)

    assert str(problem.at) == f"{tmp_path / 'b.yaml'}:2:5"
    assert f"{tmp_path / 'a.yaml'}:2:5" in problem.hint


def test_file_that_is_named_twice_is_read_once(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(TRIGGER.format(id="x"))

    assert len(load_recipes([file, tmp_path, file])) == 1


def test_folders_are_walked_without_hidden_ones_and_the_project_file(tmp_path):
    for name in ("b/two.yml", "b/.hidden/no.yaml", ".git/no.yaml", "a.yaml", "cstoolkit.yaml", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(
            TRIGGER.format(id=Path(name).stem) if name.startswith(("a", "b/t")) else "no"
        )

    assert [recipe.id for recipe in load_recipes([tmp_path])] == ["a", "two"]


def test_missing_path_folder_without_recipes_and_bad_recipe_are_told_at_once(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.yaml").write_text("kind: nothing\n")

    found = problems_of(tmp_path / "none.yaml", tmp_path / "empty", tmp_path / "bad.yaml")

    assert [problem.message.replace(str(tmp_path), "") for problem in found] == [
        "cannot read /none.yaml: no such file or directory",
        "no recipe in the folder /empty",
        'there is no kind "nothing"',
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_a_problem(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("x")
    file.chmod(0)

    (problem,) = problems_of(file)

    assert "permission denied" in problem.message


@pytest.mark.parametrize("kind", RECIPE_KINDS)
def test_kind_has_its_model(kind):
    assert recipe_model(kind).model_fields["kind"].annotation.__args__ == (kind,)


@pytest.mark.parametrize(
    ("event", "when", "leaks"),
    [
        ("requester_replied", "", False),
        ("[agent_replied, end_user_replied]", "", False),
        ("commented", "when: {comment.public: true}\n", False),
        ("updated", "when: {all: [{comment.public: true}], tags: vip}\n", False),
        ("commented", "", True),
        ("note_added", "", True),
        ("created", "when: {comment.public: false}\n", True),
        ("[agent_replied, updated]", "", True),
        ("commented", "when: {any: [{comment.public: true}, {tags: vip}]}\n", True),
        ("commented", "when: {none: [{comment.public: true}]}\n", True),
    ],
)
def test_comment_text_reaches_a_customer_only_if_it_is_public(tmp_path, event, when, leaks):
    file = tmp_path / "x.yaml"
    notify = "then:\n  - notify: {to: requester, subject: a, text: '{{ comment.text }}'}\n"
    file.write_text(f"kind: trigger\nid: x\ntitle: x\nevent: {event}\n{when}{notify}")

    if leaks:
        (problem,) = problems_of(file)
        assert problem.code == "private"
    else:
        assert load_recipes([file])


def test_comment_text_may_go_to_colleagues(tmp_path):
    file = tmp_path / "x.yaml"
    notify = "then:\n  - notify: {to: assignee, subject: a, text: '{{ comment.text }}'}\n  - note: '{{ comment.text }}'\n"
    file.write_text(f"kind: trigger\nid: x\ntitle: x\nevent: commented\n{notify}")

    assert load_recipes([file])


def test_digest_is_about_meaning_not_layout(tmp_path):
    one, two, other = (tmp_path / f"{n}.yaml" for n in "abc")
    one.write_text(TRIGGER.format(id="x"))
    two.write_text("# a comment\n" + TRIGGER.format(id='"x"').replace("created", "[created]"))
    other.write_text(TRIGGER.format(id="x").replace("Billing", "Sales"))

    digests = [load_recipes([file])[0].digest for file in (one, two, other)]

    assert digests[0] == digests[1] != digests[2]
