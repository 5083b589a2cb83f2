"""Values as texts in the form of the locale en_US, as FORMAT() gives them."""

from datetime import date, datetime, time, tzinfo

from upbeat.schema import FieldType

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def shown(value: str | float, kind: FieldType, scale: int, currency: str, zone: tzinfo) -> str:  # noqa: PLR0911 - one a kind of value
    """Give a value as records hold it as a person reads it: `$1,200.50`, `60%`, `12/28/2015, 5:30 PM`.

    `currency` is an ISO code; one such as `USD` has its sign, and one with a space after it (`USD `, in an org with
    several) stands as it is.
    """
    match kind:
        case FieldType.CURRENCY:
            return _signed(float(value), scale, _SYMBOLS.get(currency, f"{currency.strip()} "))
        case FieldType.PERCENT:
            return f"{float(value):,.{scale}f}%"
        case FieldType.INT | FieldType.DOUBLE:
            return f"{float(value):,.{scale}f}"
        case FieldType.DATE:
            return _day(date.fromisoformat(str(value)))
        case FieldType.DATETIME:
            moment = datetime.fromisoformat(str(value)).astimezone(zone)
            return f"{_day(moment.date())}, {_clock(moment.time())}"
        case FieldType.TIME:
            return _clock(time.fromisoformat(str(value).removesuffix("Z")))
        case _:
            return str(value)


def _signed(amount: float, scale: int, sign: str) -> str:
    return f"{'-' if amount < 0 else ''}{sign}{abs(amount):,.{scale}f}"


def _day(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _clock(moment: time) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'PM' if moment.hour >= 12 else 'AM'}"
