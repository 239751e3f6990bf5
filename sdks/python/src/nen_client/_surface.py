"""The methods that `Nen` and `AsyncNen` have in common: all calls of the API by the names of the
official client.

What each does and takes stands with the function behind it, in `calls` and `actions`.
"""

from __future__ import annotations

from . import actions
from ._method import act, call, following, opening, pages
from .calls import desktops, files, replays, runs, sessions, workflows, workspace
from .calls import tools as acting


class Surface:
    """All calls."""

    create_desktop = call(desktops.create_desktop)
    list_desktops = call(desktops.list_desktops)
    get_desktop = call(desktops.get_desktop)
    update_desktop = call(desktops.update_desktop)
    delete_desktop = call(desktops.delete_desktop)
    pause_desktop = call(desktops.pause_desktop)
    resume_desktop = call(desktops.resume_desktop)
    events = following(desktops.events)
    get_tool_logs = call(desktops.get_tool_logs)
    get_tool_log_screenshot = call(replays.get_tool_log_screenshot)
    get_desktop_replay = call(replays.get_desktop_replay)
    open_desktop_replay_animation = opening(replays.open_desktop_replay_animation)
    save_desktop_replay_animation = call(replays.save_desktop_replay_animation)

    execute = call(acting.execute)
    execute_batch = call(acting.execute_batch)
    get_screenshot = call(acting.get_screenshot)
    get_changed_screenshot = call(acting.get_changed_screenshot)
    list_tools = call(acting.list_tools)
    tools = call(acting.tools)
    calls = call(acting.calls)

    screenshot = act(actions.screenshot)
    zoom = act(actions.zoom)
    cursor_position = act(actions.cursor_position)
    mouse_move = act(actions.mouse_move)
    left_click = act(actions.left_click)
    right_click = act(actions.right_click)
    middle_click = act(actions.middle_click)
    double_click = act(actions.double_click)
    triple_click = act(actions.triple_click)
    drag = act(actions.drag)
    drag_path = act(actions.drag_path)
    left_mouse_down = act(actions.left_mouse_down)
    left_mouse_up = act(actions.left_mouse_up)
    scroll = act(actions.scroll)
    type_text = act(actions.type_text)
    key_press = act(actions.key_press)
    hold_key = act(actions.hold_key)
    wait = act(actions.wait)

    bash = call(acting.bash)
    restart_bash = call(acting.restart_bash)
    get_clipboard = call(acting.get_clipboard)
    set_clipboard = call(acting.set_clipboard)
    list_windows = call(acting.list_windows)
    focus_window = call(acting.focus_window)
    launch_app = call(acting.launch_app)
    open_url = call(acting.open_url)
    open_path = call(acting.open_path)

    create_session = call(sessions.create_session)
    get_session = call(sessions.get_session)
    delete_session = call(sessions.delete_session)

    agent_execute = call(sessions.agent_execute)
    agent_verify = call(sessions.agent_verify)
    agent_extract = call(sessions.agent_extract)

    list_files = call(files.list_files)
    upload_file = call(files.upload_file)
    download_file = call(files.download_file)
    open_file = opening(files.open_file)
    save_file = call(files.save_file)
    delete_file = call(files.delete_file)
    list_folder = call(files.list_folder)
    read_file = call(files.read_file)
    open_desktop_file = opening(files.open_desktop_file)
    save_desktop_file = call(files.save_desktop_file)
    write_file = call(files.write_file)

    upload_workflow = call(workflows.upload_workflow)
    list_workflows = call(workflows.list_workflows)
    get_workflow = call(workflows.get_workflow)
    publish_workflow = call(workflows.publish_workflow)
    list_workflow_versions = call(workflows.list_workflow_versions)
    rollback_workflow = call(workflows.rollback_workflow)
    delete_workflow = call(workflows.delete_workflow)

    start_run = call(runs.start_run)
    get_run = call(runs.get_run)
    wait_run = call(runs.wait_run)
    list_runs = call(runs.list_runs)
    iterate_runs = pages(runs.iterate_runs)
    cancel_run = call(runs.cancel_run)
    get_run_logs = call(runs.get_run_logs)
    get_run_log_records = call(runs.get_run_log_records)
    follow_run_logs = following(runs.follow_run_logs)
    list_run_steps = call(runs.list_run_steps)
    iterate_run_steps = pages(runs.iterate_run_steps)
    get_run_screenshot = call(runs.get_run_screenshot)
    get_run_replay = call(replays.get_run_replay)
    open_run_replay_animation = opening(replays.open_run_replay_animation)
    save_run_replay_animation = call(replays.save_run_replay_animation)
    open_run_assets = opening(runs.open_run_assets)
    save_run_assets = call(runs.save_run_assets)
    list_run_webhooks = call(runs.list_run_webhooks)
    resend_run_webhook = call(runs.resend_run_webhook)

    get_identity = call(workspace.get_identity)
    create_sign_in_link = call(workspace.create_sign_in_link)
    workspace_events = following(workspace.workspace_events)
    get_usage = call(workspace.get_usage)
    list_audit = call(workspace.list_audit)
    get_models = call(workspace.get_models)
    list_keys = call(workspace.list_keys)
    create_key = call(workspace.create_key)
    revoke_key = call(workspace.revoke_key)
    get_settings = call(workspace.get_settings)
    rotate_webhook_secret = call(workspace.rotate_webhook_secret)
    rotate_signing_secret = call(workspace.rotate_signing_secret)
    set_budget = call(workspace.set_budget)
    set_network = call(workspace.set_network)
    get_model_use = call(workspace.get_model_use)
    get_health = call(workspace.get_health)
    get_openapi = call(workspace.get_openapi)
    request = call(workspace.request)
