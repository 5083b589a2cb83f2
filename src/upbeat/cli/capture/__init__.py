"""upbeat capture: calls, mail and meetings taken in, and what became of them."""

import typer

from upbeat.cli.capture import calibrating, coaching, keeping, looking, sources, taking, watching

app = typer.Typer(no_args_is_help=True, help="Calls, mail and meetings: taken in, logged, and read.")

app.command("add")(taking.add)
app.command("import")(taking.import_)
app.command("list")(looking.list_)
app.command("show")(looking.show_)
app.command("status")(watching.status)
app.command("calibration")(calibrating.calibration)
app.command("coaching")(coaching.coaching)
app.command("again")(keeping.again)
app.command("drop")(keeping.drop)
app.command("sources")(sources.sources)
app.command("serve")(sources.serve)
app.command("connect")(sources.connect)
