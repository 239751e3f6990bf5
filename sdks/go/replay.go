package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// ReplayKind is what a replay is of.
type ReplayKind string

// What a replay is of.
const (
	ReplayOfDesktop ReplayKind = "desktop"
	ReplayOfRun     ReplayKind = "run"
)

// Replay is what was done on a desktop or by a run, step by step, with pictures.
type Replay struct {
	// Version is that of this format.
	Version int `json:"version"`
	// Kind is what it is of, and ID the desktop's or the run's.
	Kind ReplayKind `json:"kind"`
	ID   string     `json:"id"`
	// Title is the desktop's name, or the workflow's.
	Title string `json:"title"`
	// Display is the size of the screen; nil when no picture tells.
	Display *Size `json:"display"`
	// StartedAt and EndedAt are in Unix seconds with a fraction; EndedAt is nil while it goes on.
	StartedAt float64  `json:"started_at"`
	EndedAt   *float64 `json:"ended_at"`
	// Steps are oldest first.
	Steps []ReplayStep `json:"steps"`
}

// ReplayStep is a call, or one question to a model.
type ReplayStep struct {
	// Number grows with time: of a desktop it is the id in the tool log, of a run 1, 2, 3….
	Number int64 `json:"number"`
	// At is in Unix seconds with a fraction.
	At float64 `json:"at"`
	// DurationMS is how long it took in milliseconds; nil while it goes on.
	DurationMS *float64 `json:"duration_ms,omitempty"`
	// Actor is who acted: the name of a key, "human", or a run.
	Actor string `json:"actor"`
	// Call is computer.left_click, agent.execute and their like.
	Call string `json:"call"`
	// Args are its arguments, an object; typed text is replaced by its length.
	Args json.RawMessage `json:"args"`
	// Status is "ok", "error", "skipped" or "running".
	Status string `json:"status"`
	// Output is what it answered, shortened.
	Output json.RawMessage `json:"output,omitempty"`
	// Error is why it failed.
	Error string `json:"error,omitempty"`
	// Coordinate is where the pointer was put or found, in pixels of the replay's display; nil when it was neither.
	Coordinate *Point `json:"coordinate,omitempty"`
	// Changed is whether a pixel of the screen changed; nil when nobody looked.
	Changed *bool `json:"changed,omitempty"`
	// Screenshot is the path of the picture after it, for [Client.GetToolLogScreenshot] or [Client.GetRunScreenshot], or
	// the picture itself with [WithInlineImages]; empty when there is none.
	Screenshot string `json:"screenshot,omitempty"`

	// OfStep is the number of the run's step that a question to a model belongs to; 0 for others, as with all below.
	OfStep int64 `json:"of_step,omitempty"`
	// Reasoning is what the model said beside its actions.
	Reasoning string `json:"reasoning,omitempty"`
	// Model is the model's name.
	Model string `json:"model,omitempty"`
	// InputTokens are those it read, of which CachedTokens came from the provider's cache; OutputTokens those it wrote.
	InputTokens  int64 `json:"input_tokens,omitempty"`
	CachedTokens int64 `json:"cached_tokens,omitempty"`
	OutputTokens int64 `json:"output_tokens,omitempty"`
	// CostUSD is in US dollars; nil when the model's price is not known.
	CostUSD *float64 `json:"cost_usd,omitempty"`
	// LatencyMS is how long it took to answer in milliseconds.
	LatencyMS float64 `json:"latency_ms,omitempty"`
	// Actions are what it asked for, each with its output or error.
	Actions []json.RawMessage `json:"actions,omitempty"`
}

// ReplayOption says more about a replay.
type ReplayOption func(*call)

// WithInlineImages puts the pictures themselves in place of their paths, as data: URLs, for a replay to keep. It can be
// large.
func WithInlineImages() ReplayOption {
	return func(call *call) { call.query.Set("images", "inline") }
}

// AnimationOption says more about an animation.
type AnimationOption func(*call)

// AtSpeed shows the animation so many times faster than it happened, 1 to 100; 4 without this option. Long pauses are
// shortened all the same.
func AtSpeed(speed float64) AnimationOption {
	return func(call *call) { call.query.Set("speed", strconv.FormatFloat(speed, 'f', -1, 64)) }
}

// GetReplay answers what was done on a desktop, step by step.
func (c *Client) GetReplay(ctx context.Context, desktopID string, options ...ReplayOption) (*Replay, error) {
	return c.replay(ctx, newCall(http.MethodGet, "desktops", desktopID, "replay"), options)
}

// GetRunReplay answers what a run did and saw, step by step, with every question to a model.
func (c *Client) GetRunReplay(ctx context.Context, runID string, options ...ReplayOption) (*Replay, error) {
	return c.replay(ctx, newCall(http.MethodGet, "runs", runID, "replay"), options)
}

func (c *Client) replay(ctx context.Context, call *call, options []ReplayOption) (*Replay, error) {
	for _, option := range options {
		option(call)
	}
	call.limit.long = true
	return read[Replay](ctx, c, call)
}

// DownloadReplayAnimation answers a desktop's replay as an animated WebP, as it comes. Close it. [ErrNotFound] when there
// is no picture at all.
func (c *Client) DownloadReplayAnimation(ctx context.Context, desktopID string, options ...AnimationOption) (*Download, error) {
	return c.animation(ctx, newCall(http.MethodGet, "desktops", desktopID, "replay.webp"), options)
}

// DownloadRunReplayAnimation answers a run's replay as [Client.DownloadReplayAnimation] does a desktop's.
func (c *Client) DownloadRunReplayAnimation(ctx context.Context, runID string, options ...AnimationOption) (*Download, error) {
	return c.animation(ctx, newCall(http.MethodGet, "runs", runID, "replay.webp"), options)
}

func (c *Client) animation(ctx context.Context, call *call, options []AnimationOption) (*Download, error) {
	for _, option := range options {
		option(call)
	}
	call.accept, call.limit.long = "image/*", true
	reply, err := c.open(ctx, call, "image/webp")
	if err != nil {
		return nil, err
	}
	return newDownload(reply), nil
}

// GetToolLogScreenshot answers the screen as it was after an action, by what an entry of the tool log or a step of a
// replay says in Screenshot, or by the entry's id. It never changes.
func (c *Client) GetToolLogScreenshot(ctx context.Context, desktopID, screenshot string) (*Image, error) {
	entry := screenshot
	if strings.HasPrefix(screenshot, "/") {
		entry = path.Base(path.Dir(screenshot))
	}
	if entry == "" || entry == "/" {
		return nil, errors.New("nen: the entry has no screenshot")
	}
	return c.image(ctx, newCall(http.MethodGet, "desktops", desktopID, "tool-logs", entry, "screenshot"))
}
