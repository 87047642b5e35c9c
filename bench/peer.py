"""The peer: Asterisk 22 with app_queue and static members, as its own documentation sets it up."""

import contextlib
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import load
from trunkline.adapters.edge.asterisk.root import Installation

WITHOUT = (
    "chan_iax2 chan_unistim chan_ooh323 chan_mgcp chan_skinny chan_motif chan_dahdi chan_mobile "
    "res_pjsip_transport_websocket pbx_dundi res_calendar res_snmp res_corosync res_config_pgsql "
    "res_config_odbc res_config_mysql res_config_ldap cdr_adaptive_odbc cdr_odbc cdr_pgsql cdr_tds "
    "cel_odbc cel_pgsql cel_tds res_xmpp chan_console chan_alsa chan_oss res_phoneprov "
    "res_pjsip_phoneprov_provider app_voicemail_imap app_voicemail_odbc app_meetme app_minivm "
    "res_fax res_fax_spandsp app_festival res_prometheus res_geolocation res_pjsip_geolocation "
    "res_stir_shaken res_pjsip_stir_shaken res_hep res_hep_pjsip res_hep_rtcp"
)
INSIDE = Path("/srv/trunkline")


@contextlib.contextmanager
def running(folder: Path, installation: Installation, agents: int) -> Iterator[int]:
    """Asterisk with the peer's configuration; its process id."""
    for name in ("etc", "run", "log", "spool", "db"):
        (folder / name).mkdir()
    _configure(folder / "etc", agents)
    root = installation.root
    script = (
        f"set -e\nmount --bind {shlex.quote(str(folder))} {root}{INSIDE}\n"
        f"mount --rbind /dev {root}/dev\nmount --rbind /proc {root}/proc\n"
        f"exec chrt --rr 5 chroot {root} /usr/sbin/asterisk -f -C {INSIDE}/etc/asterisk.conf"
    )
    command = [
        "taskset", "-c", load.TARGET_CORE, "unshare", "--mount", "--propagation", "private",
        "/bin/sh", "-c", script,
    ]  # fmt: skip
    with (folder / "console").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _until_booted(process, folder)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _until_booted(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Its control socket is outside the namespace's mounts, so we look at the SIP port."""
    host, port = load.TARGET.split(":")
    wanted = f"{''.join(f'{int(part):02X}' for part in reversed(host.split('.')))}:{int(port):04X}"
    for _ in range(150):
        if process.poll() is not None:
            sys.exit(f"the peer ended: {(folder / 'console').read_text()[-2000:]}")
        if wanted in Path("/proc/net/udp").read_text():
            time.sleep(1)  # the queue's members are read after the port is open
            return
        time.sleep(0.2)
    sys.exit("the peer did not start")


def _configure(etc: Path, agents: int) -> None:
    def write(name: str, text: str) -> None:
        (etc / name).write_text(text)

    write(
        "asterisk.conf",
        f"[directories]\nastetcdir => {INSIDE}/etc\nastrundir => {INSIDE}/run\n"
        f"astlogdir => {INSIDE}/log\nastspooldir => {INSIDE}/spool\nastdbdir => {INSIDE}/db\n"
        "[options]\nverbose = 0\ndebug = 0\nmaxcalls = 20000\nmaxfiles = 200000\nquiet = yes\n",
    )
    write("logger.conf", "[general]\nqueue_log = yes\n[logfiles]\nmessages => error\n")
    noload = "".join(f"noload => {name}.so\n" for name in WITHOUT.split())
    write("modules.conf", f"[modules]\nautoload=yes\n{noload}")
    write("rtp.conf", "[general]\nrtpstart=10000\nrtpend=29998\nstrictrtp=no\n")
    write("manager.conf", "[general]\nenabled = no\n")
    write("http.conf", "[general]\nenabled = no\n")
    write("cel.conf", "[general]\nenable=no\n")
    write("musiconhold.conf", "[moh]\nmode=files\ndirectory=/usr/share/asterisk/moh\n")
    write(
        "extensions.conf",
        "[from-bench]\nexten => 605,1,Answer(,i)\n same => n,Queue(q2,t,,,600)\n"
        " same => n,Hangup()\n"
        "exten => 606,1,Answer(,i)\n"
        f" same => n,MixMonitor({INSIDE}/spool/rec-${{UNIQUEID}}.wav)\n"
        " same => n,Queue(q2,t,,,600)\n same => n,Hangup()\n",
    )
    members = "".join(f"member => PJSIP/a{n},0,A{n},PJSIP/a{n}\n" for n in range(agents))
    write(
        "queues.conf",
        "[general]\npersistentmembers=no\nautofill=yes\nshared_lastcall=no\n[q2]\n"
        "musicclass=nosuch\nstrategy=rrmemory\ntimeout=20\nretry=1\nwrapuptime=0\nautofill=yes\n"
        f"ringinuse=no\nmaxlen=0\njoinempty=yes\nleavewhenempty=no\nautopause=no\n{members}",
    )
    write("pjsip.conf", _pjsip(agents))


def _pjsip(agents: int) -> str:
    head = (
        "[global]\ntype=global\nkeep_alive_interval=0\n[system]\ntype=system\n"
        "threadpool_initial_size=8\nthreadpool_max_size=50\n"
        f"[udp]\ntype=transport\nprotocol=udp\nbind={load.TARGET}\n"
        "[ep](!)\ntype=endpoint\ncontext=from-bench\ndisallow=all\nallow=ulaw\ndirect_media=no\n"
        "rtp_symmetric=no\nforce_rport=no\nrewrite_contact=no\ndtmf_mode=rfc4733\n"
        "trust_id_inbound=yes\nsend_pai=no\ndevice_state_busy_at=1\n"
        "[trunk](ep)\ndevice_state_busy_at=0\n[trunk-id]\ntype=identify\nendpoint=trunk\n"
        f"match={load.CALLERS}\n"
    )
    each = (
        f"[a{n}](ep)\naors=a{n}\n[a{n}]\ntype=aor\nqualify_frequency=0\n"
        f"contact=sip:a{n}@{load.AGENTS}:{load.AGENT_PORT}\n"
        for n in range(agents)
    )
    return head + "".join(each)
