package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// ToolSchema is a tool that a model can be given.
type ToolSchema struct {
	// Name is the tool of Execute.
	Name string `json:"name"`
	// Description is written for the model.
	Description string `json:"description"`
	// Parameters is the JSON Schema of a call: its action beside the action's parameters.
	Parameters json.RawMessage `json:"parameters"`
}

// ListTools answers a desktop's tools as JSON Schema.
func (c *Client) ListTools(ctx context.Context, desktopID string) ([]ToolSchema, error) {
	var tools []ToolSchema
	err := c.answer(ctx, newCall(http.MethodGet, "desktops", desktopID, "tools"), &tools)
	return tools, err
}

// Dialect is the way in which a model's provider writes tools, calls and results.
type Dialect string

// Dialects.
const (
	Anthropic        Dialect = "anthropic"
	AnthropicToolset Dialect = "anthropic-toolset"
	OpenAI           Dialect = "openai"
	OpenAIFunctions  Dialect = "openai-functions"
	Gemini           Dialect = "gemini"
	MCP              Dialect = "mcp"
)

// DialectOption says more about a dialect.
type DialectOption func(*call)

// WithVariant chooses the provider's version of its tool: computer_20241022, computer_20250124 or computer_20251124 of
// [Anthropic], computer or computer_use_preview of [OpenAI], desktop or browser of [Gemini].
func WithVariant(variant string) DialectOption {
	return func(call *call) { call.set("variant", variant) }
}

// WithDisplaySize is the size in pixels in which the model sees the screen; its coordinates are scaled back.
func WithDisplaySize(width, height int) DialectOption {
	return func(call *call) {
		call.query.Set("display_width", strconv.Itoa(width))
		call.query.Set("display_height", strconv.Itoa(height))
	}
}

// DialectTools answers a desktop's tools exactly as a provider's API takes them.
func (c *Client) DialectTools(ctx context.Context, desktopID string, dialect Dialect, options ...DialectOption) ([]json.RawMessage, error) {
	call, err := dialectCall(newCall(http.MethodGet, "desktops", desktopID, "tools"), dialect, options)
	if err != nil {
		return nil, err
	}
	var tools []json.RawMessage
	if err := c.answer(ctx, call, &tools); err != nil {
		return nil, err
	}
	for _, tool := range tools {
		if isNens(tool) {
			return nil, &APIError{
				StatusCode: http.StatusOK, Method: call.method, Path: call.path, tooOld: true,
				Message: "tools in Nen's own form",
				hint:    fmt.Sprintf("the server at %s does not have dialects yet, so update it", c.address()),
			}
		}
	}
	return tools, nil
}

// isNens tells whether a tool is in Nen's own form, which no dialect's is: a server that knows no dialects ignores them.
func isNens(tool json.RawMessage) bool {
	var fields map[string]json.RawMessage
	if json.Unmarshal(tool, &fields) != nil || len(fields) != 3 {
		return false
	}
	return fields["name"] != nil && fields["description"] != nil && fields["parameters"] != nil
}

// Calls does a model's tool calls, in order as one batch, and answers their results exactly as the provider's next
// request wants them. The calls are a list, exactly as the provider's answer holds them: a []json.RawMessage, or the
// provider's own types, which are written as JSON. What is no call in it (words, thoughts) is passed over, but one call
// there must be. Give the same options as for the tools.
//
// Like Execute it is never sent again once it may have arrived.
func (c *Client) Calls(ctx context.Context, desktopID string, dialect Dialect, calls any, options ...DialectOption) ([]json.RawMessage, error) {
	call, err := dialectCall(newCall(http.MethodPost, "desktops", desktopID, "calls"), dialect, options)
	if err != nil {
		return nil, err
	}
	call.json(calls)
	if call.err == nil && (len(call.body) == 0 || call.body[0] != '[') {
		return nil, errors.New("nen: the calls must be a list, as the provider's answer holds them")
	}
	call.limit.long = true
	var results []json.RawMessage
	err = c.answer(ctx, call, &results)
	return results, err
}

func dialectCall(asked *call, dialect Dialect, options []DialectOption) (*call, error) {
	if dialect == "" {
		return nil, errors.New("nen: the dialect is empty, use Anthropic, OpenAI, Gemini or another of the constants")
	}
	asked.query.Set("dialect", string(dialect))
	for _, option := range options {
		option(asked)
	}
	return asked, nil
}
