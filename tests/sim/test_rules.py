"""The rules that `trunkline sim run` can be asked for, and a configuration file over a scenario."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trunkline.app.cli import app
from trunkline.app.policy_file import UnfitPolicy, laid_over
from trunkline.core.acd.rules import Ordering, OverflowRule, OverflowWhen, Strategy
from trunkline.core.config import Policy
from trunkline.core.words import Level, QueueId
from trunkline.features.routing import RoutingRules
from trunkline.sim import rules, scenario
from trunkline.sim.plan import plain_policy
from trunkline.sim.report import written
from trunkline.sim.run import simulate
from trunkline.sim.scenario import Scenario

MORNING = Path(__file__).parents[2] / "examples/scenarios/morning.toml"


def given() -> Scenario:
    return scenario.load(MORNING)


def over(text: object) -> Policy:
    return laid_over(given(), rules.under(given(), rules.DEFAULT), json.dumps(text))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["sim", "run", str(MORNING), "--seeds", "1", *words])


def test_what_is_run_unasked_is_what_a_new_organisation_has() -> None:
    policy, new = rules.under(given(), rules.DEFAULT), RoutingRules()
    assert {queue.strategy for queue in policy.queues} == {Strategy.INDEX}
    assert (policy.order, policy.sharing) == (new.order.told(), new.sharing.told())
    assert policy.capacity == new.capacity.told()


@pytest.mark.parametrize("name", rules.NAMES)
def test_every_rule_serves_the_same_agents_and_is_no_other(name: str) -> None:
    policy = rules.under(given(), name)
    agents = [{*one.agents, *(member.agent for member in one.memberships)} for one in policy.queues]
    assert agents == [set(one.agents) for one in plain_policy(given()).queues]
    assert all(policy != rules.under(given(), other) for other in set(rules.NAMES) - {name})
    if name not in set(Strategy) | {rules.PLAIN}:
        assert policy.order.kind == Ordering(name)


def test_without_words_the_index_rule_is_played_and_said() -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "Rules: index; Trunkline 0." in result.stdout
    index = simulate(given(), (1,), rules.under(given(), rules.DEFAULT))
    assert f"{index.inputs:,} inputs" in result.stdout
    assert index.inputs != simulate(given(), (1,)).inputs, "the plain rule decides otherwise"


def test_several_rules_and_a_file_stand_side_by_side(tmp_path: Path) -> None:
    file, page = tmp_path / "next.json", tmp_path / "page.html"
    file.write_text(json.dumps({"routing": {"tenant": {"order": {"kind": "fifo"}}}}))
    result = run(
        "--rule", "plain", "--rule", "index", "--policy", str(file), "--html", str(page)
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    columns = next(line for line in result.stdout.splitlines() if "figure" in line)
    assert [cell.strip(" ┃") for cell in columns.split("┃")[3:6]] == [
        "plain", "index", "with next.json"
    ]  # fmt: skip
    row = next(line for line in result.stdout.splitlines() if "mean wait of the answered" in line)
    waits = [cell.strip() for cell in row.split("│")[3:6]]
    fifo = rules.under(given(), "index")
    fifo = replace(fifo, order=replace(fifo.order, kind=Ordering.FIFO))
    played = (rules.under(given(), "plain"), rules.under(given(), "index"), fifo)
    assert waits == [
        written(simulate(given(), (1,), policy).overall["asa_s"]) for policy in played
    ]  # fmt: skip
    assert len(set(waits)) == 3
    assert page.read_text().count("<th>with next.json</th>") == 3
    assert "Rules: plain, index, with next.json; Trunkline" in page.read_text()


def test_a_file_changes_what_it_names_and_nothing_else() -> None:
    base = rules.under(given(), rules.DEFAULT)
    overflow = {"when": "wait", "at": 60, "to_queue_id": "@queue/orders"}
    policy = over({"queues": {"repairs": {"strategy": "most_skilled", "overflow": [overflow]}}})
    repairs, rest = ({one.id: one for one in base.queues}, policy.queues)
    changed = next(one for one in rest if one.id == "repairs")
    assert changed.strategy is Strategy.MOST_SKILLED
    assert changed.overflow == (OverflowRule(OverflowWhen.WAIT, 60_000, QueueId("orders")),)
    assert changed.memberships == repairs[QueueId("repairs")].memberships
    assert [one for one in rest if one.id != "repairs"] == [
        one for one in base.queues if one.id != "repairs"
    ]
    assert (policy.order, policy.agents) == (base.order, base.agents)


def test_the_people_of_an_exported_file_are_left_out() -> None:
    base = rules.under(given(), rules.DEFAULT)
    assert over({"queues": {"repairs": {"agents": ["@agent/li.wei"]}}}) == base


def test_what_a_file_says_of_a_level_counts_in_the_order() -> None:
    weights = {"routing": {"tenant": {"order": {"level_weights": {"silver": 9}}}}}
    assert over(weights).order.level_weights == ((Level.SILVER, 9.0),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "cannot be read: line 1"),
        ('{"queues": {"sales": {"priority": 5}}}', "no queue sales in the scenario"),
        ('{"calendars": {"office": {}}}', "are played, not calendars"),
        ('{"queues": {"repairs": {"strategy": "oldest"}}}', "queues repairs: strategy"),
        ('{"queues": {"repairs": {"agents": ["li.wei"]}}}', "leave them out"),
        ('{"queue": {}}', "no such kind: queue"),
    ],
)
def test_a_file_that_does_not_fit_says_why_and_ends_with_two(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "next.json"
    file.write_text(text)
    result = run("--policy", str(file))
    assert result.exit_code == 2, result.output
    assert complaint in result.stderr


def test_what_is_no_text_no_file_and_no_rule_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "next.json"
    file.write_bytes(b"\xff\xfe\xff")
    assert "no text in UTF-8" in run("--policy", str(file)).stderr
    assert run("--policy", str(tmp_path / "none.json")).exit_code == 2
    result = run("--rule", "oldest")
    assert result.exit_code == 2
    assert "There is no rule oldest. There are: index, longest_idle" in result.stderr


def test_a_scenario_that_no_queue_could_have_is_said_before_a_file_is_laid_over_it() -> None:
    long = given().model_copy(update={"offer_timeout_s": 300.0})
    with pytest.raises(UnfitPolicy, match="offer_timeout_s"):
        laid_over(long, plain_policy(long), "{}")
