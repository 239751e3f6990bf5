package nendesktop

import (
	"context"
	"net/http"
)

// SessionInfo is a desktop's live view.
type SessionInfo struct {
	// Href is the address of the viewer page. It holds a token for this desktop, so it is for those who may watch it.
	Href string `json:"href"`
	// Active is true while the session exists.
	Active bool `json:"active"`
	// Interactive is whether viewers may use mouse and keyboard.
	Interactive bool `json:"interactive"`
	// Takeover is whether a person holds the desktop; then Execute answers [ErrConflict].
	Takeover bool `json:"takeover"`
	// ExpiresAt is when the token in Href stops opening the view, in Unix seconds.
	ExpiresAt int64 `json:"expires_at,omitempty"`
}

// SessionOption says what a live view should be like.
type SessionOption func(*sessionRequest)

type sessionRequest struct {
	Interactive *bool `json:"interactive,omitempty"`
	Takeover    *bool `json:"takeover,omitempty"`
}

// ViewOnly lets viewers look and nothing else.
func ViewOnly() SessionOption {
	return func(r *sessionRequest) {
		no := false
		r.Interactive, r.Takeover = &no, nil
	}
}

// Interactive lets viewers use mouse and keyboard.
func Interactive() SessionOption {
	return func(r *sessionRequest) {
		yes := true
		r.Interactive = &yes
	}
}

// Takeover gives the desktop to a person: viewers may use mouse and keyboard, and Execute answers [ErrConflict] until
// control is handed back or the session ends.
func Takeover() SessionOption {
	return func(r *sessionRequest) {
		yes := true
		r.Interactive, r.Takeover = &yes, &yes
	}
}

// CreateSession opens a desktop's live view. Without options it answers the one there is, or opens one to look at; with
// some, an existing one becomes what they say.
func (c *Client) CreateSession(ctx context.Context, desktopID string, options ...SessionOption) (*SessionInfo, error) {
	call := newCall(http.MethodPut, "desktops", desktopID, "session")
	if len(options) > 0 {
		var request sessionRequest
		for _, option := range options {
			option(&request)
		}
		call.json(request)
	}
	return read[SessionInfo](ctx, c, call)
}

// GetSession answers a desktop's live view, with a fresh link; [ErrNotFound] when there is none.
func (c *Client) GetSession(ctx context.Context, desktopID string) (*SessionInfo, error) {
	return read[SessionInfo](ctx, c, newCall(http.MethodGet, "desktops", desktopID, "session"))
}

// DeleteSession ends a desktop's live view; viewers are disconnected at once. None is no error.
func (c *Client) DeleteSession(ctx context.Context, desktopID string) error {
	return c.answer(ctx, newCall(http.MethodDelete, "desktops", desktopID, "session"), nil)
}
