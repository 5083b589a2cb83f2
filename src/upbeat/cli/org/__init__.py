"""upbeat org: the local org, from its first record to its last. The commands' only door to `localorg`."""

import typer

from upbeat.cli import connection, leaving
from upbeat.cli.org import apps, looking, making, moving, people, serving

app = typer.Typer(no_args_is_help=True, help="The org that Upbeat works on; a local one stands in for Salesforce.")

app.command("connect")(connection.connect_org)
app.command("access")(connection.show_access)
app.command("disconnect")(leaving.disconnect_org)
app.command("start")(serving.start)
app.command("stop")(serving.stop)
app.command("info")(looking.info)
app.command("define")(making.define)
app.command("objects")(making.objects)
app.command("seed")(making.seed)
app.command("import")(moving.import_records)
app.command("export")(moving.export)
app.command("reset")(making.reset)
app.command("faults")(looking.faults)
app.command("token")(people.token)
app.command("password")(people.password)
app.command("app")(apps.app)
