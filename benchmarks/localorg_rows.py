"""What the benchmarks of the org save: leads and deals as a company has them, and the rules that it holds them to."""

from typing import Any

from upbeat.localorg import ValidationRule

USER = "bench@acme.example"
RULES = [
    ValidationRule(
        "Lead",
        "Reachable",
        "AND(ISBLANK(Email), ISBLANK(Phone), NOT(ISPICKVAL(Status, 'Unqualified')))",
        "Give an email address or a phone number.",
    ),
    ValidationRule(
        "Lead",
        "Country_As_Code",
        "AND(NOT(ISBLANK(PostalCode)), ISPICKVAL(LeadSource, 'Web'), NOT(REGEX(PostalCode, '[0-9A-Z -]{3,10}')))",
        "Write the postal code in capitals.",
        "PostalCode",
    ),
    ValidationRule(
        "Opportunity",
        "Amount_From_Proposal_On",
        "AND(OR(ISPICKVAL(StageName, 'Proposal/Price Quote'), ISPICKVAL(StageName, 'Closed Won')), Amount <= 0)",
        "Say what the deal is worth.",
        "Amount",
    ),
    ValidationRule(
        "Opportunity",
        "Close_Date_Stays_In_Reach",
        "AND(NOT(IsClosed), CloseDate > TODAY() + 730)",
        "A deal that closes later than in two years is none yet.",
        "CloseDate",
    ),
]
QUERY = (
    "SELECT Id, Name, Company, Email, Phone, Status, LeadSource, Country, IsConverted, CreatedDate, OwnerId FROM Lead"
)
CHANGES: dict[str, dict[str, Any]] = {
    "Lead": {"Title": "Head of Operations", "Status": "Working - Contacted", "Rating": "Hot"},
    "Opportunity": {"NextStep": "Send the contract", "StageName": "Proposal/Price Quote", "Amount": 82_000},
}


def lead(n: int) -> dict[str, Any]:
    """Give one of the leads."""
    return {
        "FirstName": "Ada",
        "LastName": f"Lovell {n}",
        "Company": f"Company {n % 977}",
        "Email": f"ada.lovell.{n}@company{n % 977}.example",
        "Phone": f"+44 20 7946 {n % 10_000:04}",
        "LeadSource": "Web",
        "PostalCode": "EC1A 1BB",
        "Country": "United Kingdom",
        "NumberOfEmployees": n % 5000,
    }


def deal(n: int) -> dict[str, Any]:
    """Give one of the deals."""
    return {
        "Name": f"Company {n % 977}, seats {n}",
        "StageName": "Prospecting",
        "CloseDate": f"2027-{n % 12 + 1:02}-28",
        "Amount": 1000 + n % 90_000,
        "LeadSource": "Web",
        "NextStep": "Call",
    }


ROWS = {"Lead": lead, "Opportunity": deal}
