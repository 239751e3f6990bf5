package nendesktop

import (
	"context"
	"fmt"
	"net/http"
)

// Scope is something that a key may do.
type Scope string

// What a key may do.
const (
	DesktopsRead Scope = "desktops:read"
	// DesktopsWrite includes reading.
	DesktopsWrite  Scope = "desktops:write"
	WorkflowsRead  Scope = "workflows:read"
	WorkflowsWrite Scope = "workflows:write"
	// Admin is everything.
	Admin Scope = "admin"
)

// Key is an API key, without its secret.
type Key struct {
	// ID is key_….
	ID string `json:"id"`
	// WorkspaceID is the workspace that it opens.
	WorkspaceID string `json:"workspace_id"`
	// Name was given by its owner.
	Name string `json:"name"`
	// Prefix is how the key begins, to recognise it by.
	Prefix string `json:"prefix"`
	// Scopes are what it may do.
	Scopes []Scope `json:"scopes"`
	// CreatedAt is in Unix seconds.
	CreatedAt int64 `json:"created_at"`
	// ExpiresAt is from when on it no longer works, in Unix seconds; 0 for never.
	ExpiresAt int64 `json:"expires_at,omitempty"`
	// RevokedAt is in Unix seconds; 0 unless it was revoked.
	RevokedAt int64 `json:"revoked_at,omitempty"`
	// LastUsedAt is in Unix seconds, up to a minute behind; 0 when it was never used.
	LastUsedAt int64 `json:"last_used_at,omitempty"`
}

// NewKey is a key just made.
type NewKey struct {
	Key
	// Secret is the key itself, sk_nen_…, shown only this once. Printed, it hides itself: string(key.Secret) is its text.
	Secret Secret `json:"secret,omitempty"`
}

// CreateKeyRequest is a key to be made.
type CreateKeyRequest struct {
	// Name is to recognise it by, 1 to 128 characters. The tool log names it as the actor.
	Name string `json:"name"`
	// Scopes are what it may do.
	Scopes []Scope `json:"scopes"`
	// ExpiresAt is from when on it no longer works, in Unix seconds; 0 for never.
	ExpiresAt int64 `json:"expires_at,omitempty"`
}

// ListKeys answers the workspace's keys. It needs [Admin].
func (c *Client) ListKeys(ctx context.Context) ([]Key, error) {
	var keys []Key
	err := c.answer(ctx, newCall(http.MethodGet, "keys"), &keys)
	return keys, err
}

// CreateKey makes a key. It needs [Admin]. When the first answer was lost on its way, the key exists without anybody
// knowing its secret: that is an error, and the key is answered beside it, to be revoked.
func (c *Client) CreateKey(ctx context.Context, wanted CreateKeyRequest, options ...RequestOption) (*NewKey, error) {
	call := newCall(http.MethodPost, "keys").json(wanted).creating(options)
	key, err := read[NewKey](ctx, c, call)
	if err == nil && key.Secret == "" {
		err = fmt.Errorf("nen: the key %s was made by an earlier request, and its secret is shown once: revoke it and make another", key.ID)
	}
	return key, err
}

// RevokeKey ends a key at once. It needs [Admin]. A key cannot revoke itself.
func (c *Client) RevokeKey(ctx context.Context, keyID string) error {
	return c.answer(ctx, newCall(http.MethodDelete, "keys", keyID), nil)
}
