package nendesktop

import (
	"context"
	"net/http"
	"net/url"
)

// CreateDesktop makes a desktop and answers once it takes tool calls, which takes about a second. The type is "sandbox",
// or empty for the same.
//
// The call is made again when its answer is lost, and gets the same desktop. When all of that fails, or ctx ends before,
// there may be a desktop nobody knows: [ConnectionError] has the key that finds it.
func (c *Client) CreateDesktop(ctx context.Context, desktopType string, options ...CreateOption) (*Desktop, error) {
	wanted := creation{}
	for _, option := range options {
		option.create(&wanted)
	}
	if desktopType != "" {
		wanted.spec.DesktopType = desktopType
	}
	call := newCall(http.MethodPost, "desktops").json(wanted.spec).creating(wanted.request)
	return c.desktop(ctx, call)
}

// ListOption says which desktops to list.
type ListOption func(url.Values)

// HavingMetadata lists only desktops with this label. Several must all be there.
func HavingMetadata(key, value string) ListOption {
	return func(query url.Values) { query.Set("metadata."+key, value) }
}

// OnlyDeleted lists desktops that were deleted within 24 h, whose log and replay are still there, in place of those that
// are there.
func OnlyDeleted() ListOption {
	return func(query url.Values) { query.Set("deleted", "true") }
}

// ListDesktops answers the workspace's desktops that are not deleted.
func (c *Client) ListDesktops(ctx context.Context, options ...ListOption) ([]Desktop, error) {
	call := newCall(http.MethodGet, "desktops")
	for _, option := range options {
		option(call.query)
	}
	var desktops []Desktop
	if err := c.answer(ctx, call, &desktops); err != nil {
		return nil, err
	}
	for i := range desktops {
		desktops[i].client = c
	}
	return desktops, nil
}

// GetDesktop answers a desktop; for 24 h also a deleted one.
func (c *Client) GetDesktop(ctx context.Context, desktopID string) (*Desktop, error) {
	return c.desktop(ctx, newCall(http.MethodGet, "desktops", desktopID))
}

// UpdateDesktop gives a desktop another name, 1 to 128 characters.
func (c *Client) UpdateDesktop(ctx context.Context, desktopID, name string) (*Desktop, error) {
	call := newCall(http.MethodPatch, "desktops", desktopID).json(map[string]string{"name": name})
	return c.desktop(ctx, call)
}

// DeleteDesktop ends a desktop and removes its drive.
func (c *Client) DeleteDesktop(ctx context.Context, desktopID string) (*DeleteResponse, error) {
	// What is repeated and finds it gone has nothing to read, and says the same.
	answer := DeleteResponse{DesktopID: desktopID, Status: DesktopDeleted}
	if err := c.answer(ctx, newCall(http.MethodDelete, "desktops", desktopID), &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}

// PauseDesktop stops a desktop's programs where they are. The next call that needs it wakes it.
func (c *Client) PauseDesktop(ctx context.Context, desktopID string) (*Desktop, error) {
	return c.desktop(ctx, newCall(http.MethodPost, "desktops", desktopID, "pause"))
}

// ResumeDesktop wakes a paused desktop, and starts one again that failed.
func (c *Client) ResumeDesktop(ctx context.Context, desktopID string) (*Desktop, error) {
	return c.desktop(ctx, newCall(http.MethodPost, "desktops", desktopID, "resume"))
}

// Desktop is a handle of a desktop that is known by its id only. It asks the server nothing: all its fields but the id
// are empty.
func (c *Client) Desktop(desktopID string) *Desktop {
	return &Desktop{DesktopID: desktopID, client: c}
}

func (c *Client) desktop(ctx context.Context, call *call) (*Desktop, error) {
	desktop, err := read[Desktop](ctx, c, call)
	if err != nil {
		return nil, err
	}
	desktop.client = c
	return desktop, nil
}
