"""A paper is read here as an archive would: only if it is PDF/A-2b with its letters inside."""

from __future__ import annotations

import io

from pypdf import PdfReader


def opened(content: bytes) -> PdfReader:
    """The paper; AssertionError when it does not say of itself, or is not, what an archive takes."""
    reader = PdfReader(io.BytesIO(content))
    told = reader.metadata and reader.xmp_metadata
    assert told is not None
    raw = told.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in raw
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in raw
    assert "/Encrypt" not in reader.trailer
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "NotoSans" in descriptor["/FontName"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    return reader
