package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
)

// orphan is the client of a Desktop that came from none, such as one read from a file.
var orphan = &Client{baseErr: errors.New("nen: this Desktop has no client, get one by client.Desktop(id)")}

func (d *Desktop) of() *Client {
	if d.client == nil {
		return orphan
	}
	return d.client
}

// With is the same desktop with options for all that is done by the new handle, such as
// WithScreenshot(ScreenshotNever) for a script that does not look.
func (d *Desktop) With(options ...ExecuteOption) *Desktop {
	other := *d
	other.defaults = slices.Concat(d.defaults, options)
	return &other
}

// again is what the server answers about the desktop, with the options of this handle.
func (d *Desktop) again(fresh *Desktop, err error) (*Desktop, error) {
	if err != nil {
		return nil, err
	}
	fresh.defaults = d.defaults
	return fresh, nil
}

// Refresh asks how the desktop is now.
func (d *Desktop) Refresh(ctx context.Context) (*Desktop, error) {
	return d.again(d.of().GetDesktop(ctx, d.DesktopID))
}

// Rename gives the desktop another name, 1 to 128 characters.
func (d *Desktop) Rename(ctx context.Context, name string) (*Desktop, error) {
	return d.again(d.of().UpdateDesktop(ctx, d.DesktopID, name))
}

// Pause stops the desktop's programs where they are. The next call that needs it wakes it.
func (d *Desktop) Pause(ctx context.Context) (*Desktop, error) {
	return d.again(d.of().PauseDesktop(ctx, d.DesktopID))
}

// Resume wakes the desktop when it is paused, and starts it again when it failed.
func (d *Desktop) Resume(ctx context.Context) (*Desktop, error) {
	return d.again(d.of().ResumeDesktop(ctx, d.DesktopID))
}

// Delete ends the desktop and removes its drive.
func (d *Desktop) Delete(ctx context.Context) error {
	_, err := d.of().DeleteDesktop(ctx, d.DesktopID)
	return err
}

// Close deletes the desktop, also when the context of everything else has ended: it is for defer. One that is gone
// already is no error.
func (d *Desktop) Close() error {
	err := d.Delete(context.Background())
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// ListTools answers the desktop's tools as JSON Schema.
func (d *Desktop) ListTools(ctx context.Context) ([]ToolSchema, error) {
	return d.of().ListTools(ctx, d.DesktopID)
}

// DialectTools answers the desktop's tools as a model's provider takes them.
func (d *Desktop) DialectTools(ctx context.Context, dialect Dialect, options ...DialectOption) ([]json.RawMessage, error) {
	return d.of().DialectTools(ctx, d.DesktopID, dialect, options...)
}

// Calls does a model's tool calls and answers their results, see [Client.Calls].
func (d *Desktop) Calls(ctx context.Context, dialect Dialect, calls any, options ...DialectOption) ([]json.RawMessage, error) {
	return d.of().Calls(ctx, d.DesktopID, dialect, calls, options...)
}

// ToolLogs goes through what was done on the desktop, newest first.
func (d *Desktop) ToolLogs(ctx context.Context) iter.Seq2[ToolLogEntry, error] {
	return d.of().ToolLogs(ctx, d.DesktopID)
}

// ToolLogScreenshot answers the screen as it was after an action, see [Client.GetToolLogScreenshot].
func (d *Desktop) ToolLogScreenshot(ctx context.Context, screenshot string) (*Image, error) {
	return d.of().GetToolLogScreenshot(ctx, d.DesktopID, screenshot)
}

// Replay answers what was done on the desktop, step by step.
func (d *Desktop) Replay(ctx context.Context, options ...ReplayOption) (*Replay, error) {
	return d.of().GetReplay(ctx, d.DesktopID, options...)
}

// ReplayAnimation answers the same as an animated WebP, see [Client.DownloadReplayAnimation]. Close it.
func (d *Desktop) ReplayAnimation(ctx context.Context, options ...AnimationOption) (*Download, error) {
	return d.of().DownloadReplayAnimation(ctx, d.DesktopID, options...)
}

// Events follows what happens to the desktop, see [Client.Events].
func (d *Desktop) Events(ctx context.Context, options ...EventOption) iter.Seq2[Event, error] {
	return d.of().Events(ctx, d.DesktopID, options...)
}

// CreateSession opens the desktop's live view, or answers the one there is.
func (d *Desktop) CreateSession(ctx context.Context, options ...SessionOption) (*SessionInfo, error) {
	return d.of().CreateSession(ctx, d.DesktopID, options...)
}

// GetSession answers the desktop's live view, with a fresh link; [ErrNotFound] when there is none.
func (d *Desktop) GetSession(ctx context.Context) (*SessionInfo, error) {
	return d.of().GetSession(ctx, d.DesktopID)
}

// DeleteSession ends the desktop's live view; viewers are disconnected at once.
func (d *Desktop) DeleteSession(ctx context.Context) error {
	return d.of().DeleteSession(ctx, d.DesktopID)
}

// Files are the files on the desktop's drive.
func (d *Desktop) Files() *Files { return &Files{desktop: d} }

// Filesystem are all files of the desktop that its user can reach.
func (d *Desktop) Filesystem() *Filesystem { return &Filesystem{desktop: d} }

// Agent is the vision agent on this desktop.
func (d *Desktop) Agent() *Agent { return &Agent{desktop: d} }
