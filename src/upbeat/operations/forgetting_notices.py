"""What people were told of records, forgotten with them: the notices, and the mails in which they went out."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from upbeat.domain import HOUSE
from upbeat.store import tables


def drop_notices(conn: Connection, item_ids: Sequence[str], record_ids: Sequence[str]) -> list[Any]:
    """Erase the notices about records or runs, and give the house's own mails that they stood in, as rows.

    A mail that told of others too, such as a digest, is among them: its words go as a whole.
    """
    table, mails = tables.notices, tables.proposals
    about = table.c.record_id.in_(record_ids) | (table.c.item_id.in_(item_ids) & (table.c.item_id != ""))
    sent_in = list(conn.scalars(select(table.c.proposal_id).where(about, table.c.proposal_id != "").distinct()))
    conn.execute(delete(table).where(about))
    of_house = mails.c.id.in_(sent_in) & (mails.c.workflow == HOUSE)
    return list(conn.execute(select(mails.c.id, mails.c.body).where(of_house)))
