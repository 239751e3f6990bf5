package nendesktop

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// agentLimit is longer than the 1800 s after which the server gives up by itself.
const agentLimit = 1830 * time.Second

// AgentOption says how the vision agent works.
type AgentOption struct {
	// of are the calls that take it.
	of    string
	name  string
	value any
}

const allAgentCalls = "execute, verify and extract"

// WithModel asks this model; the server's default without this option.
func WithModel(name string) AgentOption { return AgentOption{allAgentCalls, "model", name} }

// WithMaxIterations asks the model at most so often, 1 to 200; 10 without this option. For execute.
func WithMaxIterations(count int) AgentOption {
	return AgentOption{"execute", "max_iterations", count}
}

// WithMaxCost ends the job when it has cost so many US dollars, as far as prices are known. For execute.
func WithMaxCost(dollars float64) AgentOption { return AgentOption{"execute", "max_cost_usd", dollars} }

// WithPatience is how long to wait for the condition, at most 1800 s; 10 s without this option, and 0 looks once. For
// verify.
func WithPatience(time time.Duration) AgentOption {
	return AgentOption{"verify", "timeout", time.Seconds()}
}

// AgentReport is how a job went that was done.
type AgentReport struct {
	// Success is always true: what could not be done is [ErrUnprocessable].
	Success bool `json:"success"`
	// Summary is what was done, in the model's words.
	Summary string `json:"summary"`
	// Iterations is how many answers of the model it took.
	Iterations int `json:"iterations"`
	// Actions is how many were done on the desktop.
	Actions int `json:"actions"`
	// Model is the model's name.
	Model string `json:"model"`
	// InputTokens and OutputTokens are what it read and wrote.
	InputTokens  int64 `json:"input_tokens"`
	OutputTokens int64 `json:"output_tokens"`
	// CostUSD is in US dollars; nil when the model's price is not known.
	CostUSD *float64 `json:"cost_usd"`
	// DurationMS is in milliseconds.
	DurationMS int64 `json:"duration_ms"`
}

// AgentExecute has a vision model do something on a desktop. It can take up to half an hour; when ctx ends, the agent
// stops. What it could not do is [ErrUnprocessable].
func (c *Client) AgentExecute(ctx context.Context, desktopID, instruction string, options ...AgentOption) (*AgentReport, error) {
	var report AgentReport
	body := map[string]any{"instruction": instruction}
	if err := c.agent(ctx, desktopID, "execute", body, options, &report); err != nil {
		return nil, err
	}
	return &report, nil
}

// AgentVerify asks a vision model whether something holds on a desktop's screen, or comes to within a time.
func (c *Client) AgentVerify(ctx context.Context, desktopID, condition string, options ...AgentOption) (bool, error) {
	var holds bool
	err := c.agent(ctx, desktopID, "verify", map[string]any{"condition": condition}, options, &holds)
	return holds, err
}

// AgentExtract has a vision model read something off a desktop's screen into out, a pointer. The schema is a JSON
// Schema of it: a map, a json.RawMessage, or anything that is written as one.
func (c *Client) AgentExtract(ctx context.Context, desktopID, query string, schema, out any, options ...AgentOption) error {
	body := map[string]any{"query": query, "schema": schema}
	return c.agent(ctx, desktopID, "extract", body, options, out)
}

func (c *Client) agent(ctx context.Context, desktopID, verb string, body map[string]any, options []AgentOption, out any) error {
	for _, option := range options {
		if option.of != allAgentCalls && option.of != verb {
			return fmt.Errorf("nen: the agent's %s takes no %s, that is an option of %s", verb, option.name, option.of)
		}
		body[option.name] = option.value
	}
	call := newCall(http.MethodPost, "desktops", desktopID, "agent", verb).json(body)
	call.limit.exactly = agentLimit
	var answer struct {
		Result json.RawMessage `json:"result"`
	}
	if err := c.answer(ctx, call, &answer); err != nil {
		return err
	}
	if err := json.Unmarshal(answer.Result, out); err != nil {
		return fmt.Errorf("nen: the agent's result does not fit its Go type: %w", err)
	}
	return nil
}

// Agent is the vision agent on one desktop.
type Agent struct{ desktop *Desktop }

// Execute has something done, see [Client.AgentExecute].
func (a *Agent) Execute(ctx context.Context, instruction string, options ...AgentOption) (*AgentReport, error) {
	return a.desktop.of().AgentExecute(ctx, a.desktop.DesktopID, instruction, options...)
}

// Verify asks whether something holds, see [Client.AgentVerify].
func (a *Agent) Verify(ctx context.Context, condition string, options ...AgentOption) (bool, error) {
	return a.desktop.of().AgentVerify(ctx, a.desktop.DesktopID, condition, options...)
}

// Extract reads something off the screen into out, a pointer; see [Client.AgentExtract].
func (a *Agent) Extract(ctx context.Context, query string, schema, out any, options ...AgentOption) error {
	return a.desktop.of().AgentExtract(ctx, a.desktop.DesktopID, query, schema, out, options...)
}
