"""The configuration that an instance of Asterisk starts with.

What never changes while it runs stands here: transports, limits, modules and the dialplan.
Accounts and trunks are not in files: they are pushed over ARI (`accounts.py`) into sorcery's
memory, so no device's secret is written to disk.
"""

from __future__ import annotations

import hashlib
import json

from trunkline.adapters.edge.asterisk.causes import MACHINE
from trunkline.adapters.edge.asterisk.settings import APP, AsteriskSettings
from trunkline.adapters.edge.private import write_private

CONTEXT = "trunkline"
HELD_OFF = "TRUNKLINE_HELD_OFF"
"""The global variable that tells until when (epoch seconds) arrivals are refused."""
SHED_PCT = "TRUNKLINE_SHED_PCT"
"""The one that tells of how many in a hundred arrivals are refused."""
DIALLED_CONTEXT = "trunkline-dialled"
JUDGED = "judged"
"""Where a leg goes in that context that a machine may answer."""

ECHO_CONTEXT = "trunkline-echo"
STRANGERS = "strangers"
REFUSED = "refused"
REFUSED_FILE = "refused.conf"
"""The named access list of offenders, and the file with its addresses."""

DOOR = "X-Trunkline-Door"
"""The header in which the proxy says whose a call is, where there is one."""
OUTSIDE = "outside"
PROBE = "probe"

DECOY = "nobody"
"""The login that is asked of whoever is nobody; its secret is drawn and told to nobody."""

MOST_FILES = 65_536
WAIT_FOR_PROGRAM_S = 5.0
_RETRY_S = 0.25
_FORBIDDEN, _CONGESTION = 21, 42  # Q.850 causes that chan_pjsip answers with 403 and 503

OWN_MUSIC = "music.conf"
"""The classes of music on hold out of tenants' own announcements, beside their files."""

_FOLDERS = ("etc", "run", "lib", "log", "spool", "sounds", "tmp", "lib/keys")

# Asterisk complains in its log about each of these that is missing.
_EMPTY = tuple(
    f"{name}.conf"
    for name in ("amd", "ccss", "features", "geolocation", "pjproject", "udptl", "websocket_client")
)

# Of calls the event WebSocket tells; the manager would write each of these too, and we ask it for
# registrations and offences alone.
_UNSAID = """
Newchannel Newstate NewCallerid NewConnectedLine NewAccountCode Newexten Rename VarSet
Hangup HangupRequest SoftHangupRequest DialBegin DialEnd DialState Hold Unhold DTMFBegin DTMFEnd
BridgeCreate BridgeDestroy BridgeEnter BridgeLeave BridgeInfoChannel LocalBridge
MusicOnHoldStart MusicOnHoldStop MixMonitorStart MixMonitorStop ChanSpyStart ChanSpyStop
ChannelTalkingStart ChannelTalkingStop RTCPSent RTCPReceived DeviceStateChange
""".split()  # noqa: SIM905  a list of so many words is read as words

# Loading only these takes the start from 4 s to under 1 s and halves the memory.
_MODULES = """
res_timing_timerfd res_crypto res_sorcery_config res_sorcery_memory res_sorcery_astdb
res_http_websocket res_websocket_client res_pjproject res_pjsip res_pjsip_session
res_pjsip_pubsub res_rtp_asterisk res_srtp
res_pjsip_sdp_rtp res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest
res_pjsip_outbound_registration res_pjsip_endpoint_identifier_user
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_anonymous res_pjsip_registrar
res_pjsip_acl res_pjsip_caller_id res_pjsip_nat res_pjsip_dtmf_info res_pjsip_rfc3326
res_pjsip_transport_websocket res_pjsip_header_funcs res_pjsip_dlg_options res_pjsip_sips_contact
res_format_attr_opus res_musiconhold res_mutestream
codec_ulaw codec_alaw codec_a_mu codec_g722 codec_resample codec_opus_open_source
format_pcm format_sln format_wav
bridge_simple bridge_native_rtp bridge_softmix
chan_pjsip chan_bridge_media
pbx_config func_hangupcause func_channel func_callerid func_global func_talkdetect
func_rand
app_amd app_stasis app_mixmonitor app_echo app_userevent
res_geolocation res_pjsip_geolocation
res_stasis res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop
res_ari_model res_ari res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels
res_ari_endpoints res_ari_events res_ari_playbacks
""".split()  # noqa: SIM905  a list of so many words is read as words


def write(settings: AsteriskSettings) -> None:
    """Write the whole configuration into the instance's directory, 0700."""
    settings.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.directory.chmod(0o700)
    for folder in _FOLDERS:
        (settings.directory / folder).mkdir(exist_ok=True, mode=0o700)
    for name, text in _files(settings).items():
        write_private(settings.directory / "etc" / name, text)


