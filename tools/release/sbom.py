"""A bill of materials (CycloneDX 1.6, JSON) for each package of a release.

What a package needs is followed from its own metadata through the installed packages, whose
versions are those of ``requirements.lock``; a package that is not locked stops the release.
``canut`` also carries browser code: what of ``frontend/package-lock.json`` ends in its scripts is
listed too.
Nothing is looked up, so the same commit gives the same bytes.
"""

import base64
import datetime as dt
import json
import re
import uuid
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

IN_THE_BROWSER = ("idb", "lit")
"""Packages of the browser part whose code is in the scripts; the others only build them."""
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; [^\\]+)?(?: \\)?$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NAMESPACE = uuid.UUID("6f0e4d0c-5f2e-5a64-9f0b-3f7f5c1f7a11")

type Json = dict[str, Any]


def locked(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the version and the SHA-256 of the files of each locked package, by name."""
    blocks = re.split(r"\n(?=\S)", lock.read_text())
    pins: dict[str, tuple[str, list[str]]] = {}
    for block in blocks:
        pin = PIN.match(block)
        if pin:
            pins[canonicalize_name(pin[1])] = (pin[2], HASH.findall(block))
    return pins


def needed(requirements: list[str], extras: set[str]) -> set[str]:
    """Name the packages these requirements bring here, with what each of them brings."""
    extras_by_name: dict[str, set[str]] = {}
    queue = [(Requirement(text), extras) for text in requirements]
    while queue:
        requirement, active = queue.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in active | {""}):
            continue
        name = canonicalize_name(requirement.name)
        if name in extras_by_name and requirement.extras <= extras_by_name[name]:
            continue
        extras_by_name[name] = extras_by_name.get(name, set()) | requirement.extras
        try:
            inner = distribution(name).requires or []
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: make .venv/.dev") from None
        queue += [(Requirement(text), extras_by_name[name]) for text in inner]
    return set(extras_by_name)


def python_component(name: str, pins: dict[str, tuple[str, list[str]]], scope: str) -> Json:
    """Describe one locked package, with its licence as it declares it."""
    if name not in pins:
        raise SystemExit(f"{name} is needed and not in requirements.lock: make relock")
    version, hashes = pins[name]
    metadata = cast("Message", distribution(name).metadata)
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "scope": scope,
        "licenses": _licences(metadata),
        "purl": f"pkg:pypi/{name}@{version}",
        "properties": [{"name": "canut:lock:sha256", "value": digest} for digest in sorted(hashes)],
    }


def browser_components(lock: Path) -> Iterator[Json]:
    """Describe the packages whose code is in the scripts, by name."""
    packages = json.loads(lock.read_text())["packages"]
    queue, names = [*IN_THE_BROWSER], set[str]()
    while queue:
        name = queue.pop()
        if name not in names:
            names.add(name)
            queue += packages[f"node_modules/{name}"].get("dependencies", {})
    for name in sorted(names):
        package = packages[f"node_modules/{name}"]
        digest = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": package["version"],
            "scope": "required",
            "licenses": [{"license": {"name": package["license"]}}],
            "hashes": [{"alg": "SHA-512", "content": digest}],
            "purl": purl,
        }


def write(package: Json, root: Path, epoch: int) -> Json:
    """Write the bill of one package.

    Args:
        package: its ``name``, ``version``, ``requires`` (Requires-Dist lines), ``extras`` and the
            ``sha256`` of its wheel.
        root: the tree that was built, with its locks.
        epoch: seconds since 1970 of the commit.
    """
    pins = locked(root / "requirements.lock")
    plain = needed(package["requires"], set())
    whole = needed(package["requires"], set(package["extras"]))
    components = [
        python_component(name, pins, "required" if name in plain else "optional")
        for name in sorted(whole)
    ]
    if package["name"] == "canut":
        components += browser_components(root / "frontend/package-lock.json")
    ref = f"pkg:pypi/{package['name']}@{package['version']}"
    moment = dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, ref + package['sha256'])}",
        "version": 1,
        "metadata": {
            "timestamp": moment,
            "component": {
                "type": "application" if package["name"] != "canut-client" else "library",
                "bom-ref": ref,
                "name": package["name"],
                "version": package["version"],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": package["sha256"]}],
                "purl": ref,
            },
        },
        "components": components,
        "dependencies": [
            {"ref": ref, "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }


def _licences(metadata: Message) -> list[Json]:
    expression = metadata.get("License-Expression")
    if expression:
        return [{"expression": expression}]
    classifiers = [
        line.rsplit(" :: ", 1)[1]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    declared = (metadata.get("License") or "").strip().splitlines()
    names = classifiers or declared[:1]
    return [{"license": {"name": name}} for name in names]
