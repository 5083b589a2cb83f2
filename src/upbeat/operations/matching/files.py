"""A CSV file of companies, whatever its columns are called: which of them says what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from upbeat.base import Broken, CsvFile, nearest
from upbeat.matching import Fields
from upbeat.operations.house import Refused

THINGS: Final = tuple(field.name for field in fields(Fields))
"""What a column may say: `company`, `website` and so on, and beside them `id`."""

_SIGNS: Final = (",", ";", "\t")  # where a comma stands in numbers, columns are parted by semicolons
_CALLED: Final = {  # without case, spaces and signs; the first that a file has counts
    "id": "id leadid accountid recordid key uid",
    "company": "company companyname accountname organization organisation organizationname business firm name",
    "website": "website web url homepage domain site",
    "email": "email emailaddress mail",
    "phone": "phone phonenumber telephone tel businessphone mainphone mobilephone mobile",
    "street": "street billingstreet mailingstreet address streetaddress address1 addressline1 addr",
    "postal_code": "postalcode billingpostalcode mailingpostalcode zip zipcode postcode plz",
    "city": "city billingcity mailingcity town",
    "state": "state billingstate mailingstate province region stateprovince",
    "country": "country billingcountry mailingcountry countrycode",
    "first_name": "firstname givenname",
    "last_name": "lastname surname familyname",
}


@dataclass(frozen=True)
class Sheet:
    """A file's rows by column, each with `Id`, and which columns say what. `warnings` are what a reader should know."""

    path: Path
    rows: Sequence[Mapping[str, str]]
    of: Fields
    columns: Mapping[str, str]  # by what they say
    warnings: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path, said: Mapping[str, str]) -> "Sheet":
        """Read a file; `said` names columns by what they say, the others are known by how they are usually called.

        Rows without a column for their id are known by their line. Raises CsvError, and Refused where nothing in the
        file says which company a row is of.
        """
        file = opened(path)
        columns = _usual(file.header) | checked(said, file)
        if not columns.keys() & {"company", "website", "email", "phone", "street"}:
            raise Refused(
                f"no column says which company a row is of: it has {', '.join(file.header)}",
                where=str(path),
                fix=f"Say what its columns are, such as --map company='{file.header[0]}'.",
            )
        rows, broken = list[Mapping[str, str]](), list[Broken]()
        for row in file:
            if isinstance(row, Broken):
                broken.append(row)
                continue
            values = dict(zip(file.header, row.cells, strict=True))
            rows.append({**values, "Id": (values[columns["id"]] if "id" in columns else "") or f"line {row.line}"})
        warnings = [f"{path.name}: {file.warning}"] if file.warning else []
        warnings += [f"{path.name}:{one.line}: left out, {one.why}" for one in broken]
        of = Fields(**{thing: (column,) for thing, column in columns.items() if thing != "id"})
        return cls(path, rows, of, columns, tuple(warnings))


def opened(path: Path) -> CsvFile:
    """Open a CSV file by whichever sign parts its columns: the one that makes most of them. Raises CsvError."""
    return max((CsvFile(path, sign) for sign in _SIGNS), key=lambda file: len(file.header))


def checked(said: Mapping[str, str], file: CsvFile) -> dict[str, str]:
    """Give columns as a person named them. Raises Refused where the file has none of a name, or nothing says that."""
    for thing, column in said.items():
        if thing not in {"id", *THINGS}:
            near = nearest(thing, ("id", *THINGS))
            fix = f"Did you mean {near}?" if near else f"Name one of id, {', '.join(THINGS)}."
            raise Refused(f"a column cannot say {thing!r}", where="--map", fix=fix)
        if column not in file.header:
            near = nearest(column, file.header)
            fix = f"Did you mean {near!r}?" if near else f"It has {', '.join(file.header)}."
            raise Refused(f"there is no column {column!r}", where=str(file.path), fix=fix)
    return dict(said)


def _usual(header: Sequence[str]) -> dict[str, str]:
    """Give the columns whose names tell what they say: the first that has one of the names."""
    plain = {"".join(letter for letter in column.casefold() if letter.isalnum()): column for column in reversed(header)}
    found = {thing: [plain[name] for name in names.split() if name in plain] for thing, names in _CALLED.items()}
    return {thing: columns[0] for thing, columns in found.items() if columns}
