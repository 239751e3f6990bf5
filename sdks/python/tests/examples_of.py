"""Answers that tests need again and again."""

from __future__ import annotations

from typing import Any

DESKTOP: dict[str, Any] = {
    "desktop_id": "dsk_abc123def456",
    "desktop_type": "sandbox",
    "status": "running",
    "workspace_id": "ws_default",
    "display": {"width": 1280, "height": 800},
    "tools": ["computer"],
    "network": "internet",
    "provisioning": "cold",
    "idle_timeout_seconds": 1800,
    "on_idle": "pause",
    "created_at": 1795362805,
    "updated_at": 1795362805,
}

RUN: dict[str, Any] = {
    "workflow_id": "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c",
    "message_id": "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11",
    "status": "processing",
    "run_status": "running",
    "expires_at": 1796068860,
    "assets": None,
    "workflow_version": 1,
    "workflow_name": "invoices",
    "attempt": 1,
    "workflow_params": {},
    "timeout_seconds": 1800,
    "queue_timeout_seconds": 3600,
    "cancel_requested": False,
    "steps": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "cost_usd": 0.0,
    "created_at": 1795377600.125,
}

ENDED: dict[str, Any] = {
    **RUN,
    "status": "success",
    "run_status": "completed",
    "success": True,
    "result": {"total": 1204.5},
    "assets": f"https://nen.example.com/runs/{RUN['message_id']}/assets.zip?expires=9&signature=5f",
}
