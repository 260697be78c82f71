"""The real npm package `ncalayer-js-client`, in a real browser, against the emulator."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from nesie.foundation.identification.rules import eds
from nesie.simulators.people import by_key
from tests.simulators.launch import launched

CLIENT = Path(__file__).parents[2] / "src/nesie/entrypoints/web/static/vendor/ncalayer/ncalayer-client.js"
SIGN = """
async ([url, data, iin]) => {
  const client = new NCALayerClient(url, false);
  const version = await client.connect();
  const signer = {extKeyUsageOids: [], iin: iin, bin: '', serialNumber: '', chain: []};
  const params = NCALayerClient.basicsCMSParamsDetached;
  try {
    return [version, await client.basicsSignCMS(NCALayerClient.basicsStorageAll, data, params, signer)];
  } catch (error) {
    return [version, error.canceledByUser ? 'canceled' : String(error)];
  }
}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    state = tmp_path_factory.mktemp("state")
    with launched("pki", state) as pki, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NESIE_PKI_URL", pki)
        with launched("ncalayer", state) as layer:
            yield pki, layer, state


@pytest.fixture(scope="module")
def page(world: tuple[str, str, Path]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(world[0])
        page.add_script_tag(content=CLIENT.read_text())
        yield page
        browser.close()


@pytest.mark.browser
class TestRealClient:
    @pytest.mark.clause("6-eds")
    def test_signs_a_document_that_our_verifier_accepts(self, page: Page, world: tuple[str, str, Path]) -> None:
        document = "Несие шарты".encode()
        iin = by_key("aigerim").iin
        arguments = [world[1].replace("http", "ws"), base64.b64encode(document).decode(), iin]
        version, signature = page.evaluate(SIGN, arguments)
        assert version == "1.4"
        anchors = eds.load_anchors(path.read_bytes() for path in (world[2] / "pki" / "anchors").iterdir())
        found = eds.verify(
            signature.encode(), document, at=datetime.now(UTC), anchors=anchors, expected=eds.Expected(iin=iin),
            evidence=eds.Evidence(),
        )  # fmt: skip
        # Everything about the signature itself holds; its status was not asked here.
        assert found.failed_check is eds.Failure.STATUS_UNKNOWN
        assert found.checks[-1] == "holder"

    def test_sees_a_cancellation_as_one(self, page: Page, world: tuple[str, str, Path]) -> None:
        version, outcome = page.evaluate(SIGN, [world[1].replace("http", "ws"), "AAAA", "000000000000"])
        assert (version, outcome) == ("1.4", "canceled")
