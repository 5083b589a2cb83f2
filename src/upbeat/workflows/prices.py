"""Which fields say what something costs: one table, for the checks and the register as for the gate."""

from collections.abc import Mapping

from upbeat.schema import FieldType, Schema

PRICES: Mapping[str, tuple[str, ...]] = {  # the fields that say what something costs, and what would say it anew
    "Opportunity": ("Amount", "CurrencyIsoCode", "Pricebook2Id", "SyncedQuoteId"),
    "OpportunityLineItem": ("UnitPrice", "Discount", "TotalPrice", "Quantity", "PricebookEntryId", "CurrencyIsoCode"),
    "OpportunityLineItemSchedule": ("Revenue", "Quantity"),
    "PricebookEntry": ("UnitPrice", "UseStandardPrice", "Pricebook2Id", "CurrencyIsoCode"),
    "Quote": ("Discount", "Tax", "ShippingHandling", "Pricebook2Id", "IsSyncing", "CurrencyIsoCode"),
    "QuoteLineItem": ("UnitPrice", "Discount", "Quantity", "PricebookEntryId", "CurrencyIsoCode"),
    "Order": ("Pricebook2Id", "CurrencyIsoCode"),
    "OrderItem": ("UnitPrice", "Quantity", "TotalPrice", "PricebookEntryId"),
    "Contract": ("Pricebook2Id",),
    "ContractLineItem": ("UnitPrice", "Discount", "Quantity", "PricebookEntryId"),
    "Asset": ("Price", "Quantity"),
}
LINES = frozenset({  # rows that are a price: to add one or take one away changes what the whole costs
    "OpportunityLineItem", "OpportunityLineItemSchedule", "PricebookEntry", "QuoteLineItem", "OrderItem",
    "ContractLineItem",
})  # fmt: skip

_AMOUNTS = {FieldType.CURRENCY, FieldType.PERCENT, FieldType.DOUBLE, FieldType.INT}
_PRICES = {name.casefold(): {one.casefold() for one in fields} for name, fields in PRICES.items()}
_LINES = {name.casefold() for name in LINES}
_PRICES_OF_ANY = frozenset(  # a parent named by its relationship is its reference field
    name for fields in _PRICES.values() for one in fields for name in (one, one.removesuffix("id"))
)


def is_line(target: str) -> bool:
    """Whether an object's rows are a price by themselves."""
    return target.casefold() in _LINES


def is_price(target: str, name: str, schema: Schema) -> bool:
    """Whether a field says what something costs: by the table, or as a number of the org's own with such a name."""
    folded = name.casefold()
    if folded in _PRICES.get(target.casefold(), ()):
        return True
    if not _sounds_like_one(folded):
        return False
    known = schema.has(target) and schema.object(target).has(name)
    return not known or schema.field(target, name).type in _AMOUNTS


def is_price_of_any(name: str) -> bool:
    """Whether a field of some object, nobody says which, may say what something costs."""
    folded = name.casefold()
    return folded in _PRICES_OF_ANY or _sounds_like_one(folded)


def _sounds_like_one(folded: str) -> bool:
    return folded.endswith("__c") and ("price" in folded or "discount" in folded)
