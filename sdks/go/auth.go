package nendesktop

import (
	"context"
	"net/http"
)

// Identity is whose key it is that calls.
type Identity struct {
	// KeyID is key_….
	KeyID string `json:"key_id"`
	// Name was given to the key by its owner.
	Name string `json:"name"`
	// WorkspaceID is the workspace that it opens.
	WorkspaceID string `json:"workspace_id"`
	// Scopes are what it may do.
	Scopes []Scope `json:"scopes"`
	// ExpiresAt is from when on it no longer works, in Unix seconds; 0 for never.
	ExpiresAt int64 `json:"expires_at,omitempty"`
}

func (i *Identity) lacks() string {
	if i.KeyID == "" {
		return "key_id"
	}
	return ""
}

// SignInLink is a link that signs one browser in, once.
type SignInLink struct {
	// Href is the address of the server's own page. Who opens it has the powers of the key that made it. Printed, it hides
	// itself: string(link.Href) is its text.
	Href Secret `json:"href"`
	// ExpiresAt is when it stops working, in Unix seconds.
	ExpiresAt int64 `json:"expires_at"`
}

// GetIdentity answers whose key it is that calls, and what it may do.
func (c *Client) GetIdentity(ctx context.Context) (*Identity, error) {
	return read[Identity](ctx, c, newCall(http.MethodGet, "auth"))
}

// CreateSignInLink makes a link that signs one browser in at the server's dashboard, once, with the powers of the key.
func (c *Client) CreateSignInLink(ctx context.Context) (*SignInLink, error) {
	return read[SignInLink](ctx, c, newCall(http.MethodPost, "auth", "links"))
}
