package nendesktop

import (
	"context"
	"net/http"
)

// Models are the vision models that a server can ask.
type Models struct {
	// Default is asked where none is named.
	Default string `json:"default"`
	// DefaultUsable is whether the server has a key for that one.
	DefaultUsable bool `json:"default_usable"`
	// Providers are those that the server knows.
	Providers []ModelProvider `json:"providers"`
	// Aliases are servers of the operator's own.
	Aliases []ModelAlias `json:"aliases"`
}

// ModelProvider is a provider of models.
type ModelProvider struct {
	// Name is anthropic, openai or gemini.
	Name string `json:"name"`
	// Configured is whether the server has a key for it.
	Configured bool `json:"configured"`
	// KeyVariable is the environment variable of the server that holds it.
	KeyVariable string `json:"key_variable"`
	// Models are those whose price is known; others can be asked, too.
	Models []string `json:"models"`
}

// ModelAlias is a server of models that the operator named.
type ModelAlias struct {
	// Name is such that models there are called model@name.
	Name string `json:"name"`
}

// GetModels answers the vision models that the server can ask.
func (c *Client) GetModels(ctx context.Context) (*Models, error) {
	return read[Models](ctx, c, newCall(http.MethodGet, "models"))
}
