"""Scenario files and reports, from the command line as a user has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trunkline.app.cli import app
from trunkline.sim import report, scenario
from trunkline.sim.run import simulate

ROOT = Path(__file__).parents[2]
MORNING = ROOT / "examples/scenarios/morning.toml"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["sim", "run", *words])


def test_a_scenario_is_simulated_and_its_figures_are_printed(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run(str(MORNING), "--seeds", "2", "--html", str(page))
    assert result.exit_code == 0, result.output
    assert "service level % of VIPs" in result.stdout
    assert "repairs" in result.stdout
    charts = re.findall(r"<h2>([^<]+)</h2><svg [^>]*aria-label=\"([^\"]+)\"", page.read_text())
    assert len(charts) == page.read_text().count("<svg") == 5
    assert all(heading == label for heading, label in charts)


def test_written_work_has_its_own_table_and_its_own_part_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run(str(MORNING.with_name("written.toml")), "--html", str(page))
    assert result.exit_code == 0, result.output
    assert "what is written, by channel" in result.stdout
    assert re.search(r"email\s+│", result.stdout)
    assert "What is written, by channel" in page.read_text()


def test_a_report_asks_nothing_of_the_outside_and_hides_no_markup() -> None:
    given = scenario.load(MORNING).model_copy(update={"about": "<script>alert(1)</script>"})
    page = report.page(simulate(given, (1,)))
    assert "http" not in page
    assert "src=" not in page
    assert "<script" not in page


def test_a_file_that_cannot_be_used_says_where_and_ends_with_two(tmp_path: Path) -> None:
    text = MORNING.read_text().replace("aht_s = 420", "aht_s = -1")
    (tmp_path / "bad.toml").write_text(text)
    result = run(str(tmp_path / "bad.toml"))
    assert result.exit_code == 2
    assert "queues.1.aht_s" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('["repairs", "orders"]', '["repairs", "sales"]', "there is no queue sales"),
        ("share_pct = 92", "share_pct = 50", "add up to 100"),
        ('name = "orders"\ncalls', 'name = "repairs"\ncalls', "two queues have the same name"),
        ("[5, 8, 12, 14, 14, 12, 9, 6]", "[5]", "as many intervals"),
        ("interval_min = 30", "interval_min = 30\nphones = 3", "Extra inputs"),
        ("wrap_up_s = 40", "wrap_up_s = 420", "wrap_up_s has to be less"),
        ("[phone]", "[phone", "Expected"),
    ],
)
def test_what_does_not_fit_together_is_said(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    text = MORNING.read_text()
    assert old in text
    (tmp_path / "bad.toml").write_text(text.replace(old, new))
    with pytest.raises(scenario.BadScenario, match=complaint):
        scenario.load(tmp_path / "bad.toml")


def test_a_missing_file_and_a_load_of_nothing_are_wrong_use(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.toml")).exit_code == 2
    assert run(str(MORNING), "--load", "0").exit_code == 2


@pytest.mark.parametrize("name", ["centre", "giant", "chain"])
def test_the_fixed_scenarios_can_be_read(name: str) -> None:
    given = scenario.load(ROOT / f"bench/scenarios/{name}.toml")
    assert given.load == 0.8
    assert given.scale() > 0
