"""The alerts: each leads to a section that says what to do, and asks for metrics that are documented."""

import re

from blocks import DOCS, ROOT, prose

ALERTS = (ROOT / "deploy/prometheus/alerts.yaml").read_text()
# What Prometheus itself knows about each server that it asks.
ITS_OWN = {"up"}
SUFFIX = re.compile(r"_(bucket|count|sum)$")


def test_every_alert_leads_to_its_section():
    page = DOCS / "operate.md"
    names = re.findall(r"^ +- alert: (\w+)$", ALERTS, re.MULTILINE)
    urls = re.findall(r"^ +runbook_url: \S+/(docs/\S+)$", ALERTS, re.MULTILINE)
    assert names and urls == [f"docs/{page.name}#{name.lower()}" for name in names]
    assert re.findall(r"^### (\w+)$", prose(page), re.MULTILINE) == names


def test_every_alert_asks_for_metrics_that_there_are():
    documented = set(re.findall(r"`(\w+)(?:\{[^}`]*\})?`", (DOCS / "monitoring.md").read_text()))
    asked = set()
    for expression in re.findall(r"^ +expr: (.+)$", ALERTS, re.MULTILINE):
        asked |= set(re.findall(r"\b(?:nen|process)_\w+|\bup\b", re.sub(r'"[^"]*"', "", expression)))
    asked = {SUFFIX.sub("", name) for name in asked}
    assert asked and not asked - documented - ITS_OWN
