package nendesktop

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// vectorFile is one file of wire examples, see tests/vectors/README.md of the repository.
type vectorFile struct {
	Examples []vectorExample
	Payloads []struct {
		Name, Type string
		JSON       json.RawMessage
	}
}

type vectorExample struct {
	Name     string
	Request  vectorRequest
	Response struct {
		Status int
		Type   string
		JSON   json.RawMessage
		Text   *string
	}
	Capture map[string]string
}

type vectorRequest struct {
	Method, Path string
	Headers      map[string]string
	JSON         json.RawMessage
	Text         *string
}

// vectorTypes are the types of this package for those of the API; nil for errors, which are read by their status.
var vectorTypes = map[string]reflect.Type{
	"Desktop":            reflect.TypeFor[Desktop](),
	"DeletedDesktop":     reflect.TypeFor[DeleteResponse](),
	"SessionInfo":        reflect.TypeFor[SessionInfo](),
	"FileList":           reflect.TypeFor[struct{ Files []File }](),
	"UploadFileResponse": reflect.TypeFor[UploadFileResponse](),
	"ExecuteReply":       reflect.TypeFor[ExecuteResult](),
	"BatchReply":         reflect.TypeFor[BatchResult](),
	"ToolLogEntry":       reflect.TypeFor[ToolLogEntry](),
	"Tool":               reflect.TypeFor[ToolSchema](),
	"WorkflowList":       reflect.TypeFor[struct{ Workflows []Workflow }](),
	"Workflow":           reflect.TypeFor[Workflow](),
	"WorkflowVersions":   reflect.TypeFor[struct{ Versions []WorkflowVersion }](),
	"RunList":            reflect.TypeFor[RunList](),
	"RunAccepted":        reflect.TypeFor[RunAccepted](),
	"Run":                reflect.TypeFor[Run](),
	"StepList":           reflect.TypeFor[struct{ Steps []Step }](),
	"WebhookList":        reflect.TypeFor[struct{ Webhooks []Webhook }](),
	"WebhookPayload":     reflect.TypeFor[WebhookPayload](),
	"WorkspaceSettings":  reflect.TypeFor[WorkspaceSettings](),
	"ModelBudget":        reflect.TypeFor[ModelBudget](),
	"WorkspaceNetwork":   reflect.TypeFor[WorkspaceNetwork](),
	"ModelUse":           reflect.TypeFor[struct{ Days []ModelUseDay }](),
	"NewSecret":          reflect.TypeFor[NewSecret](),
	"Error":              nil,
	"WorkflowError":      nil,
}

func readVectors(t *testing.T) map[string]vectorFile {
	t.Helper()
	names, err := filepath.Glob("../../tests/vectors/*.json")
	must(t, err)
	if len(names) == 0 {
		t.Skip("the wire examples are in the repository only")
	}
	files := map[string]vectorFile{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		must(t, err)
		var file vectorFile
		must(t, json.Unmarshal(text, &file))
		files[filepath.Base(name)] = file
	}
	return files
}

func TestEveryWireExampleIsSentAndRead(t *testing.T) {
	for name, file := range readVectors(t) {
		known := map[string]string{"desktop_id": "dsk_abc123def456"}
		for _, example := range file.Examples {
			t.Run(name+"/"+example.Name, func(t *testing.T) { goThrough(t, example, known) })
		}
		for _, payload := range file.Payloads {
			t.Run(name+"/"+payload.Name, func(t *testing.T) { readWhole(t, payload.Type, payload.JSON) })
		}
	}
}

// goThrough makes the call of an example against a server that answers as it does.
func goThrough(t *testing.T, example vectorExample, known map[string]string) {
	want := example.Request
	for name, value := range known {
		want.Path = strings.ReplaceAll(want.Path, "{"+name+"}", value)
	}
	body := string(example.Response.JSON)
	kind := "application/json"
	if example.Response.Text != nil {
		body, kind = *example.Response.Text, "text/plain"
	}
	server, client := newFake(t, answers(example.Response.Status, body, "Content-Type", kind))
	answer, err := client.callOf(t.Context(), want)
	got := server.only(t)
	equal(t, got.method, want.Method)
	equal(t, inOrder(t, got.path), inOrder(t, want.Path))
	switch {
	case want.JSON != nil:
		sameJSON(t, got.body, string(want.JSON))
	case want.Text != nil:
		equal(t, got.body, *want.Text)
	default:
		equal(t, got.body, "")
	}
	checkRefusal(t, example, err)
	if example.Response.Type != "" {
		readWhole(t, example.Response.Type, example.Response.JSON)
	}
	if text, ok := answer.(string); ok && example.Response.Text != nil {
		equal(t, text, *example.Response.Text)
	}
	for name := range example.Capture {
		known[name] = "dsk_" + name
	}
}

// inOrder is a path with the parameters of its query in alphabetical order, which means nothing.
func inOrder(t *testing.T, path string) string {
	t.Helper()
	before, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	must(t, err)
	return before + "?" + values.Encode()
}

func checkRefusal(t *testing.T, example vectorExample, err error) {
	t.Helper()
	if example.Response.Status < 400 {
		must(t, err)
		return
	}
	var refused *APIError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	var wire struct{ Error, Message string }
	must(t, json.Unmarshal(example.Response.JSON, &wire))
	equal(t, refused.StatusCode, example.Response.Status)
	if example.Response.Type == "WorkflowError" {
		equal(t, refused.Code, wire.Error)
		equal(t, refused.Message, wire.Message)
	} else {
		equal(t, refused.Message, wire.Error)
	}
}

// readWhole reads an answer into its type and writes it again: nothing of it may be lost.
func readWhole(t *testing.T, name string, text json.RawMessage) {
	t.Helper()
	single, isList := strings.CutSuffix(name, "[]")
	kind, known := vectorTypes[single]
	switch {
	case !known:
		t.Fatalf("there is no type for %s", name)
	case kind == nil:
		return
	case isList:
		kind = reflect.SliceOf(kind)
	}
	value := reflect.New(kind)
	must(t, json.Unmarshal(text, value.Interface()))
	written, err := json.Marshal(value.Interface())
	must(t, err)
	// The wrappers of lists exist in this test only, and have no names for the wire.
	lower := bytes.NewBuffer(written).String()
	for _, field := range []string{"Files", "Workflows", "Versions", "Steps", "Webhooks", "Days"} {
		lower = strings.Replace(lower, `{"`+field+`":`, `{"`+strings.ToLower(field)+`":`, 1)
	}
	sameJSON(t, lower, string(text))
}
