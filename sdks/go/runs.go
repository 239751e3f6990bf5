package nendesktop

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// StartRunRequest says what to run.
type StartRunRequest struct {
	// WorkflowID is the workflow's id, a UUID.
	WorkflowID string `json:"workflow_id"`
	// WorkflowParams are its parameters: a map or a struct that is written as a JSON object.
	WorkflowParams any `json:"workflow_params,omitempty"`
	// SecureWorkflowParams are its secrets; nil for none. The request is then signed with [Config.SigningSecret].
	SecureWorkflowParams map[string]string `json:"secure_workflow_params,omitzero"`
	// WebhookCallback is where its webhooks go, an https:// or http:// address; without one the result is at GetRun only.
	WebhookCallback string `json:"webhook_callback,omitempty"`
	// DesktopID is a desktop to use, and to leave as it is then. Without it one is made and deleted.
	DesktopID string `json:"desktop_id,omitempty"`
	// Desktop says how to make the desktop.
	Desktop *DesktopSpec `json:"desktop,omitempty"`
	// TimeoutSeconds is how long it may take, 1 to 86400; 1800 when it is 0.
	TimeoutSeconds int64 `json:"timeout_seconds,omitempty"`
	// QueueTimeoutSeconds is how long it may wait for its start, 1 to 86400; 3600 when it is 0.
	QueueTimeoutSeconds int64 `json:"queue_timeout_seconds,omitempty"`
	// ConcurrencyKey is such that runs with the same one go one at a time, oldest first.
	ConcurrencyKey string `json:"concurrency_key,omitempty"`
	// Model is for the agent where the workflow names none.
	Model string `json:"model,omitempty"`
	// MaxCostUSD is what its model calls may cost in US dollars; nil for any.
	MaxCostUSD *float64 `json:"max_cost_usd,omitempty"`
}

// StartRun starts a run. It answers as soon as it is accepted: from then on the run ends exactly once, whatever happens
// to the connection. [Client.WaitForRun] waits for that.
func (c *Client) StartRun(ctx context.Context, wanted StartRunRequest, options ...RequestOption) (*RunAccepted, error) {
	call := newCall(http.MethodPost, "runs").json(wanted).creating(options)
	if secret := c.signingSecret(); secret != "" && wanted.SecureWorkflowParams != nil {
		call.header.Set(hmacHeader, Sign(secret, call.body))
	}
	return read[RunAccepted](ctx, c, call)
}

// GetRun answers a run.
func (c *Client) GetRun(ctx context.Context, runID string) (*Run, error) {
	return read[Run](ctx, c, newCall(http.MethodGet, "runs", runID))
}

// CancelRun asks for a run's end, and answers the run. One that waited has ended then; one that goes on ends soon.
// [ErrConflict] when it had ended.
func (c *Client) CancelRun(ctx context.Context, runID string) (*Run, error) {
	return read[Run](ctx, c, newCall(http.MethodPost, "runs", runID, "cancel"))
}

// RunFilter says which runs to list.
type RunFilter func(url.Values)

// OfWorkflow lists only runs of this workflow.
func OfWorkflow(workflowID string) RunFilter {
	return func(query url.Values) { query.Set("workflow_id", workflowID) }
}

// InStatus lists only runs in this state.
func InStatus(status RunStatus) RunFilter {
	return func(query url.Values) { query.Set("status", string(status)) }
}

// PageSize lists so many runs at once, 1 to 200; 50 without this option.
func PageSize(count int) RunFilter {
	return func(query url.Values) { query.Set("limit", strconv.Itoa(count)) }
}

// AfterCursor lists the page after that of [RunList.NextCursor].
func AfterCursor(cursor string) RunFilter {
	return func(query url.Values) { query.Set("cursor", cursor) }
}

// RunList is a page of runs.
type RunList struct {
	// Runs are newest first.
	Runs []Run `json:"runs"`
	// NextCursor is for [AfterCursor]; empty when there are no more.
	NextCursor string `json:"next_cursor,omitempty"`
}

// ListRuns answers one page of the workspace's runs, newest first.
func (c *Client) ListRuns(ctx context.Context, filters ...RunFilter) (*RunList, error) {
	call := newCall(http.MethodGet, "runs")
	for _, filter := range filters {
		filter(call.query)
	}
	return read[RunList](ctx, c, call)
}

// Runs goes through all runs, newest first, page by page as they are needed. It ends with an error when one cannot be
// had.
func (c *Client) Runs(ctx context.Context, filters ...RunFilter) iter.Seq2[*Run, error] {
	return func(yield func(*Run, error) bool) {
		next := filters
		for {
			page, err := c.ListRuns(ctx, next...)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page.Runs {
				if !yield(&page.Runs[i], nil) {
					return
				}
			}
			if page.NextCursor == "" {
				return
			}
			next = append(filters[:len(filters):len(filters)], AfterCursor(page.NextCursor))
		}
	}
}

// afterAll is a line's number that no log reaches.
const afterAll = 1<<53 - 1

// WaitForRun waits for a run's end and answers the run. Ended badly is no error of the call, see [RunEnd.Err]. It
// listens rather than asking again and again, and takes as long as the run, or until ctx ends.
func (c *Client) WaitForRun(ctx context.Context, runID string) (*Run, error) {
	log := &runLog{client: c, runID: runID, after: afterAll, follow: true}
	if err := log.read(ctx, func(LogRecord) bool { return true }); err != nil {
		return nil, err
	}
	if log.run == nil {
		return nil, errors.New("nen: the run was forgotten before its end was seen")
	}
	return log.run, nil
}

// DownloadRunAssets answers the zip of the files that a run left, as it comes. Close it. A run without files is
// [ErrNotFound].
func (c *Client) DownloadRunAssets(ctx context.Context, runID string, options ...FileOption) (*Download, error) {
	run, err := c.GetRun(ctx, runID)
	if err != nil {
		return nil, err
	}
	if run.Assets == "" {
		return nil, &APIError{
			StatusCode: http.StatusNotFound, Method: http.MethodGet, Path: "/runs/" + runID + "/assets.zip",
			Message: "the run has left no files in /artifacts (so far)",
		}
	}
	return c.DownloadAssets(ctx, run.Assets, options...)
}

// DownloadAssets answers what a link in a run or a webhook leads to, as it comes. Close it. The link is signed by itself,
// so no key is sent. One that is too old is [ErrExpired]; GetRun has a new one. Where the server leads on to its object
// store, the files come from there.
func (c *Client) DownloadAssets(ctx context.Context, link string, options ...FileOption) (*Download, error) {
	target, err := url.Parse(link)
	if err != nil || target.Host == "" {
		return nil, errors.New("nen: the link to the assets must be the address in Run.Assets or WebhookPayload.Assets")
	}
	call := newCall(http.MethodGet)
	// Without the query, which is what opens it.
	call.path, call.link, call.mayLead = target.EscapedPath(), link, true
	for _, option := range options {
		option(call)
	}
	return c.download(ctx, call)
}

// unixTime is a time of the API, in Unix seconds with a fraction.
func unixTime(seconds float64) time.Time {
	return time.UnixMilli(int64(seconds * 1000))
}
