package nendesktop

import (
	"strings"
	"time"
)

// Action is one call of a tool, to be given to [Desktop.Do] or [Desktop.Batch]. [LeftClick] and its like make those of
// the computer tool; any other can be written out.
type Action struct {
	// Tool is its name, as ListTools has it.
	Tool string `json:"tool"`
	// Name is one of the tool's actions.
	Name string `json:"action"`
	// Params are the action's parameters.
	Params map[string]any `json:"params"`

	// lasts is the time that the action takes by itself.
	lasts time.Duration
}

// MarshalJSON writes the action. Its parameters are an object also when there are none, as Nen documents it.
func (a Action) MarshalJSON() ([]byte, error) {
	return rawAction{a.Tool, a.Name, a.Params}.MarshalJSON()
}

// PointerOption changes a click, a drag or a turn of the wheel.
type PointerOption func(params map[string]any)

// Holding holds modifiers meanwhile: "ctrl", "alt", "shift", "super".
func Holding(modifiers ...string) PointerOption {
	return func(params map[string]any) { params["text"] = strings.Join(modifiers, "+") }
}

// AtPointer acts where the pointer is, whatever x and y are.
func AtPointer() PointerOption {
	return func(params map[string]any) { delete(params, "coordinate") }
}

// KeyOption changes a press of keys.
type KeyOption func(params map[string]any)

// Repeat presses the keys so many times, 1 to 100.
func Repeat(times int) KeyOption {
	return func(params map[string]any) { params["repeat"] = times }
}

// TextOption changes how a text is typed.
type TextOption func(params map[string]any)

// Interval is the time between two characters, up to 10 s.
func Interval(pause time.Duration) TextOption {
	return func(params map[string]any) { params["interval"] = pause.Seconds() }
}

func computer[Option ~func(map[string]any)](name string, params map[string]any, options []Option) Action {
	for _, option := range options {
		option(params)
	}
	return Action{Tool: "computer", Name: name, Params: params}
}

func plain(name string, params map[string]any) Action {
	return computer[PointerOption](name, params, nil)
}

func at(name string, x, y int, options []PointerOption) Action {
	return computer(name, map[string]any{"coordinate": Point{x, y}}, options)
}

// LeftClick clicks at a place in pixels.
func LeftClick(x, y int, options ...PointerOption) Action { return at("left_click", x, y, options) }

// RightClick clicks with the right button.
func RightClick(x, y int, options ...PointerOption) Action { return at("right_click", x, y, options) }

// MiddleClick clicks with the wheel.
func MiddleClick(x, y int, options ...PointerOption) Action { return at("middle_click", x, y, options) }

// DoubleClick clicks twice.
func DoubleClick(x, y int, options ...PointerOption) Action { return at("double_click", x, y, options) }

// TripleClick clicks three times.
func TripleClick(x, y int, options ...PointerOption) Action { return at("triple_click", x, y, options) }

// LeftMouseDown presses the left button and holds it, also when the call is over.
func LeftMouseDown(x, y int, options ...PointerOption) Action {
	return at("left_mouse_down", x, y, options)
}

// LeftMouseUp lets the left button go.
func LeftMouseUp(x, y int, options ...PointerOption) Action {
	return at("left_mouse_up", x, y, options)
}

// MouseMove moves the pointer.
func MouseMove(x, y int) Action { return at("mouse_move", x, y, nil) }

// Drag presses the left button at the first place and lets it go at the second.
func Drag(fromX, fromY, toX, toY int, options ...PointerOption) Action {
	params := map[string]any{"start_coordinate": Point{fromX, fromY}, "coordinate": Point{toX, toY}}
	return computer("left_click_drag", params, options)
}

// DragPath drags along two points or more.
func DragPath(path []Point, options ...PointerOption) Action {
	return computer("left_click_drag", map[string]any{"path": path}, options)
}

// Direction is a way to scroll.
type Direction string

// Ways to scroll.
const (
	Up    Direction = "up"
	Down  Direction = "down"
	Left  Direction = "left"
	Right Direction = "right"
)

// Scroll turns the wheel at a place by so many ticks, 0 to 100.
func Scroll(x, y int, direction Direction, amount int, options ...PointerOption) Action {
	params := map[string]any{"coordinate": Point{x, y}, "scroll_direction": direction, "scroll_amount": amount}
	return computer("scroll", params, options)
}

// TypeText types any Unicode text, at most 100 000 characters: a newline presses Return, a tab Tab.
func TypeText(text string, options ...TextOption) Action {
	return computer("type", map[string]any{"text": text}, options)
}

// KeyPress presses a key or a combination, "Return" or "ctrl+shift+t"; several with spaces between them.
func KeyPress(keys string, options ...KeyOption) Action {
	return computer("key", map[string]any{"text": keys}, options)
}

// HoldKey holds a key or a combination for a time, at most 300 s.
func HoldKey(keys string, duration time.Duration) Action {
	action := plain("hold_key", map[string]any{"text": keys, "duration": duration.Seconds()})
	action.lasts = duration
	return action
}

// Wait waits, at most 300 s.
func Wait(duration time.Duration) Action {
	action := plain("wait", map[string]any{"duration": duration.Seconds()})
	action.lasts = duration
	return action
}

// WaitSettled waits until nothing moves on the screen.
func WaitSettled() Action { return plain("wait", map[string]any{}) }

// TakeScreenshot looks at the screen.
func TakeScreenshot() Action { return plain("screenshot", map[string]any{}) }

// Zoom looks at a part of the screen, between the first place and, exclusively, the second. Coordinates stay those of
// the full screen.
func Zoom(x0, y0, x1, y1 int) Action {
	return plain("zoom", map[string]any{"region": [4]int{x0, y0, x1, y1}})
}

// CursorPosition asks where the pointer is.
func CursorPosition() Action { return plain("cursor_position", map[string]any{}) }
