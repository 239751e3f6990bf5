package nendesktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// live is a client of the server in NEN_API_URL; without one the test is skipped.
func live(t *testing.T) (context.Context, *Client) {
	t.Helper()
	if os.Getenv("NEN_API_URL") == "" || os.Getenv("NEN_API_KEY") == "" {
		t.Skip("set NEN_API_URL and NEN_API_KEY to test against a real server")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx, New(Config{})
}

// liveDesktop is a desktop that is deleted at the end of the test.
func liveDesktop(t *testing.T, options ...CreateOption) (context.Context, *Desktop) {
	t.Helper()
	ctx, client := live(t)
	desktop, err := client.CreateDesktop(ctx, "sandbox", options...)
	must(t, err)
	t.Cleanup(func() { must(t, desktop.Close()) })
	return ctx, desktop
}

func TestLiveADesktopFromItsCreationToItsEnd(t *testing.T) {
	ctx, desktop := liveDesktop(t, WithName("live, Go"), WithMetadata("made-by", "sdk-go"), WithIdempotencyKey("live-go-"+t.Name()+time.Now().String()))
	client := desktop.client
	listed, err := client.ListDesktops(ctx, HavingMetadata("made-by", "sdk-go"))
	must(t, err)
	equal(t, len(listed), 1)
	renamed, err := desktop.Rename(ctx, "renamed")
	must(t, err)
	equal(t, renamed.Name, "renamed")
	paused, err := desktop.Pause(ctx)
	must(t, err)
	equal(t, paused.Status, DesktopPaused)
	resumed, err := desktop.Resume(ctx)
	must(t, err)
	equal(t, resumed.Status, DesktopRunning)

	kinds := make(chan string, 100)
	go func() {
		defer close(kinds)
		for event, err := range desktop.Events(ctx, AfterEvent(0)) {
			if err != nil {
				kinds <- err.Error()
				return
			}
			kinds <- string(event.Kind)
		}
	}()
	// The oldest event shows that listening has begun.
	equal(t, <-kinds, string(EventCreated))
	must(t, desktop.Delete(ctx))
	var all []string
	for kind := range kinds {
		all = append(all, kind)
	}
	equal(t, strings.Join(all, " "), "desktop.renamed desktop.paused desktop.resumed desktop.deleted")
	gone, err := desktop.Refresh(ctx)
	must(t, err)
	equal(t, gone.Status, DesktopDeleted)
	if _, err = desktop.LeftClick(ctx, 1, 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestLiveActionsAndWhatIsSeenOfThem(t *testing.T) {
	ctx, desktop := liveDesktop(t, WithTools("computer", "bash", "clipboard", "windows"))
	must(t, drop(desktop.MouseMove(ctx, 512, 384)))
	place, err := desktop.CursorPosition(ctx)
	must(t, err)
	equal(t, place, Point{512, 384})
	actions := []Action{
		LeftClick(500, 300, Holding("ctrl")), RightClick(900, 600), MiddleClick(500, 300), DoubleClick(500, 300), TripleClick(500, 300),
		Drag(200, 200, 300, 300), DragPath([]Point{{200, 200}, {300, 200}}), LeftMouseDown(200, 200), LeftMouseUp(220, 220),
		Scroll(512, 384, Down, 3), KeyPress("Tab", Repeat(2)), HoldKey("shift", 10*time.Millisecond), TypeText("ü", Interval(time.Millisecond)),
		Wait(10 * time.Millisecond), WaitSettled(), TakeScreenshot(), Zoom(0, 0, 640, 400), CursorPosition(), KeyPress("Escape"),
	}
	result, err := desktop.Batch(ctx, actions, WithImage(ImageOptions{Format: JPEG, Quality: 50, MaxWidth: 320}))
	must(t, err)
	must(t, result.Err())
	equal(t, len(result.Results), len(actions))
	equal(t, result.MediaType, "image/jpeg")

	picture, err := desktop.Screenshot(ctx)
	must(t, err)
	decoded, err := png.Decode(bytes.NewReader(picture))
	must(t, err)
	equal(t, decoded.Bounds().Dx(), desktop.Display.Width)
	must(t, drop(desktop.Zoom(ctx, 0, 0, 640, 400)))
	image, err := desktop.client.Screenshot(ctx, desktop.DesktopID, OfRegion(0, 0, 64, 64), AsImage(ImageOptions{HideCursor: true}))
	must(t, err)
	equal(t, image.MediaType, "image/png")

	must(t, desktop.SetClipboard(ctx, "kopiert 你好"))
	text, err := desktop.Clipboard(ctx)
	must(t, err)
	equal(t, text, "kopiert 你好")
	printed, err := desktop.RunCommand(ctx, "echo hello", time.Minute)
	must(t, err)
	equal(t, strings.TrimSpace(printed), "hello")
	must(t, drop(desktop.Windows(ctx)))

	_, err = desktop.LeftClick(ctx, 5000, 1)
	var refused *APIError
	if !errors.As(err, &refused) || !errors.Is(err, ErrBadRequest) || !strings.Contains(refused.Message, "outside the screen") {
		t.Errorf("got %v", err)
	}
	tools, err := desktop.ListTools(ctx)
	must(t, err)
	equal(t, len(tools), 4)
	count := 0
	for entry, err := range desktop.ToolLogs(ctx) {
		must(t, err)
		if count == 0 {
			equal(t, entry.Status, ActionFailed)
		}
		count++
	}
	if count < len(actions) {
		t.Errorf("the log has %d entries", count)
	}

	session, err := desktop.CreateSession(ctx, Takeover())
	must(t, err)
	equal(t, session.Takeover, true)
	if _, err = desktop.KeyPress(ctx, "Tab"); !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
	must(t, desktop.DeleteSession(ctx))
	if _, err = desktop.GetSession(ctx); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestLiveFilesThereAndBack(t *testing.T) {
	ctx, desktop := liveDesktop(t)
	// Larger than what any buffer on the way holds, of a length that is not said.
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	answer, err := desktop.Files().Upload(ctx, "grün 1.bin", onlyReader{bytes.NewReader(content)}, "", WithPath("new/folder"))
	must(t, err)
	equal(t, answer.Size, int64(len(content)))
	files, err := desktop.Files().List(ctx, WithPath("new/folder"))
	must(t, err)
	equal(t, files[0].Name, "grün 1.bin")
	path := filepath.Join(t.TempDir(), "back.bin")
	must(t, drop(desktop.Files().Save(ctx, "grün 1.bin", path, WithPath("new/folder"))))
	back, err := os.ReadFile(path)
	must(t, err)
	equal(t, bytes.Equal(back, content), true)
	part, err := desktop.Files().Open(ctx, "grün 1.bin", WithPath("new/folder"), WithRange(10, 15))
	must(t, err)
	text, err := readAll(part, nil)
	must(t, err)
	equal(t, string(text), "abcdef")
	equal(t, part.Total, int64(len(content)))
	if _, err = desktop.Files().Open(ctx, "grün 1.bin", WithPath("new/folder"), WithETag(part.ETag)); !errors.Is(err, ErrNotModified) {
		t.Errorf("got %v", err)
	}
	must(t, desktop.Files().Delete(ctx, "grün 1.bin", WithPath("new/folder")))
	if _, err = desktop.Files().Read(ctx, "grün 1.bin", WithPath("new/folder")); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}

	all := desktop.Filesystem()
	must(t, all.Write(ctx, "~/note.txt", strings.NewReader("one ")))
	must(t, all.Append(ctx, "~/note.txt", strings.NewReader("two")))
	text, err = all.Read(ctx, "~/note.txt")
	must(t, err)
	equal(t, string(text), "one two")
	folder, err := all.List(ctx, "~", "*.txt")
	must(t, err)
	equal(t, folder.Files[0].Name, "note.txt")
}

type onlyReader struct{ inner *bytes.Reader }

func (r onlyReader) Read(buffer []byte) (int, error) { return r.inner.Read(buffer) }

func TestLiveDialects(t *testing.T) {
	ctx, desktop := liveDesktop(t)
	tools, err := desktop.DialectTools(ctx, Anthropic, WithVariant("computer_20250124"))
	if errors.Is(err, ErrTooOld) {
		t.Skip("this server has no dialects yet")
	}
	must(t, err)
	equal(t, len(tools), 1)
	calls := []json.RawMessage{json.RawMessage(`{"type":"tool_use","id":"toolu_1","name":"computer","input":{"action":"mouse_move","coordinate":[10,20]}}`)}
	results, err := desktop.Calls(ctx, Anthropic, calls, WithVariant("computer_20250124"))
	must(t, err)
	equal(t, len(results), 1)
	if !strings.Contains(string(results[0]), "toolu_1") {
		t.Errorf("got %s", results[0])
	}
	place, err := desktop.CursorPosition(ctx)
	must(t, err)
	equal(t, place, Point{10, 20})
	for _, dialect := range []Dialect{AnthropicToolset, OpenAI, OpenAIFunctions, Gemini, MCP} {
		must(t, drop(desktop.DialectTools(ctx, dialect)))
	}
}

func TestLiveAWorkflowFromItsUploadToItsResult(t *testing.T) {
	ctx, client := live(t)
	if client.signingSecret() == "" {
		signing, err := client.RotateSigningSecret(ctx)
		must(t, err)
		client = New(Config{SigningSecret: string(signing.Secret)})
	}
	const source = `
from nen import Secure
from pydantic import BaseModel

class Params(BaseModel):
    name: str

class SecureParams(BaseModel):
    password: Secure[str]

class Result(BaseModel):
    greeting: str

def run(params: Params, secure_params: SecureParams) -> Result:
    print("greeting", params.name)
    with open("/artifacts/greeting.txt", "w") as file:
        file.write(params.name)
    return Result(greeting="Hello, " + params.name)
`
	files := []SourceFile{{"workflow.py", source}}
	workflow, err := client.CreateWorkflow(ctx, "live, Go", files)
	var refused *APIError
	if errors.As(err, &refused) && refused.Code == "unavailable" {
		t.Skip("this server executes no workflows: " + refused.Message)
	}
	must(t, err)
	t.Cleanup(func() { must(t, client.DeleteWorkflow(context.Background(), workflow.WorkflowID)) })
	must(t, drop(client.PublishWorkflow(ctx, workflow.WorkflowID, "live, Go, again", files)))
	must(t, drop(client.RollbackWorkflow(ctx, workflow.WorkflowID, 1)))
	versions, err := client.ListWorkflowVersions(ctx, workflow.WorkflowID)
	must(t, err)
	equal(t, versions[0].RolledBackTo, 1)

	_, err = client.StartRun(ctx, StartRunRequest{WorkflowID: workflow.WorkflowID, WorkflowParams: map[string]int{"name": 1}, SecureWorkflowParams: map[string]string{"password": "x"}})
	if !errors.As(err, &refused) || refused.Code != "invalid_params" {
		t.Errorf("got %v", err)
	}
	started, err := client.StartRun(ctx, StartRunRequest{
		WorkflowID: workflow.WorkflowID, WorkflowParams: map[string]string{"name": "Ada"}, SecureWorkflowParams: map[string]string{"password": "x"},
	})
	must(t, err)
	var log []string
	for record, err := range client.RunLogs(ctx, started.MessageID, Following()) {
		must(t, err)
		log = append(log, record.Text)
	}
	if !strings.Contains(strings.Join(log, "\n"), "greeting Ada") {
		t.Errorf("the log is %q", log)
	}
	run, err := client.WaitForRun(ctx, started.MessageID)
	must(t, err)
	var result struct{ Greeting string }
	must(t, run.Decode(&result))
	equal(t, result.Greeting, "Hello, Ada")
	assets, err := client.DownloadRunAssets(ctx, started.MessageID)
	must(t, err)
	zip, err := readAll(assets, nil)
	must(t, err)
	equal(t, string(zip[:2]), "PK")
	must(t, drop(client.ListRunSteps(ctx, started.MessageID, 0, 0)))
	must(t, drop(client.ListRunWebhooks(ctx, started.MessageID)))
	for listed, err := range client.Runs(ctx, OfWorkflow(workflow.WorkflowID), PageSize(1)) {
		must(t, err)
		equal(t, listed.MessageID, started.MessageID)
	}
	if _, err = client.CancelRun(ctx, started.MessageID); !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestLiveKeysAndSettings(t *testing.T) {
	ctx, client := live(t)
	key, err := client.CreateKey(ctx, CreateKeyRequest{Name: "live, Go", Scopes: []Scope{DesktopsRead}})
	must(t, err)
	other := New(Config{APIKey: string(key.Secret)})
	must(t, drop(other.ListDesktops(ctx)))
	if _, err = other.CreateDesktop(ctx, "sandbox"); !errors.Is(err, ErrPermission) {
		t.Errorf("got %v", err)
	}
	keys, err := client.ListKeys(ctx)
	must(t, err)
	equal(t, keys[len(keys)-1].WorkspaceID, key.WorkspaceID)
	must(t, client.RevokeKey(ctx, key.ID))
	if _, err = other.ListDesktops(ctx); !errors.Is(err, ErrAuthentication) {
		t.Errorf("got %v", err)
	}
	settings, err := client.GetSettings(ctx)
	must(t, err)
	equal(t, settings.WorkspaceID, key.WorkspaceID)
	must(t, drop(client.Health(ctx)))
	must(t, drop(client.OpenAPI(ctx)))
	if settings.Budget == nil {
		t.Skip("this server has no budgets yet")
	}
	budget, err := client.SetModelBudget(ctx, 12.5)
	must(t, err)
	equal(t, *budget.MaxCostUSD, 12.5)
	must(t, drop(client.RemoveModelBudget(ctx)))
	must(t, drop(client.GetModelUse(ctx, time.Now().Add(-time.Hour), time.Time{})))
}
