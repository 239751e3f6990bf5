package nendesktop

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Window is a window on a desktop.
type Window struct {
	// ID is for [Desktop.FocusWindow].
	ID int `json:"id"`
	// Title is what stands in its title bar.
	Title string `json:"title"`
	// App is the program's class, such as Chromium.
	App string `json:"app"`
	// X and Y are the top left of its contents on the screen, in pixels.
	X int `json:"x"`
	Y int `json:"y"`
	// Width and Height are those of its contents, in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Focused is whether it has the keyboard.
	Focused bool `json:"focused"`
}

// Windows lists the desktop's windows. It needs the tool windows, see [WithTools].
func (d *Desktop) Windows(ctx context.Context) ([]Window, error) {
	result, err := d.Do(ctx, tool("windows", "list", nil))
	if err != nil {
		return nil, err
	}
	var windows []Window
	if err := json.Unmarshal([]byte(result.Output), &windows); err != nil {
		return nil, fmt.Errorf("nen: the list of windows cannot be read: %w", err)
	}
	return windows, nil
}

// FocusWindow brings a window to the front and gives it the keyboard. It needs the tool windows.
func (d *Desktop) FocusWindow(ctx context.Context, id int) (*ExecuteResult, error) {
	return d.Do(ctx, tool("windows", "focus", map[string]any{"window_id": id}))
}

// LaunchApp starts chromium, terminal, files or editor. It needs the tool windows.
func (d *Desktop) LaunchApp(ctx context.Context, app string) (*ExecuteResult, error) {
	return d.Do(ctx, tool("windows", "launch", map[string]any{"app": app}))
}

// OpenURL opens a web page, http:// or https://. It needs the tool windows.
func (d *Desktop) OpenURL(ctx context.Context, address string) (*ExecuteResult, error) {
	return d.Do(ctx, tool("windows", "open", map[string]any{"url": address}))
}

// OpenPath opens a file or a folder of the desktop by its absolute path. It needs the tool windows.
func (d *Desktop) OpenPath(ctx context.Context, path string) (*ExecuteResult, error) {
	return d.Do(ctx, tool("windows", "open", map[string]any{"path": path}))
}

// Clipboard is the text in the desktop's clipboard. It needs the tool clipboard.
func (d *Desktop) Clipboard(ctx context.Context) (string, error) {
	result, err := d.Do(ctx, tool("clipboard", "get", nil))
	if err != nil {
		return "", err
	}
	return result.Output, nil
}

// SetClipboard puts a text into the desktop's clipboard. It needs the tool clipboard.
func (d *Desktop) SetClipboard(ctx context.Context, text string) error {
	_, err := d.Do(ctx, tool("clipboard", "set", map[string]any{"text": text}))
	return err
}

// RunCommand runs a command in the desktop's shell and answers what it printed, with "[exit code 1]" at its end when it
// failed, which is no error. It is ended after the timeout, at most 300 s; 120 s when that is 0. Output over 10 000
// characters keeps its head and tail. It needs the tool bash.
func (d *Desktop) RunCommand(ctx context.Context, command string, timeout time.Duration) (string, error) {
	params := map[string]any{"command": command}
	if timeout > 0 {
		params["timeout"] = timeout.Seconds()
	}
	action := tool("bash", "run", params)
	action.lasts = timeout
	result, err := d.Do(ctx, action)
	if err != nil {
		return "", err
	}
	return result.Output, nil
}

// RestartShell ends the desktop's shell and begins a new one. It needs the tool bash.
func (d *Desktop) RestartShell(ctx context.Context) error {
	_, err := d.Do(ctx, tool("bash", "restart", nil))
	return err
}

func tool(name, action string, params map[string]any) Action {
	return Action{Tool: name, Name: action, Params: params}
}
