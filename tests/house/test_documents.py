"""Every command that the documents tell people to type is one that exists and that a test runs."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Which test (or, for the words that run the tests themselves, which script) executes the command.
EXECUTED_BY = {
    "make up": "tests/house/test_make_up.py",
    "make check": ".ci/run",
    "make test": ".ci/run",
    "pip install": "tests/house/test_wheel.py",
    "trunkline up": "tests/house/test_wheel.py",
    "trunkline telephony install": "tests/house/test_wheel.py",
    "trunkline telephony nodes": "tests/e2e/test_nodes.py",
    "trunkline telephony drain": "tests/e2e/test_nodes.py",
    "trunkline telephony restart": "tests/e2e/test_nodes.py",
    "trunkline telephony undrain": "tests/e2e/test_nodes.py",
}


def commands() -> list[str]:
    """Every line of every block that is marked as shell."""
    blocks = [
        block
        for document in DOCUMENTS
        for block in re.findall(
            r"^```sh\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE
        )
    ]
    return sorted({line for block in blocks for line in block.splitlines() if line.strip()})


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_documents_is_run_by_a_test(command: str) -> None:
    known = [words for words in EXECUTED_BY if f"{command} ".startswith(f"{words} ")]
    assert known, f"name the test that runs {command!r}, or take it out of the documents"
    script = (ROOT / EXECUTED_BY[known[0]]).read_text()
    assert re.search(r"\b.*\b".join(map(re.escape, known[0].split())), script)


def words_within() -> list[str]:
    """What the README tells people to type in the middle of a sentence."""
    text = (ROOT / "README.md").read_text()
    return sorted(set(re.findall(r"`((?:make|trunkline|pip|docker|git)(?: [^`]+)?)`", text)))


@pytest.mark.parametrize("command", words_within())
def test_a_command_within_a_sentence_of_the_readme_does_what_it_says(command: str) -> None:
    program, *words = command.split()
    assert program == "make", f"name the test that runs {command!r}, or take it out"
    tried = subprocess.run(
        [program, "--dry-run", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name, value in (word.split("=") for word in words if "=" in word):
        assert f"--{name.lower()} {value}" in tried.stdout


@pytest.mark.parametrize(
    "word", re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.M)
)
def test_every_word_of_make_can_be_carried_out(word: str) -> None:
    subprocess.run(["make", "--dry-run", word], cwd=ROOT, check=True, capture_output=True)


def test_make_alone_lists_its_words() -> None:
    said = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for word in ("up", "test", "check", "bench", "soak", "web"):
        assert f"make {word} " in said


def test_decisions_are_numbered_without_a_gap_or_a_double() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for n, page in enumerate(pages, 1):
        assert re.match(rf"# {n}\. .+\n\nAccepted\.\n", page.read_text()), page.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
