package nendesktop

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
)

// ToolLogEntry is one action that was done on a desktop, without what was typed.
type ToolLogEntry struct {
	// ID grows with time within a desktop.
	ID int64 `json:"id"`
	// Tool and Action are what was called.
	Tool   string `json:"tool"`
	Action string `json:"action"`
	// Params are its parameters; typed text is replaced by its length.
	Params json.RawMessage `json:"params"`
	// Status is "ok" or "error".
	Status ActionStatus `json:"status"`
	// Output is the text it produced, shortened.
	Output string `json:"output,omitempty"`
	// Error is why it failed.
	Error string `json:"error,omitempty"`
	// Coordinate is where the pointer was put or found; nil when it was neither.
	Coordinate *Point `json:"coordinate,omitempty"`
	// Changed is whether a pixel of the screen changed; nil when nobody looked.
	Changed *bool `json:"changed,omitempty"`
	// StartedAt is in Unix seconds with a fraction.
	StartedAt float64 `json:"started_at"`
	// DurationMS is how long it took in milliseconds, without the settling after it.
	DurationMS float64 `json:"duration_ms"`
	// Actor is who acted: the name of a key, or "human".
	Actor string `json:"actor"`
	// Screenshot is the path of the picture of the screen after it, for [Client.GetToolLogScreenshot]; empty when there is
	// none.
	Screenshot string `json:"screenshot,omitempty"`
}

// toolLogPage is how many entries [Client.ToolLogs] asks for at once.
const toolLogPage = 100

// GetToolLogs answers the newest 100 entries of a desktop's log as they stand on the wire, newest last.
// [Client.ListToolLogs] has types.
func (c *Client) GetToolLogs(ctx context.Context, desktopID string) (json.RawMessage, error) {
	var entries json.RawMessage
	err := c.answer(ctx, newCall(http.MethodGet, "desktops", desktopID, "tool-logs"), &entries)
	return entries, err
}

// ListToolLogs answers a page of a desktop's log, newest last: at most limit entries, 1 to 1000 or 0 for 100, of those
// before the one with the id before, or 0 for the newest.
func (c *Client) ListToolLogs(ctx context.Context, desktopID string, limit int, before int64) ([]ToolLogEntry, error) {
	call := newCall(http.MethodGet, "desktops", desktopID, "tool-logs")
	if limit != 0 {
		call.query.Set("limit", strconv.Itoa(limit))
	}
	if before != 0 {
		call.query.Set("before", strconv.FormatInt(before, 10))
	}
	var entries []ToolLogEntry
	err := c.answer(ctx, call, &entries)
	return entries, err
}

// ToolLogs goes through a desktop's log, newest first, page by page as they are needed. It ends with an error when one
// cannot be had.
func (c *Client) ToolLogs(ctx context.Context, desktopID string) iter.Seq2[ToolLogEntry, error] {
	return func(yield func(ToolLogEntry, error) bool) {
		before := int64(0)
		for {
			page, err := c.ListToolLogs(ctx, desktopID, toolLogPage, before)
			if err != nil {
				yield(ToolLogEntry{}, err)
				return
			}
			for i := len(page) - 1; i >= 0; i-- {
				if !yield(page[i], nil) {
					return
				}
			}
			if len(page) < toolLogPage {
				return
			}
			before = page[0].ID
		}
	}
}
