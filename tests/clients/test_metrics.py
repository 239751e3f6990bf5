"""What the server shows Prometheus, read by Prometheus's own library for Python."""

from __future__ import annotations

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as classic

from conftest import Server


def test_prometheus_reads_the_metrics(server: Server):
    client = server.client()
    before = client.get("/metrics")
    assert before.status_code == 200
    desktop = client.post("/desktops", json={}).raise_for_status().json()["desktop_id"]
    body = {"action": {"tool": "computer", "action": "left_click", "params": {"coordinate": [300, 300]}}}
    client.post(f"/desktops/{desktop}/execute", json=body).raise_for_status()
    text = client.get("/metrics").raise_for_status().text
    client.delete(f"/desktops/{desktop}").raise_for_status()

    # The strict parser: types, units, order of series, buckets that add up, and the end.
    families = {family.name: family for family in text_string_to_metric_families(text)}
    kinds = {name: family.type for name, family in families.items()}
    assert kinds["nen_desktop_creation_seconds"] == "histogram"
    assert kinds["nen_actions"] == "counter"
    assert kinds["nen_desktops"] == "gauge"
    assert kinds["nen_build"] == "info"
    assert len(families) >= 35
    assert all(family.documentation for family in families.values())
    memory = [sample for sample in families["nen_desktop_memory_bytes"].samples if sample.labels["desktop"] == desktop]
    assert [sample.value > 1e6 for sample in memory] == [True]
    # A scraper that knows the older format only gets the same numbers.
    samples = {sample.name for family in classic(text) for sample in family.samples}
    assert {"nen_actions_total", "nen_http_request_seconds_bucket", "process_open_fds"} <= samples
