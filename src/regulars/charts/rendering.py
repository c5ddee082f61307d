"""Specifications as SVG that takes the colours of its page, as PNG, and a page's own program."""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from regulars.charts.theme import LIGHT, PAGE, Spec, dressed

_NAMESPACE = "http://www.w3.org/2000/svg"
_KEPT = frozenset(
    {
        "d", "transform", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray",
        "stroke-opacity", "opacity", "text-anchor", "font-size", "font-weight", "x1", "x2", "y1",
        "y2", "x", "y", "width", "height", "dy",
    }
)  # fmt: skip
_USUAL = {"opacity": "1", "stroke-width": "1", "text-anchor": "start"}
_ROOM = 1.12  # a page's font may be wider than the one that labels are measured in
_LONG = re.compile(r"-?\d+\.\d\d+(?:e-?\d+)?")


def svg(spec: Spec, *, width: int) -> str:
    """A chart as SVG text that scales with its page and takes its colours, `width` units wide.

    Every mark that has details has them as its title. The same chart gives the same text. The bar
    of colours that explains a continuous scale is left out: its name would occur twice in a page.
    """
    import vl_convert

    roomy = _with_room(dressed(spec, theme=PAGE, width=width))
    drawn = ET.fromstring(vl_convert.vegalite_to_svg(roomy))
    whole = ET.Element(
        "svg",
        {"class": "chart", "viewBox": drawn.get("viewBox", ""), "role": "img",
         "aria-label": str(spec["description"])},
    )  # fmt: skip
    for child in drawn:
        _copy(child, whole)
    return ET.tostring(whole, encoding="unicode")


def standalone_svg(spec: Spec, *, width: int) -> str:
    """A chart as an SVG file of its own, on white, in the colours of a light page."""
    import vl_convert

    light = {**dressed(spec, theme=LIGHT, width=width), "background": "white"}
    text: str = vl_convert.vegalite_to_svg(light)
    return text


def png(spec: Spec, *, title: str, width: int = 760, scale: float = 1.5) -> bytes:
    """A titled chart as a PNG on white; charts made of several have the size of their parts."""
    import vl_convert

    light = {**dressed(spec, theme=LIGHT, width=width, title=title), "background": "white"}
    light["padding"] = 14
    data: bytes = vl_convert.vegalite_to_png(light, scale=scale)
    return _packed(data)


@cache
def program() -> str:
    """The program that draws specifications in a browser, safe to stand in a page."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return re.sub(r"</(script)", r"<\\/\1", bundle, flags=re.IGNORECASE)


def _packed(data: bytes) -> bytes:
    """The same picture, compressed as well as it can be: a third of what the renderer writes."""
    start = data.index(b"IDAT") - 4
    place, pixels = start, b""
    while data[place + 4 : place + 8] == b"IDAT":
        length = int.from_bytes(data[place : place + 4])
        pixels += data[place + 8 : place + 8 + length]
        place += length + 12
    packed = b"IDAT" + zlib.compress(zlib.decompress(pixels), 9)
    check = zlib.crc32(packed).to_bytes(4)
    return data[:start] + (len(packed) - 4).to_bytes(4) + packed + check + data[place:]


def _with_room(value: Any) -> Any:
    """The same with larger type, so that labels are given more room than they are measured at."""
    if isinstance(value, dict):
        return {
            name: inner * _ROOM if name.lower().endswith("fontsize") else _with_room(inner)
            for name, inner in value.items()
        }
    return [_with_room(inner) for inner in value] if isinstance(value, list) else value


def _copy(node: ET.Element, parent: ET.Element) -> None:
    """Copy what is visible: no names for groups, no empty shapes, places to a tenth of a unit."""
    tag = node.tag.removeprefix(f"{{{_NAMESPACE}}}")
    is_empty = node.get("class") in ("background", "foreground") or node.get("display") == "none"
    if is_empty or tag == "defs":
        return
    attributes = {
        name: _LONG.sub(_rounded, value).removesuffix("px")
        for name, value in node.attrib.items()
        if name in _KEPT and _USUAL.get(name) != value and not value.startswith("url(")
    }
    if "font-size" in attributes:
        attributes["font-size"] = f"{float(attributes['font-size']) / _ROOM:.3g}"
    if attributes.get("transform") == "translate(0,0)":
        del attributes["transform"]
    if tag == "g" and not attributes:
        target = parent
    else:
        if tag == "g" and not len(node):
            return
        target = ET.SubElement(parent, tag, attributes)
        target.text = node.text
    about = node.get("aria-label")
    if about and tag not in ("g", "text"):
        ET.SubElement(target, "title").text = about
    for child in node:
        _copy(child, target)


def _rounded(number: re.Match[str]) -> str:
    text = f"{float(number.group()):.1f}"
    return text.removesuffix(".0")
