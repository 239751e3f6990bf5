package nendesktop

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
)

// SourceFile is one file of a workflow.
type SourceFile struct {
	// Filename is its path within the bundle, with /, such as workflow.py or forms/login.py.
	Filename string `json:"filename"`
	// Content is its text.
	Content string `json:"content"`
}

// Workflow is a workflow, as its current or another version has it.
type Workflow struct {
	// WorkflowID is a UUID.
	WorkflowID string `json:"workflowId"`
	// Name is shown to people.
	Name string `json:"name"`
	// Version grows by one with each publication.
	Version int64 `json:"version"`
	// ParamsSchema and ResultSchema are JSON Schemas of what its run function takes and returns.
	ParamsSchema json.RawMessage `json:"paramsSchema"`
	ResultSchema json.RawMessage `json:"resultSchema"`
	// SecureFields are the names of the secrets that a run needs.
	SecureFields []string `json:"secureFields"`
	// Network is what its runs may reach beside their desktop, as the version declares it: "none" or "internet".
	Network string `json:"network,omitempty"`
	// Files are there where one workflow was asked for.
	Files []SourceFile `json:"files,omitempty"`
	// CreatedAt is the first upload and UpdatedAt the last publication, in Unix seconds.
	CreatedAt int64 `json:"createdAt"`
	UpdatedAt int64 `json:"updatedAt"`
}

func (w *Workflow) lacks() string {
	if w.WorkflowID == "" {
		return "workflowId"
	}
	return ""
}

// WorkflowVersion is one version in the history of a workflow.
type WorkflowVersion struct {
	// Version is its number.
	Version int64 `json:"version"`
	// Current is whether runs use it now.
	Current bool `json:"current"`
	// RolledBackTo is the version whose files were taken, when it is a rollback; else 0.
	RolledBackTo int64 `json:"rolledBackTo,omitempty"`
	// CreatedBy is the name of the key that published it.
	CreatedBy string `json:"createdBy"`
	// CreatedAt is in Unix seconds.
	CreatedAt int64 `json:"createdAt"`
}

// ListWorkflows answers the workspace's workflows by name, without their files.
func (c *Client) ListWorkflows(ctx context.Context) ([]Workflow, error) {
	var list struct {
		Workflows []Workflow `json:"workflows"`
	}
	err := c.answer(ctx, newCall(http.MethodGet, "workflows"), &list)
	return list.Workflows, err
}

// CreateWorkflow uploads a workflow; workflow.py must be among its files. One that cannot be used is [ErrBadRequest]
// with the code invalid_workflow. It takes up to a minute, because the server imports it.
func (c *Client) CreateWorkflow(ctx context.Context, name string, files []SourceFile, options ...RequestOption) (*Workflow, error) {
	call := newCall(http.MethodPost, "workflows").json(map[string]any{"name": name, "files": files}).creating(options)
	call.limit.long = true
	return read[Workflow](ctx, c, call)
}

// GetWorkflow answers the current version of a workflow with its files.
func (c *Client) GetWorkflow(ctx context.Context, workflowID string) (*Workflow, error) {
	return read[Workflow](ctx, c, newCall(http.MethodGet, "workflows", workflowID))
}

// GetWorkflowVersion answers a version of a workflow, counted from 1, with its files.
func (c *Client) GetWorkflowVersion(ctx context.Context, workflowID string, version int64) (*Workflow, error) {
	call := newCall(http.MethodGet, "workflows", workflowID)
	call.query.Set("version", strconv.FormatInt(version, 10))
	return read[Workflow](ctx, c, call)
}

// PublishWorkflow makes a new version of a workflow. Files that are not listed are gone. An empty name keeps the one
// before. It is not repeated when its answer is lost: each time would make another version.
func (c *Client) PublishWorkflow(ctx context.Context, workflowID, name string, files []SourceFile) (*Workflow, error) {
	body := map[string]any{"files": files}
	if name != "" {
		body["name"] = name
	}
	call := newCall(http.MethodPut, "workflows", workflowID).json(body)
	call.repeatable = false
	call.limit.long = true
	return read[Workflow](ctx, c, call)
}

// ListWorkflowVersions answers the history of a workflow, newest first.
func (c *Client) ListWorkflowVersions(ctx context.Context, workflowID string) ([]WorkflowVersion, error) {
	var list struct {
		Versions []WorkflowVersion `json:"versions"`
	}
	err := c.answer(ctx, newCall(http.MethodGet, "workflows", workflowID, "versions"), &list)
	return list.Versions, err
}

// RollbackWorkflow makes a new version of the files of an earlier one.
func (c *Client) RollbackWorkflow(ctx context.Context, workflowID string, version int64) (*Workflow, error) {
	call := newCall(http.MethodPost, "workflows", workflowID, "rollback").json(map[string]int64{"version": version})
	return read[Workflow](ctx, c, call)
}

// DeleteWorkflow hides a workflow; its runs stay.
func (c *Client) DeleteWorkflow(ctx context.Context, workflowID string) error {
	return c.answer(ctx, newCall(http.MethodDelete, "workflows", workflowID), nil)
}
