"""upbeat routing: who gets what, as ops see and edit it."""

import typer

from upbeat.cli.routing import match, measuring, promises, reassigning, sheets, simulating

app = typer.Typer(no_args_is_help=True, help="Pools: who gets which record, and by which rules.")

app.command("export")(sheets.export_pool)
app.command("import")(sheets.import_sheet)
app.command("match")(match.match)
app.command("measure")(measuring.measure)
app.command("simulate")(simulating.simulate)
app.command("reassign")(reassigning.reassign)
app.command("waiting")(promises.waiting)
app.command("accept")(promises.accept)
app.command("decline")(promises.decline)
app.command("return")(promises.give_back)
app.command("next")(promises.next_please)
