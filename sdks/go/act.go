package nendesktop

import (
	"context"
	"slices"
	"time"
)

// Execute does one action of a tool, see [Client.Execute].
func (d *Desktop) Execute(ctx context.Context, tool, action string, params any, options ...ExecuteOption) (*ExecuteResult, error) {
	return d.of().Execute(ctx, d.DesktopID, tool, action, params, slices.Concat(d.defaults, options)...)
}

// Do does one action.
func (d *Desktop) Do(ctx context.Context, action Action, options ...ExecuteOption) (*ExecuteResult, error) {
	lasts := func(r *executeRequest) { r.limit.more += action.lasts }
	return d.Execute(ctx, action.Tool, action.Name, action.Params, append(slices.Clone(options), lasts)...)
}

// Batch does 1 to 100 actions in order, see [Client.ExecuteBatch].
func (d *Desktop) Batch(ctx context.Context, actions []Action, options ...ExecuteOption) (*BatchResult, error) {
	return d.of().ExecuteBatch(ctx, d.DesktopID, actions, slices.Concat(d.defaults, options)...)
}

// LeftClick clicks at a place in pixels.
func (d *Desktop) LeftClick(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, LeftClick(x, y, options...))
}

// RightClick clicks with the right button.
func (d *Desktop) RightClick(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, RightClick(x, y, options...))
}

// MiddleClick clicks with the wheel.
func (d *Desktop) MiddleClick(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, MiddleClick(x, y, options...))
}

// DoubleClick clicks twice.
func (d *Desktop) DoubleClick(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, DoubleClick(x, y, options...))
}

// TripleClick clicks three times.
func (d *Desktop) TripleClick(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, TripleClick(x, y, options...))
}

// LeftMouseDown presses the left button and holds it, also when the call is over.
func (d *Desktop) LeftMouseDown(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, LeftMouseDown(x, y, options...))
}

// LeftMouseUp lets the left button go.
func (d *Desktop) LeftMouseUp(ctx context.Context, x, y int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, LeftMouseUp(x, y, options...))
}

// MouseMove moves the pointer.
func (d *Desktop) MouseMove(ctx context.Context, x, y int) (*ExecuteResult, error) {
	return d.Do(ctx, MouseMove(x, y))
}

// Drag presses the left button at the first place and lets it go at the second.
func (d *Desktop) Drag(ctx context.Context, fromX, fromY, toX, toY int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, Drag(fromX, fromY, toX, toY, options...))
}

// DragPath drags along two points or more.
func (d *Desktop) DragPath(ctx context.Context, path []Point, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, DragPath(path, options...))
}

// Scroll turns the wheel at a place by so many ticks, 0 to 100.
func (d *Desktop) Scroll(ctx context.Context, x, y int, direction Direction, amount int, options ...PointerOption) (*ExecuteResult, error) {
	return d.Do(ctx, Scroll(x, y, direction, amount, options...))
}

// TypeText types any Unicode text, at most 100 000 characters: a newline presses Return, a tab Tab.
func (d *Desktop) TypeText(ctx context.Context, text string, options ...TextOption) (*ExecuteResult, error) {
	return d.Do(ctx, TypeText(text, options...))
}

// KeyPress presses a key or a combination, "Return" or "ctrl+shift+t"; several with spaces between them.
func (d *Desktop) KeyPress(ctx context.Context, keys string, options ...KeyOption) (*ExecuteResult, error) {
	return d.Do(ctx, KeyPress(keys, options...))
}

// HoldKey holds a key or a combination for a time, at most 300 s.
func (d *Desktop) HoldKey(ctx context.Context, keys string, duration time.Duration) (*ExecuteResult, error) {
	return d.Do(ctx, HoldKey(keys, duration))
}

// Wait waits, at most 300 s.
func (d *Desktop) Wait(ctx context.Context, duration time.Duration) (*ExecuteResult, error) {
	return d.Do(ctx, Wait(duration))
}

// WaitSettled waits until nothing moves on the screen.
func (d *Desktop) WaitSettled(ctx context.Context) (*ExecuteResult, error) {
	return d.Do(ctx, WaitSettled())
}

// Zoom is a picture of a part of the screen, between the first place and, exclusively, the second, as large as one of
// all of it. Coordinates stay those of the full screen.
func (d *Desktop) Zoom(ctx context.Context, x0, y0, x1, y1 int) ([]byte, error) {
	result, err := d.Do(ctx, Zoom(x0, y0, x1, y1))
	if err != nil {
		return nil, err
	}
	return result.Image()
}

// CursorPosition is where the pointer is.
func (d *Desktop) CursorPosition(ctx context.Context) (Point, error) {
	result, err := d.Do(ctx, CursorPosition())
	switch {
	case err != nil:
		return Point{}, err
	case result.Coordinate == nil:
		return Point{}, errNoPlace
	}
	return *result.Coordinate, nil
}

// Screenshot is the whole screen as the bytes of a picture, PNG unless an option says otherwise. It does not count as an
// action: a person who holds the desktop does not keep it from being seen.
func (d *Desktop) Screenshot(ctx context.Context, options ...ScreenshotOption) ([]byte, error) {
	image, err := d.of().Screenshot(ctx, d.DesktopID, options...)
	if err != nil {
		return nil, err
	}
	return image.Data, nil
}
