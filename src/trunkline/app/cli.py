"""The command line: `trunkline up` and its relatives.

Exit codes: 0 fine, 1 failed, 2 wrong use.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from trunkline.app import supervisor
from trunkline.kit.config import Settings, load_settings

app = typer.Typer(
    name="trunkline",
    help="A cloud contact centre: calls, queues, agents and what follows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
telephony = typer.Typer(help="The telephony engine.", no_args_is_help=True)
user = typer.Typer(help="Users.", no_args_is_help=True)
agents = typer.Typer(help="Agents.", no_args_is_help=True)
app.add_typer(telephony, name="telephony")
app.add_typer(user, name="user")
app.add_typer(agents, name="agents")
sim = typer.Typer(help="The simulator.", no_args_is_help=True)
app.add_typer(sim, name="sim")
flow = typer.Typer(help="Flows.", no_args_is_help=True)
app.add_typer(flow, name="flow")
say = Console(stderr=True, highlight=False)

T = TypeVar("T")
DataOption = Annotated[Path | None, typer.Option(help="Directory of everything that is kept.")]
DatabaseOption = Annotated[str | None, typer.Option(help="URL; by default SQLite in the data.")]


@app.command()
def up(
    data: DataOption = None,
    http: Annotated[str | None, typer.Option(help="HOST:PORT of pages and API.")] = None,
    sip: Annotated[str | None, typer.Option(help="HOST:PORT of SIP over UDP and TCP.")] = None,
    rtp_ports: Annotated[str | None, typer.Option(help="LOW-HIGH of the ports for media.")] = None,
    database: DatabaseOption = None,
    telephony: Annotated[str | None, typer.Option(help="auto, asterisk or embedded.")] = None,
    media_nodes: Annotated[
        int | None, typer.Option(help="Asterisk nodes; with two or more Kamailio is before them.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    behind_proxy: Annotated[
        bool | None, typer.Option("--behind-proxy", help="A proxy before us ends TLS.")
    ] = None,
    demo: Annotated[
        bool | None, typer.Option("--demo", help="Keep a demo tenant; loopback only.")
    ] = None,
) -> None:
    """Run Trunkline in the foreground; Ctrl-C ends it cleanly."""
    settings = _settings(
        data=data,
        http=http,
        sip=sip,
        rtp_ports=rtp_ports,
        database=database,
        telephony=telephony,
        media_nodes=media_nodes,
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
        demo=demo,
    )
    # No thread may stand beside the supervisor when it forks; nothing of ours needs these.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import uvloop

    from trunkline.app.serve import serve

    pid = os.getpid()
    raise typer.Exit(supervisor.supervise(lambda: uvloop.run(serve(settings, pid))))


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(f"trunkline {installed('trunkline')}")


@app.command()
def doctor(
    data: DataOption = None,
    http: Annotated[str | None, typer.Option(help="HOST:PORT of pages and API.")] = None,
    sip: Annotated[str | None, typer.Option(help="HOST:PORT of SIP.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Look whether this machine can run Trunkline, and say what to do where it cannot."""
    from trunkline.app.doctor import examine

    findings = examine(_settings(data=data, http=http, sip=sip, database=database))
    for finding in findings:
        mark = "[green]ok[/]" if finding.fine else "[red]no[/]"
        say.print(f"{mark}  {finding.what}: {finding.found}")
        if not finding.fine and finding.remedy:
            say.print(f"      {finding.remedy}", markup=False)
    raise typer.Exit(0 if all(finding.fine for finding in findings) else 1)


