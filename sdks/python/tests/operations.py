"""Which method of the client does which operation of the API, called with all that it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """A method, how it is called, and how its answer is taken: `ask`, `all` or `download`."""

    method: str
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    take: str = "ask"


D = "dsk_abc123def456"
W = "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c"
R = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"

CREATION: dict[str, Any] = {
    "desktop_type": "sandbox",
    "name": "invoices",
    "display": {"width": 1024, "height": 768},
    "tools": ["computer", "bash"],
    "timeout_seconds": 3600,
    "idle_timeout_seconds": 600,
    "on_idle": "delete",
    "network": "none",
    "env": {"LANG": "de_DE.UTF-8"},
    "metadata": {"team": "finance"},
    "start_url": "https://example.com",
}
BESIDE: dict[str, Any] = {
    "secret": True,
    "screenshot": "always",
    "settle": {"quiet_ms": 50, "max_ms": 500},
    "image": {"format": "jpeg", "quality": 70},
}
DIALECT: dict[str, Any] = {
    "variant": "computer_20251124",
    "display_width": 1024,
    "display_height": 768,
}
SHOWN: dict[str, Any] = {
    "format": "webp",
    "quality": 70,
    "max_width": 640,
    "max_height": 400,
    "region": (0, 0, 100, 100),
    "cursor": False,
    "peek": True,
}
PART: dict[str, Any] = {"first_byte": 0, "last_byte": 9, "unless_etag": '"1"'}
ASSETS = f"https://nen.example.com/runs/{R}/assets.zip?expires=9&signature=5f"

# By operationId, or by method and path for what may have none yet.
OPERATIONS: dict[str, list[Row]] = {
    "listDesktops": [
        Row("list_desktops", options={"metadata": {"team": "finance"}, "deleted": True})
    ],
    "createDesktop": [Row("create_desktop", options=CREATION)],
    "getDesktop": [Row("get_desktop", (D,))],
    "deleteDesktop": [Row("delete_desktop", (D,))],
    "renameDesktop": [Row("update_desktop", (D,), {"name": "x"})],
    "pauseDesktop": [Row("pause_desktop", (D,))],
    "resumeDesktop": [Row("resume_desktop", (D,))],
    "followDesktop": [Row("events", (D,), {"after": 7}, "all")],
    "followDesktops": [Row("workspace_events", (), {}, "all")],
    "getDesktopReplay": [Row("get_desktop_replay", (D,), {"images": "inline"})],
    "getDesktopAnimation": [
        Row("open_desktop_replay_animation", (D,), {"speed": 8}, "download"),
    ],
    "getToolLogScreenshot": [Row("get_tool_log_screenshot", (D, 17))],
    "listToolLogs": [Row("get_tool_logs", (D,), {"limit": 5, "before": 9})],
    "execute": [
        Row("execute", (D,), {"tool": "bash", "action": "run", "params": {"command": "ls"}}),
        Row("execute_batch", (D, [{"tool": "computer", "action": "wait", "params": {}}]), BESIDE),
    ],
    "getScreenshot": [
        Row("get_screenshot", (D,), SHOWN),
        Row("get_changed_screenshot", (D, '"1"'), SHOWN),
    ],
    "listTools": [Row("list_tools", (D,)), Row("tools", (D, "anthropic"), DIALECT)],
    "performCalls": [
        Row("calls", (D, [{"type": "tool_use"}]), {"dialect": "anthropic", **DIALECT})
    ],
    "getSession": [Row("get_session", (D,))],
    "openSession": [Row("create_session", (D,), {"interactive": True, "takeover": True})],
    "endSession": [Row("delete_session", (D,))],
    "agentExecute": [
        Row(
            "agent_execute",
            (D, "Open it"),
            {"max_iterations": 3, "model": "m", "max_cost_usd": 0.5},
        )
    ],
    "agentVerify": [Row("agent_verify", (D, "It is open"), {"timeout": 5, "model": "m"})],
    "agentExtract": [Row("agent_extract", (D, "Its total", {"type": "number"}), {"model": "m"})],
    "listFiles": [Row("list_files", (D, "Documents"))],
    "uploadFile": [Row("upload_file", (D, "a.txt", b"x"), {"path": "Documents"})],
    "downloadFile": [
        Row("open_file", (D, "a.txt", "Documents"), PART, "download"),
        Row("download_file", (D, "a.txt", "Documents")),
    ],
    "deleteFile": [Row("delete_file", (D, "a.txt", "Documents"))],
    "listFolder": [Row("list_folder", (D, "~"), {"pattern": "*.txt"})],
    "readFile": [
        Row("open_desktop_file", (D, "~/a.txt"), PART, "download"),
        Row("read_file", (D, "~/a.txt")),
    ],
    "writeFile": [Row("write_file", (D, "~/a.txt", b"x"), {"append": True})],
    "listWorkflows": [Row("list_workflows")],
    "uploadWorkflow": [Row("upload_workflow", ("invoices", {"workflow.py": "…"}))],
    "getWorkflow": [Row("get_workflow", (W,), {"version": 2})],
    "publishWorkflow": [Row("publish_workflow", (W, {"workflow.py": "…"}), {"name": "x"})],
    "deleteWorkflow": [Row("delete_workflow", (W,))],
    "rollbackWorkflow": [Row("rollback_workflow", (W, 1))],
    "listWorkflowVersions": [Row("list_workflow_versions", (W,))],
    "startRun": [
        Row(
            "start_run",
            (W, {"month": "2026-10"}),
            {
                "secure_params": {"password": "p"},
                "webhook_callback": "https://example.com/nen",
                "desktop_id": D,
                "desktop": CREATION,
                "timeout_seconds": 60,
                "queue_timeout_seconds": 60,
                "concurrency_key": "portal",
                "model": "m",
                "max_cost_usd": 1.5,
            },
        )
    ],
    "getRun": [Row("get_run", (R,))],
    "listRuns": [
        Row(
            "list_runs",
            options={"workflow_id": W, "status": "failed", "limit": 5, "cursor": "c"},
        )
    ],
    "cancelRun": [Row("cancel_run", (R,))],
    "getRunLogs": [
        Row("get_run_logs", (R,), {"after": 3}),
        Row("follow_run_logs", (R,), {"after": 3}, "all"),
        Row("wait_run", (R,)),
    ],
    "listRunSteps": [Row("list_run_steps", (R,), {"after": 3, "limit": 5})],
    "getRunScreenshot": [Row("get_run_screenshot", (R, "1.png"))],
    "downloadRunAssets": [Row("open_run_assets", (ASSETS,), {"first_byte": 1}, "download")],
    "getRunReplay": [Row("get_run_replay", (R,), {"images": "inline"})],
    "getRunAnimation": [Row("open_run_replay_animation", (R,), {"speed": 8}, "download")],
    "listRunWebhooks": [Row("list_run_webhooks", (R,))],
    "resendRunWebhook": [Row("resend_run_webhook", (R, "msg_4f7c0z9k2mqa"))],
    "getIdentity": [Row("get_identity")],
    "createSignInLink": [Row("create_sign_in_link")],
    "listAudit": [
        Row(
            "list_audit",
            options={
                "action": "key.",
                "actor": "deploy",
                "object": "key_4zcmr9izvnco",
                "since": 1793491200,
                "limit": 5,
                "cursor": "9",
            },
        )
    ],
    "getUsage": [Row("get_usage", options={"days": 7})],
    "listModels": [Row("get_models")],
    "listKeys": [Row("list_keys")],
    "createKey": [Row("create_key", ("deploy", ["admin"]), {"expires_at": 1796068800})],
    "revokeKey": [Row("revoke_key", ("key_4zcmr9izvnco",))],
    "getSettings": [Row("get_settings")],
    "rotateWebhookSecret": [Row("rotate_webhook_secret")],
    "rotateSigningSecret": [Row("rotate_signing_secret")],
    "setModelBudget": [Row("set_budget", (50.0,))],
    "setWorkspaceNetwork": [Row("set_network", ({"allow": ["example.com"]},))],
    "getModelUse": [Row("get_model_use", options={"since": 1793491200, "until": 1796083200})],
    "getHealth": [Row("get_health")],
    "getOpenApi": [Row("get_openapi")],
}
