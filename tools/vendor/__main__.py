"""Make the vendored JavaScript again from its pinned versions: `make vendor`. It needs node and npm.

A version is changed in package.json, then `npm install` writes package-lock.json beside it; both hold every package to
its hash, and name no place that it comes from. Whoever uses Upbeat, and whoever changes its Python, needs neither.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALLED = HERE / "node_modules"
LOCK = HERE / "package-lock.json"


@dataclass(frozen=True)
class Vendored:
    """A file of other people's JavaScript: one of a package's own, or the bundle of a module here."""

    folder: str
    file: str
    source: str

    @property
    def licence(self) -> str:
        """The name of the file that holds its licences' texts."""
        return f"{self.file.partition('.')[0]}.licence.txt"


FILES = (
    Vendored("src/upbeat/console/static/vendor", "htmx.min.js", "htmx.org/dist/htmx.min.js"),
    Vendored("src/upbeat/console/static/vendor", "codemirror.js", "codemirror.mjs"),
    Vendored("tests/browser/vendor", "axe.min.js", "axe-core/axe.min.js"),
)


def main() -> None:
    """Write every file, its licences, and the locks that hold them to their hashes."""
    install()
    for folder in dict.fromkeys(one.folder for one in FILES):
        into = ROOT / folder
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        locked = [made(one, into) for one in FILES if one.folder == folder]
        (into / "lock.json").write_text(json.dumps({"files": locked}, indent=2) + "\n", "utf-8")


def install() -> None:
    """Bring the packages in at their pinned versions, where they are not."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        sys.exit(f"Install {' and '.join(missing)} (Debian, Ubuntu: apt install nodejs npm; macOS: brew install node).")
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)  # noqa: S607 - npm is where the path says


def made(one: Vendored, into: Path) -> dict[str, object]:
    """Write a file with its licences; give its entry in the lock."""
    packages = (
        bundled(one.source, into / one.file) if one.source.endswith(".mjs") else copied(one.source, into / one.file)
    )
    (into / one.licence).write_text("\n\n".join(map(licence, packages)) + "\n", "utf-8")
    return {
        "file": one.file,
        "sha256": hashlib.sha256((into / one.file).read_bytes()).hexdigest(),
        "licence": one.licence,
        "packages": [{part: about(name)[part] for part in ("name", "version", "license")} for name in packages],
    }


def copied(source: str, to: Path) -> list[str]:
    """Copy a package's own file; give the package's name."""
    shutil.copyfile(INSTALLED / source, to)
    return [source.split("/", maxsplit=1)[0]]


def bundled(source: str, to: Path) -> list[str]:
    """Bundle a module with all that it imports; give the names of the packages that went in."""
    meta = INSTALLED / f"{to.name}.json"
    command = ["node_modules/.bin/esbuild", source, "--bundle", "--minify", "--format=esm", "--target=es2022"]
    command += ["--legal-comments=none", "--log-level=warning", f"--outfile={to}", f"--metafile={meta}"]
    subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - a command of our own
    return sorted({package(file) for file in json.loads(meta.read_text("utf-8"))["inputs"] if file != source})


def package(file: str) -> str:
    """Give the package that an installed file is of."""
    parts = file.removeprefix("node_modules/").split("/")
    return "/".join(parts[: 2 if parts[0].startswith("@") else 1])


def about(name: str) -> dict[str, str]:
    """Give what a package says of itself."""
    return json.loads((INSTALLED / name / "package.json").read_text("utf-8"))


def licence(name: str) -> str:
    """Give a package's licence in full, below its name and version."""
    text = next((INSTALLED / name).glob("LICENSE*")).read_text("utf-8")
    return f"{name} {about(name)['version']}\n\n{text.strip()}"


if __name__ == "__main__":
    main()
