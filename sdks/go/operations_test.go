package nendesktop

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// operation makes the call of one operation of the API.
type operation func(context.Context, *Client) error

// operations has a method for every operation of docs/openapi.json, by its operationId.
var operations = map[string]operation{
	"listDesktops":  func(ctx context.Context, c *Client) error { return drop(c.ListDesktops(ctx)) },
	"createDesktop": func(ctx context.Context, c *Client) error { return drop(c.CreateDesktop(ctx, "sandbox")) },
	"getDesktop":    func(ctx context.Context, c *Client) error { return drop(c.GetDesktop(ctx, "id")) },
	"renameDesktop": func(ctx context.Context, c *Client) error { return drop(c.UpdateDesktop(ctx, "id", "name")) },
	"deleteDesktop": func(ctx context.Context, c *Client) error { return drop(c.DeleteDesktop(ctx, "id")) },
	"pauseDesktop":  func(ctx context.Context, c *Client) error { return drop(c.PauseDesktop(ctx, "id")) },
	"resumeDesktop": func(ctx context.Context, c *Client) error { return drop(c.ResumeDesktop(ctx, "id")) },
	"followDesktop": func(ctx context.Context, c *Client) error {
		for _, err := range c.Events(ctx, "id") {
			return err
		}
		return nil
	},

	"followDesktops": func(ctx context.Context, c *Client) error {
		for event, err := range c.WorkspaceEvents(ctx) {
			if event.Kind != EventConnected {
				return err
			}
		}
		return nil
	},

	"getDesktopReplay": func(ctx context.Context, c *Client) error { return drop(c.GetReplay(ctx, "id")) },
	"getDesktopAnimation": func(ctx context.Context, c *Client) error {
		return drop(c.DownloadReplayAnimation(ctx, "id"))
	},
	"getToolLogScreenshot": func(ctx context.Context, c *Client) error { return drop(c.GetToolLogScreenshot(ctx, "id", "7")) },
	"getRunReplay":         func(ctx context.Context, c *Client) error { return drop(c.GetRunReplay(ctx, "id")) },
	"getRunAnimation": func(ctx context.Context, c *Client) error {
		return drop(c.DownloadRunReplayAnimation(ctx, "id"))
	},

	"getIdentity":      func(ctx context.Context, c *Client) error { return drop(c.GetIdentity(ctx)) },
	"createSignInLink": func(ctx context.Context, c *Client) error { return drop(c.CreateSignInLink(ctx)) },
	"getUsage":         func(ctx context.Context, c *Client) error { return drop(c.GetUsage(ctx, 0)) },
	"listAudit":        func(ctx context.Context, c *Client) error { return drop(c.ListAudit(ctx)) },
	"listModels":       func(ctx context.Context, c *Client) error { return drop(c.GetModels(ctx)) },

	"listTools":    func(ctx context.Context, c *Client) error { return drop(c.ListTools(ctx, "id")) },
	"performCalls": func(ctx context.Context, c *Client) error { return drop(c.Calls(ctx, "id", OpenAI, []any{})) },
	"execute": func(ctx context.Context, c *Client) error {
		return drop(c.Execute(ctx, "id", "computer", "screenshot", nil))
	},
	"getScreenshot": func(ctx context.Context, c *Client) error { return drop(c.Screenshot(ctx, "id")) },
	"listToolLogs":  func(ctx context.Context, c *Client) error { return drop(c.ListToolLogs(ctx, "id", 0, 0)) },

	"openSession": func(ctx context.Context, c *Client) error { return drop(c.CreateSession(ctx, "id")) },
	"getSession":  func(ctx context.Context, c *Client) error { return drop(c.GetSession(ctx, "id")) },
	"endSession":  func(ctx context.Context, c *Client) error { return c.DeleteSession(ctx, "id") },

	"listFiles": func(ctx context.Context, c *Client) error { return drop(c.ListFiles(ctx, "id")) },
	"uploadFile": func(ctx context.Context, c *Client) error {
		return drop(c.UploadFile(ctx, "id", "name", strings.NewReader("text"), ""))
	},
	"downloadFile": func(ctx context.Context, c *Client) error { return drop(c.OpenFile(ctx, "id", "name")) },
	"deleteFile":   func(ctx context.Context, c *Client) error { return c.DeleteFile(ctx, "id", "name") },
	"listFolder":   func(ctx context.Context, c *Client) error { return drop(c.ListFolder(ctx, "id", "~", "")) },
	"readFile":     func(ctx context.Context, c *Client) error { return drop(c.ReadFile(ctx, "id", "~/a")) },
	"writeFile": func(ctx context.Context, c *Client) error {
		return c.WriteFile(ctx, "id", "~/a", strings.NewReader("text"))
	},

	"agentExecute": func(ctx context.Context, c *Client) error { return drop(c.AgentExecute(ctx, "id", "do it")) },
	"agentVerify":  func(ctx context.Context, c *Client) error { return drop(c.AgentVerify(ctx, "id", "it is done")) },
	"agentExtract": func(ctx context.Context, c *Client) error {
		return c.AgentExtract(ctx, "id", "it", json.RawMessage("{}"), new(any))
	},

	"listWorkflows": func(ctx context.Context, c *Client) error { return drop(c.ListWorkflows(ctx)) },
	"uploadWorkflow": func(ctx context.Context, c *Client) error {
		return drop(c.CreateWorkflow(ctx, "name", []SourceFile{{"workflow.py", ""}}))
	},
	"getWorkflow": func(ctx context.Context, c *Client) error { return drop(c.GetWorkflow(ctx, "id")) },
	"publishWorkflow": func(ctx context.Context, c *Client) error {
		return drop(c.PublishWorkflow(ctx, "id", "", []SourceFile{{"workflow.py", ""}}))
	},
	"deleteWorkflow":       func(ctx context.Context, c *Client) error { return c.DeleteWorkflow(ctx, "id") },
	"rollbackWorkflow":     func(ctx context.Context, c *Client) error { return drop(c.RollbackWorkflow(ctx, "id", 1)) },
	"listWorkflowVersions": func(ctx context.Context, c *Client) error { return drop(c.ListWorkflowVersions(ctx, "id")) },

	"startRun": func(ctx context.Context, c *Client) error {
		return drop(c.StartRun(ctx, StartRunRequest{WorkflowID: "w"}))
	},
	"listRuns": func(ctx context.Context, c *Client) error { return drop(c.ListRuns(ctx)) },
	"getRun":   func(ctx context.Context, c *Client) error { return drop(c.GetRun(ctx, "id")) },
	"getRunLogs": func(ctx context.Context, c *Client) error {
		for _, err := range c.RunLogs(ctx, "id") {
			return err
		}
		return nil
	},
	"listRunSteps":     func(ctx context.Context, c *Client) error { return drop(c.ListRunSteps(ctx, "id", 0, 0)) },
	"getRunScreenshot": func(ctx context.Context, c *Client) error { return drop(c.GetRunScreenshot(ctx, "id", "1.png")) },
	"cancelRun":        func(ctx context.Context, c *Client) error { return drop(c.CancelRun(ctx, "id")) },
	"listRunWebhooks":  func(ctx context.Context, c *Client) error { return drop(c.ListRunWebhooks(ctx, "id")) },
	"resendRunWebhook": func(ctx context.Context, c *Client) error { return drop(c.ResendRunWebhook(ctx, "id", "msg")) },
	"downloadRunAssets": func(ctx context.Context, c *Client) error {
		return drop(c.DownloadAssets(ctx, c.base.String()+"/runs/id/assets.zip"))
	},

	"listKeys":  func(ctx context.Context, c *Client) error { return drop(c.ListKeys(ctx)) },
	"createKey": func(ctx context.Context, c *Client) error { return drop(c.CreateKey(ctx, CreateKeyRequest{Name: "n"})) },
	"revokeKey": func(ctx context.Context, c *Client) error { return c.RevokeKey(ctx, "id") },

	"getSettings":         func(ctx context.Context, c *Client) error { return drop(c.GetSettings(ctx)) },
	"setModelBudget":      func(ctx context.Context, c *Client) error { return drop(c.SetModelBudget(ctx, 1)) },
	"setWorkspaceNetwork": func(ctx context.Context, c *Client) error { return drop(c.SetWorkspaceNetwork(ctx, NetworkNone)) },
	"getModelUse":         func(ctx context.Context, c *Client) error { return drop(c.GetModelUse(ctx, time.Time{}, time.Time{})) },
	"rotateWebhookSecret": func(ctx context.Context, c *Client) error { return drop(c.RotateWebhookSecret(ctx)) },
	"rotateSigningSecret": func(ctx context.Context, c *Client) error { return drop(c.RotateSigningSecret(ctx)) },

	"getHealth":  func(ctx context.Context, c *Client) error { return drop(c.Health(ctx)) },
	"getOpenApi": func(ctx context.Context, c *Client) error { return drop(c.OpenAPI(ctx)) },
}

