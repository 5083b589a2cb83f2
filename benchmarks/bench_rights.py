"""What sharing costs a query: 100,000 opportunities of 25,000 accounts, with 200 owners in a tree of 50 roles.

The baseline is the same query by the same user while both objects are public: then nothing of sharing is in its SQL.
"""

from time import perf_counter

from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg

DEALS, ACCOUNTS, OWNERS, ROLES, CHUNK = 100_000, 25_000, 200, 50, 200
QUERIES = {
    "every opportunity": "SELECT Id, Name, Amount FROM Opportunity",
    "counted": "SELECT COUNT() FROM Opportunity",
    "with its account": "SELECT Id, Account.Name FROM Opportunity WHERE Amount < 20000",
    "added up": "SELECT StageName, SUM(Amount) FROM Opportunity GROUP BY StageName",
    "below accounts": "SELECT Id, (SELECT Id FROM Opportunities) FROM Account LIMIT 2000",
}


def filled() -> tuple[LocalOrg, dict[str, str]]:
    """Give the org, and the users whose queries are timed."""
    org = LocalOrg(":memory:", clock=SystemClock())

    def made(name: str, rows: list[dict[str, object]]) -> list[str]:
        found = [
            saved.id
            for start in range(0, len(rows), CHUNK)
            for saved in org.create(name, rows[start : start + CHUNK], org.process_user)
        ]
        if not all(found):
            raise SystemExit(f"{name} cannot be created")
        return found

    roles: list[str] = []
    for n in range(ROLES):
        roles += made("UserRole", [{"Name": f"Role {n}", "ParentRoleId": roles[(n - 1) // 3] if n else None}])
    owners = [
        org.user(f"owner{n}@acme.example", last_name=f"Owner {n}", UserRoleId=roles[n % ROLES]) for n in range(OWNERS)
    ]
    accounts = made("Account", [{"Name": f"A{n}", "OwnerId": owners[n % OWNERS]} for n in range(ACCOUNTS)])
    deal = {"StageName": "Prospecting", "CloseDate": "2026-03-01"}
    deals = [
        deal | {"Name": f"D{n}", "Amount": n, "OwnerId": owners[n % OWNERS], "AccountId": accounts[n * 7 % ACCOUNTS]}
        for n in range(DEALS)
    ]
    keys = made("Opportunity", deals)
    shares = [
        {"OpportunityId": keys[n * 11], "UserOrGroupId": owners[n % OWNERS], "OpportunityAccessLevel": "Read"}
        for n in range(2_000)
    ]
    made("OpportunityShare", shares)
    admin = org.user("admin@acme.example", last_name="Admin", profile="System Administrator")
    return org, {"top of the roles": owners[0], "one representative": owners[ROLES - 1], "administrator": admin}


def milliseconds(org: LocalOrg, text: str, user: str) -> tuple[float, int]:
    """Give what a query takes, the best of five, and how many rows it has."""
    best, rows = float("inf"), 0
    for _ in range(5):
        began = perf_counter()
        rows = org.answer(text, user).total
        best = min(best, perf_counter() - began)
    return best * 1e3, rows


def main() -> None:
    """Time each query as each user, public and private."""
    org, users = filled()
    public = {(name, text): milliseconds(org, text, user) for name, user in users.items() for text in QUERIES.values()}
    org.define(sharing={"Account": "Private", "Opportunity": "Private"})
    for name, user in users.items():
        for what, text in QUERIES.items():
            (before, _), (after, rows) = public[name, text], milliseconds(org, text, user)
            print(f"{name:18} {what:18} {after:8.1f} ms for {rows:7,} rows, {after / before:5.2f} of public")


if __name__ == "__main__":
    main()
