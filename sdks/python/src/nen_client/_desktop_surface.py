"""The methods of one desktop and of its parts: those of the clients, without the id."""

from __future__ import annotations

from ._method import of_desktop
from ._surface import Surface


class DesktopSurface:
    """What can be done with a desktop."""

    execute = of_desktop(Surface.execute)
    batch = of_desktop(Surface.execute_batch)
    screenshot = of_desktop(Surface.get_screenshot)
    changed_screenshot = of_desktop(Surface.get_changed_screenshot)
    list_tools = of_desktop(Surface.list_tools)
    tools = of_desktop(Surface.tools)
    calls = of_desktop(Surface.calls)
    events = of_desktop(Surface.events)
    tool_logs = of_desktop(Surface.get_tool_logs)
    tool_log_screenshot = of_desktop(Surface.get_tool_log_screenshot)
    replay = of_desktop(Surface.get_desktop_replay)
    open_replay_animation = of_desktop(Surface.open_desktop_replay_animation)
    save_replay_animation = of_desktop(Surface.save_desktop_replay_animation)

    zoom = of_desktop(Surface.zoom)
    cursor_position = of_desktop(Surface.cursor_position)
    mouse_move = of_desktop(Surface.mouse_move)
    left_click = of_desktop(Surface.left_click)
    right_click = of_desktop(Surface.right_click)
    middle_click = of_desktop(Surface.middle_click)
    double_click = of_desktop(Surface.double_click)
    triple_click = of_desktop(Surface.triple_click)
    drag = of_desktop(Surface.drag)
    drag_path = of_desktop(Surface.drag_path)
    left_mouse_down = of_desktop(Surface.left_mouse_down)
    left_mouse_up = of_desktop(Surface.left_mouse_up)
    scroll = of_desktop(Surface.scroll)
    type_text = of_desktop(Surface.type_text)
    key_press = of_desktop(Surface.key_press)
    hold_key = of_desktop(Surface.hold_key)
    wait = of_desktop(Surface.wait)

    bash = of_desktop(Surface.bash)
    restart_bash = of_desktop(Surface.restart_bash)
    get_clipboard = of_desktop(Surface.get_clipboard)
    set_clipboard = of_desktop(Surface.set_clipboard)
    list_windows = of_desktop(Surface.list_windows)
    focus_window = of_desktop(Surface.focus_window)
    launch_app = of_desktop(Surface.launch_app)
    open_url = of_desktop(Surface.open_url)
    open_path = of_desktop(Surface.open_path)


class SessionSurface:
    """The live view of a desktop."""

    open = of_desktop(Surface.create_session)
    get = of_desktop(Surface.get_session)
    end = of_desktop(Surface.delete_session)


class AgentSurface:
    """The vision agent on a desktop."""

    execute = of_desktop(Surface.agent_execute)
    verify = of_desktop(Surface.agent_verify)
    extract = of_desktop(Surface.agent_extract)


class FilesSurface:
    """The drive of a desktop, which its programs see as `/drive`."""

    list = of_desktop(Surface.list_files)
    upload = of_desktop(Surface.upload_file)
    download = of_desktop(Surface.download_file)
    open = of_desktop(Surface.open_file)
    save = of_desktop(Surface.save_file)
    delete = of_desktop(Surface.delete_file)


class FileSystemSurface:
    """All files of a desktop, by absolute paths or such that begin with `~`."""

    list = of_desktop(Surface.list_folder)
    read = of_desktop(Surface.read_file)
    open = of_desktop(Surface.open_desktop_file)
    save = of_desktop(Surface.save_desktop_file)
    write = of_desktop(Surface.write_file)