@app.command()
def rebuild(data: DataOption = None, database: DatabaseOption = None) -> None:
    """Fold the read models anew from the journal; Trunkline must not be running."""
    from trunkline.app.offline import rebuild_all

    settings = _settings(data=data, database=database)
    with say.status("folding the journal"):
        count = asyncio.run(rebuild_all(settings))
    typer.echo(f"{count} facts folded")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="New file, a tar.")],
    data: DataOption = None,
    database: DatabaseOption = None,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Put the master key in: who has the file reads all.")
    ] = False,
) -> None:
    """Back up database and objects into one file; Trunkline may be running."""
    from trunkline.app.backup import Broken, make

    settings = _settings(data=data, database=database)
    try:
        made = make(settings, file, say, with_key=with_key)
    except Broken as failure:
        say.print(str(failure), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file}: database and {made.objects} objects, {made.bytes:,} bytes")
    if not made.key:
        key = settings.data / "master.key"
        typer.echo(f"The master key is not in it: keep a copy of {key} apart from it.")
    if made.objects_apart:
        typer.echo(f"The objects of {made.objects_apart} are not in it: back that store up too.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    data: DataOption = None,
    database: DatabaseOption = None,
    key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Master key, where it was kept apart."),
    ] = None,
) -> None:
    """Put a backup into an empty data directory; each file is compared with its checksum."""
    from trunkline.app.backup import Broken
    from trunkline.app.backup import restore as put_back

    settings = _settings(data=data, database=database)
    try:
        made = put_back(settings, file, say, key)
    except Broken as failure:
        say.print(str(failure), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    typer.echo(f"{settings.data}: database and {made.objects} objects, {made.bytes:,} bytes")
    if made.objects_apart:
        typer.echo(f"The objects lie in {made.objects_apart}, as before.")


@flow.command("check")
def flow_check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON or TOML.")],
) -> None:
    """Look whether a flow can run: every edge leads somewhere, every node is reached."""
    from trunkline.app.flow_file import Unreadable, check

    try:
        count, wrong = check(file)
    except Unreadable as failure:
        say.print(str(failure), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    for line in wrong:
        say.print(line, markup=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{file}: {count} nodes, nothing wrong")


@telephony.command("install")
def telephony_install(
    directory: Annotated[
        Path | None, typer.Option("--dir", help="Where the private root is made.")
    ] = None,
    kamailio: Annotated[
        bool, typer.Option("--kamailio", help="Kamailio instead, for several media nodes.")
    ] = False,
) -> None:
    """Make a private root with Asterisk (Debian or Ubuntu, as root), or use the system's."""
    from trunkline.adapters.edge.asterisk import root

    product = root.KAMAILIO if kamailio else root.ASTERISK
    target = directory or next(iter(root.usual_places(product)))
    try:
        found = root.install(target, lambda line: say.print(line, markup=False), product)
    except root.CannotInstall as failure:
        say.print(str(failure), markup=False)
        raise typer.Exit(1) from None
    typer.echo(found.version)


@telephony.command("nodes")
def telephony_nodes(data: DataOption = None) -> None:
    """Say how the media nodes stand: `trunkline up --media-nodes N`."""
    from trunkline.app.draining import DrainFiles

    for name, told in DrainFiles(_settings(data=data).data).told().items():
        state = "drained" if told["drained"] else "takes calls" if told["ready"] else "is away"
        typer.echo(f"{name}: {state}, {told['legs']} legs")


@telephony.command("drain")
def telephony_drain(
    node: Annotated[str, typer.Argument(help="As `trunkline telephony nodes` names it.")],
    wait_s: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait for the end of its calls.")
    ] = 0,
    data: DataOption = None,
) -> None:
    """Give a media node no new calls; those that run go on to their end."""
    from trunkline.app import draining

    left = _by_operator(draining.drain(_settings(data=data).data, node, wait_s))
    typer.echo(f"{node}: drained, {left} legs left")
    raise typer.Exit(1 if left and wait_s else 0)


@telephony.command("undrain")
def telephony_undrain(node: str, data: DataOption = None) -> None:
    """Give a media node calls again."""
    from trunkline.app import draining

    _by_operator(draining.undrain(_settings(data=data).data, node))


@telephony.command("restart")
def telephony_restart(node: str, data: DataOption = None) -> None:
    """Start the Asterisk of a media node anew; it must be drained and have no calls left."""
    from trunkline.app import draining

    _by_operator(draining.restart(_settings(data=data).data, node))


def _by_operator(work: Coroutine[Any, Any, T]) -> T:
    from trunkline.app.draining import CannotDrain

    try:
        return asyncio.run(work)
    except CannotDrain as failure:
        say.print(str(failure), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


@user.command("add")
def user_add(
    username: str,
    role: Annotated[str, typer.Option(help="administrator, supervisor, agent …")] = "agent",
    name: Annotated[str | None, typer.Option(help="Name shown to others.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Slug, where there are several.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make a user; the password is read from the terminal or standard input."""
    from trunkline.app.offline import Wanted, add_user

    password = typer.prompt("Password", hide_input=True) if sys.stdin.isatty() else _stdin_line()
    wanted = Wanted(username, password, role, name or username, tenant)
    typer.echo(asyncio.run(add_user(_settings(data=data, database=database), wanted)))


@agents.command("import")
def agents_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    tenant: Annotated[str | None, typer.Option(help="Slug, where there are several.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make agents of a CSV file: name, queue, device (`sip:…` or empty), wrap_up_s."""
    from trunkline.app.offline import import_agents

    settings = _settings(data=data, database=database)
    text = file.read_text(encoding="utf-8-sig")
    for line in asyncio.run(import_agents(settings, text, tenant)):
        typer.echo(line)


@sim.command("run")
def sim_run(
    file: Annotated[Path, typer.Argument(help="Scenario, TOML.")],
    seeds: Annotated[int, typer.Option(min=1, help="How many days are simulated.")] = 5,
    first_seed: Annotated[int, typer.Option(help="Seed of the first day.")] = 1,
    load: Annotated[float | None, typer.Option(help="Work ÷ staff, instead of the file's.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a report with charts here.")] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(help="index (as it is without), longest_idle, fifo …; several: side by side."),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Configuration file, JSON or TOML: queues, routing."
        ),
    ] = None,
) -> None:
    """Simulate a scenario and print what it came to."""
    from trunkline.app.policy_file import UnfitPolicy
    from trunkline.app.simulation import Wanted, run_file
    from trunkline.sim.day import NotRunDown
    from trunkline.sim.rules import UnknownRule
    from trunkline.sim.scenario import BadScenario

    days = range(first_seed, first_seed + seeds)
    try:
        run_file(Wanted(file, days, load, html, tuple(rule or ()), policy))
    except (BadScenario, UnknownRule, UnfitPolicy) as failure:
        say.print(str(failure), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except (NotRunDown, OSError) as failure:
        say.print(f"{type(failure).__name__}: {failure}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


@sim.command("replay")
def sim_replay(
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="In the tenant's zone.")],
    policy: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Configuration file, JSON or TOML; a part is enough."
        ),
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="A kept version of the configuration, instead.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a report in HTML here.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Slug, where there are several.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Play a past day of the journal under another policy; Trunkline may be running."""
    from trunkline.app.replay import CannotReplay, Wanted, replay

    if policy and version:
        say.print("Either --policy or --version, not both.")
        raise typer.Exit(2)
    settings = _settings(data=data, database=database)
    try:
        replay(settings, Wanted(day.date(), tenant, policy, version, out))
    except CannotReplay as failure:
        say.print(str(failure), markup=False, soft_wrap=True)
        raise typer.Exit(failure.code) from None
    except OSError as failure:
        say.print(f"{type(failure).__name__}: {failure}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def main() -> None:
    """Entry point of the program."""
    app()


def _settings(**given: object) -> Settings:
    try:
        return load_settings(**given)
    except ValidationError as failure:
        for problem in failure.errors():
            where = ".".join(str(part) for part in problem["loc"])
            message = str(problem["msg"]).removeprefix("Value error, ")
            say.print(f"{where}: {message}" if where else message, markup=False)
        raise typer.Exit(2) from None


def _stdin_line() -> str:
    return sys.stdin.readline().rstrip("\n")


if __name__ == "__main__":
    main()