def fingerprint(settings: AsteriskSettings) -> str:
    """What a running instance must have been started with to be the one that is wanted."""
    told = {"version": settings.installation.version, **_files(settings)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _files(settings: AsteriskSettings) -> dict[str, str]:
    secrets = settings.secrets()
    low, high = settings.rtp_ports
    return {
        "asterisk.conf": _asterisk(settings),
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load={m}.so\n" for m in _MODULES),
        "logger.conf": "[general]\ndateformat=%FT%T.%3q\nqueue_log=no\n"
        "[logfiles]\nmessages => warning,error\n",
        "http.conf": "[general]\nenabled=yes\nbindaddr=127.0.0.1\n"
        f"bindport={settings.http_port}\nsessionlimit=2000\n"
        "session_keep_alive=3600000\nsession_inactivity=30000\n",
        "ari.conf": "[general]\nenabled=yes\npretty=no\nwebsocket_write_timeout=2000\n"
        f"[{APP}]\ntype=user\nread_only=no\npassword={secrets.ari}\n",
        "manager.conf": "[general]\nenabled=yes\nwebenabled=no\nbindaddr=127.0.0.1\n"
        f"port={settings.ami_port}\ndisabledevents={','.join(_UNSAID)}\n"
        f"[{APP}]\nsecret={secrets.ami}\nread=system,security,user\nwrite=system,call\nwritetimeout=2000\n",
        "rtp.conf": f"[general]\nrtpstart={low}\nrtpend={high}\nstrictrtp=yes\nicesupport=yes\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "indications.conf": "[general]\ncountry=us\n[us]\ndescription=United States\n"
        "ringcadence=2000,4000\n"
        "dial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\n"
        "congestion=480+620/250,0/250\n",
        "musiconhold.conf": "[default]\nmode=files\n"
        f"directory={settings.inside / 'sounds' / 'music'}\n"
        f'#tryinclude "{settings.inside / "sounds" / "own" / OWN_MUSIC}"\n',
        "sorcery.conf": _SORCERY,
        # Without a list of this name Asterisk would refuse everybody.
        "acl.conf": f"[{REFUSED}]\npermit=0.0.0.0/0\npermit=::/0\n"
        f'#tryinclude "{settings.inside / "etc" / REFUSED_FILE}"\n',
        "pjsip.conf": _pjsip(settings),
        "extensions.conf": _dialplan(),
        **dict.fromkeys(_EMPTY, ""),
    }


def _asterisk(settings: AsteriskSettings) -> str:
    inside = settings.inside
    places = {
        "astetcdir": inside / "etc",
        "astvarlibdir": inside / "lib",
        "astdbdir": inside / "lib",
        "astkeydir": inside / "lib",
        "astspooldir": inside / "spool",
        "astrundir": inside / "run",
        "astlogdir": inside / "log",
        "astcachedir": inside / "tmp",
    }
    directories = "".join(f"{name} => {path}\n" for name, path in places.items())
    return (
        f"[directories]\n{directories}[options]\nnocolor=yes\nquiet=yes\nhighpriority=yes\n"
        f"systemname={settings.name}\nmaxfiles={MOST_FILES}\nmaxcalls={settings.limits.legs}\n"
    )


# Accounts and trunks are written over ARI into memory; registrations outlive a restart.
_SORCERY = """[res_pjsip]
endpoint=config,pjsip.conf,criteria=type=endpoint
endpoint=memory
auth=config,pjsip.conf,criteria=type=auth
auth=memory
aor=memory
contact=astdb,registrar
[res_pjsip_endpoint_identifier_ip]
identify=config,pjsip.conf,criteria=type=identify
identify=memory
[res_pjsip_outbound_registration]
registration=memory
"""


def _pjsip(settings: AsteriskSettings) -> str:
    host = f"[{settings.sip_host}]" if ":" in settings.sip_host else settings.sip_host
    nat = ""
    if outside := settings.external_address:
        nat = f"external_media_address={outside}\nexternal_signaling_address={outside}\n"
        nat += "".join(f"local_net={net}\n" for net in _PRIVATE_NETS)
    transports = "".join(
        f"[{protocol}]\ntype=transport\nprotocol={protocol}\nbind={host}:{settings.sip_port}\n{nat}"
        for protocol in ("udp", "tcp")
    )
    # The order matters: by address first, a trunk on this machine would swallow every REGISTER.
    order, strangers = "username,ip,header,anonymous", "CSeq: /INVITE/"
    if settings.behind:  # every call comes from the proxy's address
        order, strangers = "username,header,ip,anonymous", f"{DOOR}: {OUTSIDE}"
    return (
        f"[global]\ntype=global\nendpoint_identifier_order={order}\n"
        f"default_realm={APP}\nuser_agent=Trunkline\nkeep_alive_interval=30\n"
        "[system]\ntype=system\nthreadpool_initial_size=8\nthreadpool_max_size=50\n"
        # Whoever is nobody's is asked for a secret as an account would be, and has none; calls by
        # no trunk are refused at once: so it was promised to carriers.
        f"[{DECOY}]\ntype=auth\nauth_type=userpass\nusername={DECOY}\nrealm={APP}\n"
        f"password={_nobodys_secret(settings)}\n"
        f"[{STRANGERS}-calls]\ntype=identify\nendpoint={STRANGERS}\nmatch_header={strangers}\n"
        f"[{REFUSED}]\ntype=acl\nacl={REFUSED}\n"
        f"{transports}[ws]\ntype=transport\nprotocol=ws\nbind=127.0.0.1\n"
        # By address: a caller who withholds the number says "anonymous" in From, by a good trunk.
        + "".join(
            f"[{name}]\ntype=endpoint\ncontext={STRANGERS}\nidentify_by=ip\n{more}"
            "disallow=all\nallow=ulaw,alaw\nallow_overlap=no\n"
            for name, more in (("anonymous", f"auth={DECOY}\n"), (STRANGERS, ""))
        )
    )


def _nobodys_secret(settings: AsteriskSettings) -> str:
    """The same at each start, or every start would be one with other settings."""
    return hashlib.sha256(f"{DECOY} {settings.secrets().ari}".encode()).hexdigest()


_REPORT = "UserEvent(Stranger,RemoteAddress: ${CHANNEL(pjsip,remote_addr)})"

_FOR_HELP = "_[19]XX"
"""As emergency numbers look: never held off."""

_PRIVATE_NETS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")


def _dialplan() -> str:
    # Never the one-letter extensions (h, i, t ...): Asterisk runs those by itself.
    patterns = ("_[+*#0-9]!", "_[A-Za-z][-+._*#0-9A-Za-z].", "_[A-Za-z][-+._*#0-9A-Za-z]")
    return (
        f"[{CONTEXT}]\n"
        + "".join(_arrive(pattern, "arrived,${CALLERID(num-pres)}") for pattern in patterns)
        + _enter(_FOR_HELP, "arrived,${CALLERID(num-pres)}")
        + f"[{DIALLED_CONTEXT}]\n{_enter('s', 'dialled')}{_judge()}"
        + f"[{ECHO_CONTEXT}]\nexten => echo,1,Echo()\n same => n,Hangup()\n"
        + f"[{STRANGERS}]\nexten => _[!-Z_-~]!,1,{_REPORT}\n same => n,Hangup({_FORBIDDEN})\n"
        + f"exten => s,1,{_REPORT}\n same => n,Hangup({_FORBIDDEN})\n"
    )


def _judge() -> str:
    """Tell a machine from a person; who says nothing, and who cannot be told, is a person.

    In ms: longest silence at first, longest greeting of a person, silence after it, the whole;
    shortest word, shortest pause; most words, loudness, longest word.
    """
    rules = "2500,1500,800,4000,100,50,4,256,5000"
    spoke = '$["${AMDSTATUS}" = "MACHINE" & "${AMDCAUSE:0:14}" != "INITIALSILENCE"]'
    return (
        f"exten => {JUDGED},1,AMD({rules})\n"
        f" same => n,GotoIf({spoke}?machine)\n same => n,Goto(s,1)\n"
        f" same => n(machine),Hangup({MACHINE})\n"
    )


def _arrive(pattern: str, arguments: str) -> str:
    """As `_enter`, unless arrivals are held off just now, or this one is shed in a flood."""
    return (
        f"exten => {pattern},1,GotoIf($[0${{{HELD_OFF}}} > ${{EPOCH}}]?busy)\n"
        f" same => n,GotoIf($[${{RAND(0,99)}} < 0${{{SHED_PCT}}}]?busy)\n"
        + _enter(pattern, arguments)
        .replace(f"exten => {pattern},1,", " same => n(enter),")
        .replace("Goto(1)", "Goto(enter)")
    )


def _enter(pattern: str, arguments: str) -> str:
    """Into our program; while it is away wait for it, for a call may outlive it.

    A bare Stasis answers 603 when no program is there, on which carriers do not fail over, and
    hangs up a phone that is taken up at that moment.
    """
    tries = round(WAIT_FOR_PROGRAM_S / _RETRY_S)
    return (
        f"exten => {pattern},1,Stasis({APP},{arguments})\n"
        ' same => n,GotoIf($["${STASISSTATUS}" = "SUCCESS"]?gone)\n'
        " same => n,Set(TRIES=$[0${TRIES} + 1])\n"
        f" same => n,GotoIf($[${{TRIES}} > {tries}]?busy)\n"
        f" same => n,Wait({_RETRY_S})\n same => n,Goto(1)\n"
        f" same => n(busy),Hangup({_CONGESTION})\n same => n(gone),Hangup()\n"
    )
