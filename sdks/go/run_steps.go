package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"path"
	"strconv"
)

// StepStatus is how a step ended.
type StepStatus string

// How a step ended.
const (
	StepRunning StepStatus = "running"
	StepOK      StepStatus = "ok"
	StepFailed  StepStatus = "error"
)

// Step is one call of the package nen in a run.
type Step struct {
	// Number is 1, 2, 3… within the run.
	Number int64 `json:"number"`
	// Call is computer.click_at, agent.execute, drive.list and their like.
	Call string `json:"call"`
	// Args are its arguments; typed text is replaced by its length, secrets by their names.
	Args json.RawMessage `json:"args"`
	// Status is how it ended.
	Status StepStatus `json:"status"`
	// Output is what it answered, shortened.
	Output json.RawMessage `json:"output,omitempty"`
	// Error is why it failed.
	Error string `json:"error,omitempty"`
	// StartedAt is in Unix seconds with a fraction.
	StartedAt float64 `json:"started_at"`
	// DurationMS is how long it took in milliseconds.
	DurationMS float64 `json:"duration_ms,omitempty"`
	// Screenshot is the path of the picture after it, for [Client.GetRunScreenshot]; empty when there is none.
	Screenshot string `json:"screenshot,omitempty"`
	// ModelCalls are the questions to models that it took.
	ModelCalls []ModelCall `json:"model_calls,omitempty"`
}

// ModelCall is one question to a model, and what was done with its answer.
type ModelCall struct {
	// Number is 1, 2, 3… within the step.
	Number int `json:"number"`
	// Model is the model's name.
	Model string `json:"model"`
	// LatencyMS is how long it took to answer in milliseconds, and Attempts how often it was asked.
	LatencyMS float64 `json:"latency_ms"`
	Attempts  int     `json:"attempts"`
	// Text is what it said beside its calls.
	Text string `json:"text,omitempty"`
	// Actions are what it asked for, each with its output or error.
	Actions []json.RawMessage `json:"actions"`
	// ScreenshotBefore is the path of the picture that it was shown, ScreenshotAfter of that after its actions.
	ScreenshotBefore string `json:"screenshot_before,omitempty"`
	ScreenshotAfter  string `json:"screenshot_after,omitempty"`
	// InputTokens are those it read, of which CachedTokens came from the provider's cache; OutputTokens those it wrote.
	InputTokens  int64 `json:"input_tokens"`
	CachedTokens int64 `json:"cached_tokens"`
	OutputTokens int64 `json:"output_tokens"`
	// CostUSD is in US dollars; nil when the model's price is not known.
	CostUSD *float64 `json:"cost_usd,omitempty"`
}

// stepPage is how many steps [Client.RunSteps] asks for at once.
const stepPage = 100

// ListRunSteps answers a page of what a run did, oldest first: at most limit steps, 1 to 1000 or 0 for 100, of those
// after the one with the number after.
func (c *Client) ListRunSteps(ctx context.Context, runID string, after int64, limit int) ([]Step, error) {
	call := newCall(http.MethodGet, "runs", runID, "steps")
	if after != 0 {
		call.query.Set("after", strconv.FormatInt(after, 10))
	}
	if limit != 0 {
		call.query.Set("limit", strconv.Itoa(limit))
	}
	var list struct {
		Steps []Step `json:"steps"`
	}
	err := c.answer(ctx, call, &list)
	return list.Steps, err
}

// RunSteps goes through what a run has done, oldest first, page by page as they are needed. It ends with an error when
// one cannot be had.
func (c *Client) RunSteps(ctx context.Context, runID string) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		after := int64(0)
		for {
			page, err := c.ListRunSteps(ctx, runID, after, stepPage)
			if err != nil {
				yield(Step{}, err)
				return
			}
			for _, step := range page {
				if !yield(step, nil) {
					return
				}
			}
			if len(page) < stepPage {
				return
			}
			after = page[len(page)-1].Number
		}
	}
}

// GetRunScreenshot answers a picture of a run, by what a step says in Screenshot, or only the last part of that. It
// never changes.
func (c *Client) GetRunScreenshot(ctx context.Context, runID, screenshot string) (*Image, error) {
	if screenshot == "" {
		return nil, errors.New("nen: the step has no screenshot")
	}
	return c.image(ctx, newCall(http.MethodGet, "runs", runID, "screenshots", path.Base(screenshot)))
}
