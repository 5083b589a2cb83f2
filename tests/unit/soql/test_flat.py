"""A query's rows as a table: values beside each other, under the paths at which records have them."""

import sqlite3
from datetime import UTC, datetime

from upbeat import soql
from upbeat.schema import FieldType, standard
from upbeat.soql.layout import columns, table

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_a_parents_values_stand_beside_the_records_own_in_the_querys_order() -> None:
    database = sqlite3.connect(":memory:")
    soql.equip(database)
    schema = standard()
    for name in ("Contact", "Account"):
        database.execute(table(name, columns(schema.object(name))))
    database.execute("""INSERT INTO "Account" ("Id", "Name") VALUES ('001000000000001AAA', 'Northwind')""")
    database.executemany(
        'INSERT INTO "Contact" ("Id", "LastName", "AccountId", "IsDeleted") VALUES (?, ?, ?, ?)',
        [("003000000000001AAA", "Vega", "001000000000001AAA", 0), ("003000000000002AAA", "Ruiz", None, 0)],
    )
    bound = soql.parse("SELECT account.name, lastname, IsDeleted FROM Contact ORDER BY LastName DESC").bind(schema)
    found = bound.table(database.execute, NOW)
    assert found.columns == ("Account.Name", "LastName", "IsDeleted")
    assert found.types == (FieldType.STRING, FieldType.STRING, FieldType.BOOLEAN)
    assert list(found.rows) == [("Northwind", "Vega", 0), (None, "Ruiz", 0)]
    one = soql.parse("SELECT Name FROM Account").bind(schema).table(database.execute, NOW)
    assert list(one.rows) == [("Northwind",)]
