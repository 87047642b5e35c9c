"""The pages are compiled against the interface as the server describes it today."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

from tests.app.http.house import House
from tests.tools.needs import lack
from tools.bootstrap.machine import node
from trunkline.app.factory import routers

WEB = Path(__file__).parents[3] / "web"
DRAWER = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
DRAWN = WEB / "src" / "lib" / "api" / "openapi.gen.d.ts"


def test_the_types_of_the_pages_are_drawn_from_the_document_as_it_is(tmp_path: Path) -> None:
    program = node()
    if program is None or not DRAWER.is_file():
        lack("openapi-typescript is missing: npm ci in web/")
    document, drawn = tmp_path / "openapi.json", tmp_path / "drawn.d.ts"
    with closing(House(*routers())) as house:
        document.write_text(json.dumps(house.app.openapi()))
    subprocess.run([program, DRAWER, document, "-o", drawn], check=True, capture_output=True)
    same = drawn.read_text() == DRAWN.read_text()
    assert same, "draw them anew while Trunkline runs: npm --prefix web run gen"
