"""The desk: everything an agent does and sees, and what joins several features in one view."""

from trunkline.features.desk.alerts.api import router as _alerts
from trunkline.features.desk.callbacks.api import router as _callbacks
from trunkline.features.desk.guests.api import router as _guests
from trunkline.features.desk.guests.service import arrived as guest_arrived
from trunkline.features.desk.handling.api import router as _handling
from trunkline.features.desk.handling.emergency_api import router as _emergency
from trunkline.features.desk.handling.internal_api import router as _internal
from trunkline.features.desk.handling.others_api import router as _others
from trunkline.features.desk.handling.recorded_api import router as _recorded
from trunkline.features.desk.interactions.api import router as _interactions
from trunkline.features.desk.live.api import router as _live
from trunkline.features.desk.me.api import router as _me
from trunkline.features.desk.me.softphones import end as end_softphone
from trunkline.features.desk.offers.api import router as _offers
from trunkline.features.desk.parked.api import router as _parked
from trunkline.features.desk.promises.api import router as _promises
from trunkline.features.desk.promises.tasks import cancel_all as cancel_promises
from trunkline.features.desk.roster.api import router as _roster
from trunkline.features.desk.showing.api import router as _showing
from trunkline.features.desk.showing.files import FILE_MAX_BYTES
from trunkline.features.desk.showing.files import erase as erase_files
from trunkline.features.desk.showing.guest_api import router as _guest_showing
from trunkline.features.desk.stream.api import router as _stream
from trunkline.features.desk.stream.desks import Desks
from trunkline.features.desk.supervision.api import router as _supervision
from trunkline.features.desk.targets.api import router as _targets
from trunkline.features.desk.tasks import handlers
from trunkline.features.desk.voicemails.api import router as _voicemails
from trunkline.features.desk.voicemails.projection import VoicemailsFollow
from trunkline.features.desk.waiting.api import router as _waiting
from trunkline.features.desk.wall.api import router as _wall
from trunkline.features.desk.wall.walls import Walls
from trunkline.features.desk.written.api import router as _written

routers = (
    _me, _offers, _handling, _others, _recorded, _callbacks, _interactions, _stream, _live,
    _guests, _roster, _targets, _waiting, _promises, _alerts, _supervision, _parked, _emergency,
    _internal,
    _wall, _voicemails, _written, _showing, _guest_showing,
)  # fmt: skip

__all__ = [
    "FILE_MAX_BYTES",
    "Desks",
    "VoicemailsFollow",
    "Walls",
    "cancel_promises",
    "end_softphone",
    "erase_files",
    "guest_arrived",
    "handlers",
    "routers",
]
