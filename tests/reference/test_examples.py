"""What stands in docs/reference/examples is what the interface gives, field by field."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from trunkline.features.desk.interactions.schemas import InteractionPage, SegmentOut
from trunkline.features.desk.offers.schemas import OfferWithPop
from trunkline.features.tenancy import Problem
from trunkline.features.tickets.schemas import TicketOut

EXAMPLES = Path(__file__).parents[2] / "docs" / "reference" / "examples"
MODELS: dict[str, type[BaseModel]] = {
    "interaction": InteractionPage,
    "segment": SegmentOut,
    "offer": OfferWithPop,
    "ticket": TicketOut,
    "problem": Problem,
}
EVENT = {"specversion", "id", "source", "type", "subject", "time", "seq", "data"}


def text_of(name: str) -> str:
    return (EXAMPLES / f"{name}.json").read_text()


def of(name: str) -> Any:
    return json.loads(text_of(name))


@pytest.mark.parametrize("name", MODELS)
def test_an_example_is_what_its_schema_says_and_all_of_it(name: str) -> None:
    read = MODELS[name].model_validate_json(text_of(name))
    shown = read.model_dump(mode="json", by_alias=True, exclude_unset=name == "problem")
    assert shown == of(name)


def test_the_event_is_a_cloud_event_with_a_place_in_the_stream() -> None:
    event = of("stream_event")
    assert set(event) == EVENT
    assert (event["specversion"], event["type"]) == ("1.0", "trunkline.offer.made.v1")
    assert event["seq"] > 0
    assert datetime.fromisoformat(event["time"]).utcoffset() is not None


def test_the_event_of_an_offer_carries_the_offer_with_its_pop() -> None:
    data = of("stream_event")["data"]
    assert data.pop("offer_id") == data["id"]
    offer = OfferWithPop.model_validate_json(json.dumps(data))
    assert offer.pop.number_dialled == "4000"


def test_every_example_tells_of_the_same_call() -> None:
    call = of("interaction")["id"]
    assert of("offer")["interaction_id"] == of("stream_event")["subject"] == call
    assert of("ticket")["interactions"] == [call]
    assert of("segment") in of("interaction")["segments"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_no_example_shows_a_whole_number(path: Path) -> None:
    assert path.stem in {*MODELS, "stream_event"}
    assert re.findall(r"\+?\d{11,}", path.read_text()) == []
