package nendesktop

import (
	"encoding/json"
	"fmt"
)

// RunStatus is where a run is in its life.
type RunStatus string

// Where a run is in its life. The last four are ends.
const (
	RunQueued    RunStatus = "queued"
	RunRunning   RunStatus = "running"
	RunCompleted RunStatus = "completed"
	RunFailed    RunStatus = "failed"
	RunTimeout   RunStatus = "timeout"
	RunCancelled RunStatus = "cancelled"
)

// Ended tells whether a run in this state will not change any more. A state that this package does not know has not
// ended.
func (s RunStatus) Ended() bool {
	return s == RunCompleted || s == RunFailed || s == RunTimeout || s == RunCancelled
}

// WebhookStatus is what a webhook says about a run.
type WebhookStatus string

// What a webhook says about a run. WebhookFailed also stands for timeout and cancelled.
const (
	WebhookProcessing WebhookStatus = "processing"
	WebhookSuccess    WebhookStatus = "success"
	WebhookFailed     WebhookStatus = "failed"
)

// RunAccepted is a run that was accepted.
type RunAccepted struct {
	// Message is for people.
	Message string `json:"message"`
	// MessageID is the run's id, a UUID.
	MessageID string `json:"messageId"`
	// WorkflowID is the workflow's.
	WorkflowID string `json:"workflowId"`
}

func (r *RunAccepted) lacks() string {
	if r.MessageID == "" {
		return "messageId"
	}
	return ""
}

// RunEnd is how a run ended. Before its end all of it is empty.
type RunEnd struct {
	// Success is whether it ended well; nil before its end.
	Success *bool `json:"success,omitempty"`
	// Result is what the workflow returned.
	Result json.RawMessage `json:"result,omitempty"`
	// Assets is a link to a zip of the files it left; empty when there are none. See [Client.DownloadRunAssets].
	Assets string `json:"assets,omitempty"`
	// Error is why it failed, and ErrorType the class of the exception, or Timeout, Cancelled, WorkerLost and their like.
	Error     string `json:"error,omitempty"`
	ErrorType string `json:"error_type,omitempty"`
}

// Err is why it failed; nil when it ended well or has not ended.
func (e *RunEnd) Err() error {
	if e.Success == nil || *e.Success {
		return nil
	}
	return &RunError{Type: e.ErrorType, Message: e.Error}
}

// Decode reads the result into out, a pointer. It is an error when the run failed or has not ended.
func (e *RunEnd) Decode(out any) error {
	if err := e.Err(); err != nil {
		return err
	}
	if e.Success == nil {
		return fmt.Errorf("nen: the run has no result yet, WaitForRun waits for it")
	}
	return json.Unmarshal(e.Result, out)
}

// RunError is a run that did not end well.
type RunError struct {
	// Type is the class of the exception, or Timeout, Cancelled, WorkerLost and their like.
	Type string
	// Message is why it failed.
	Message string
}

// Error is the type and the message.
func (e *RunError) Error() string {
	return fmt.Sprintf("nen: the run failed: %s: %s", e.Type, e.Message)
}

// Run is a run of a workflow.
type Run struct {
	// WorkflowID is the workflow's id, WorkflowName its name, and WorkflowVersion the version that was current when the
	// run was accepted.
	WorkflowID      string `json:"workflow_id"`
	WorkflowName    string `json:"workflow_name"`
	WorkflowVersion int64  `json:"workflow_version"`
	// MessageID is the run's own id.
	MessageID string `json:"message_id"`
	// Status is as webhooks say it, RunStatus exactly.
	Status    WebhookStatus `json:"status"`
	RunStatus RunStatus     `json:"run_status"`
	// ExpiresAt is when the link in Assets ends, in Unix seconds; a new one is made by every look at the run.
	ExpiresAt int64 `json:"expires_at"`
	RunEnd
	// Attempt is 1, and more when a worker was lost before the run had touched a desktop.
	Attempt int64 `json:"attempt"`
	// WorkflowParams are its parameters, without secrets.
	WorkflowParams json.RawMessage `json:"workflow_params"`
	// WebhookCallback is where its webhooks go.
	WebhookCallback string `json:"webhook_callback,omitempty"`
	// DesktopID is the desktop it uses or used.
	DesktopID string `json:"desktop_id,omitempty"`
	// LiveViewURL is a page that shows it while it runs.
	LiveViewURL string `json:"live_view_url,omitempty"`
	// Model is that of the agent where the workflow names none.
	Model string `json:"model,omitempty"`
	// ConcurrencyKey is such that runs with the same one go one at a time.
	ConcurrencyKey string `json:"concurrency_key,omitempty"`
	// TimeoutSeconds it may take, and QueueTimeoutSeconds it may wait.
	TimeoutSeconds      int64 `json:"timeout_seconds"`
	QueueTimeoutSeconds int64 `json:"queue_timeout_seconds"`
	// CancelRequested is whether its end was asked for.
	CancelRequested bool `json:"cancel_requested"`
	// Steps is the number of its calls so far.
	Steps int64 `json:"steps"`
	// InputTokens, OutputTokens and CostUSD are those of its model calls so far; the cost as far as prices are known.
	InputTokens  int64   `json:"input_tokens"`
	OutputTokens int64   `json:"output_tokens"`
	CostUSD      float64 `json:"cost_usd"`
	// CreatedAt is when it was accepted, StartedAt when it began and FinishedAt when it ended, in Unix seconds with a
	// fraction; 0 for what has not happened.
	CreatedAt  float64 `json:"created_at"`
	StartedAt  float64 `json:"started_at,omitempty"`
	FinishedAt float64 `json:"finished_at,omitempty"`
}

func (r *Run) lacks() string {
	if r.MessageID == "" {
		return "message_id"
	}
	return ""
}