// description is the part of an OpenAPI document that this test reads.
type description struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Parameters  []struct{ Name, In string }
		RequestBody *struct {
			Required bool
			Content  map[string]any
		}
	}
}

func TestEveryOperationHasAMethodThatMakesItsCall(t *testing.T) {
	text, err := os.ReadFile("../../docs/openapi.json")
	if os.IsNotExist(err) {
		t.Skip("the API's description is in the repository only")
	}
	must(t, err)
	var api description
	must(t, json.Unmarshal(text, &api))
	count := 0
	for path, methods := range api.Paths {
		if strings.HasPrefix(path, "/desktops/{id}/view") || path == "/mcp" ||
			path == "/metrics" || strings.HasPrefix(path, "/health/") {
			// Those are for the viewer page, with a viewer's token; MCP has clients of its own; balancers and Prometheus
			// ask by themselves.
			continue
		}
		for method, described := range methods {
			if described.OperationID == "signIn" || described.OperationID == "signOut" {
				// A browser is signed in by a cookie; a program has its key.
				continue
			}
			count++
			t.Run(described.OperationID, func(t *testing.T) {
				call, known := operations[described.OperationID]
				if !known {
					t.Fatalf("no method makes %s %s", strings.ToUpper(method), path)
				}
				// What it answers does not matter here.
				server, client := newFake(t, says(418, `{"error":"teapot"}`))
				_ = call(t.Context(), client.Client)
				got := server.only(t)
				equal(t, got.method, strings.ToUpper(method))
				if !templated(path).MatchString(strings.Split(got.path, "?")[0]) {
					t.Errorf("%s is not %s", got.path, path)
				}
				if body := described.RequestBody; body != nil && body.Required {
					if _, fits := body.Content[got.header.Get("Content-Type")]; !fits {
						t.Errorf("the body is %q", got.header.Get("Content-Type"))
					}
				}
				for _, parameter := range described.Parameters {
					if parameter.Name == "Idempotency-Key" && got.header.Get("Idempotency-Key") == "" {
						t.Error("there is no Idempotency-Key")
					}
				}
			})
		}
	}
	if count < 50 {
		t.Errorf("the description has %d operations only", count)
	}
}

var placeholder = regexp.MustCompile(`\\\{[^/]*\\\}`)

// templated is a path whose names in braces stand for anything.
func templated(path string) *regexp.Regexp {
	return regexp.MustCompile("^" + placeholder.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$")
}
