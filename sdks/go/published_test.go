package nendesktop_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

// What is written for the published client has to compile, with the types that it expects.
func TestProgramsForThePublishedClientNeedOnlyAnotherImport(t *testing.T) {
	client, stop := pretend(map[string]string{
		"POST /desktops":             desktop,
		"GET /desktops":              "[" + desktop + "]",
		"GET /desktops/d":            desktop,
		"PATCH /desktops/d":          desktop,
		"DELETE /desktops/d":         `{"desktop_id":"d","status":"deleted"}`,
		"GET /desktops/d/tools":      `[{"name":"computer","description":"…","parameters":{"type":"object"}}]`,
		"POST /desktops/d/execute":   `{"status":"ok","base64_image":"UE5H"}`,
		"GET /desktops/d/tool-logs":  `[]`,
		"PUT /desktops/d/session":    `{"href":"x","active":true,"interactive":false}`,
		"GET /desktops/d/session":    `{"href":"x","active":true,"interactive":false}`,
		"DELETE /desktops/d/session": ``,
		"GET /desktops/d/files":      `{"files":[{"name":"a","size":0,"modified":1.5,"is_dir":true}]}`,
		"POST /desktops/d/files/a":   `{"success":true,"size":1,"filename":"a"}`,
		"GET /desktops/d/files/a":    `x`,
	})
	defer stop()
	ctx := context.Background()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_ = nendesktop.New(nendesktop.Config{APIKey: "k", BaseURL: nendesktop.DefaultBaseURL, Timeout: 30 * time.Second})

	created, err := client.CreateDesktop(ctx, "sandbox")
	check(err)
	list, err := client.ListDesktops(ctx)
	check(err)
	got, err := client.GetDesktop(ctx, "d")
	check(err)
	renamed, err := client.UpdateDesktop(ctx, "d", "name")
	check(err)
	var texts []string
	var times []int64
	for _, one := range []*nendesktop.Desktop{created, &list[0], got, renamed} {
		texts = append(texts, one.DesktopID, one.DesktopType, one.Status, one.WorkspaceID, one.Name, one.PublicIP, one.PrivateIP, one.InstanceID)
		times = append(times, one.CreatedAt, one.UpdatedAt)
	}

	result, err := client.Execute(ctx, "d", "computer", "left_click", map[string]any{"coordinate": []int{500, 300}})
	check(err)
	texts = append(texts, result.Status, result.Output, result.Base64Image, result.Error)
	tools, err := client.ListTools(ctx, "d")
	check(err)
	texts = append(texts, tools[0].Name, tools[0].Description)
	var logs json.RawMessage
	logs, err = client.GetToolLogs(ctx, "d")
	check(err)

	opened, err := client.CreateSession(ctx, "d")
	check(err)
	session, err := client.GetSession(ctx, "d")
	check(err)
	check(client.DeleteSession(ctx, "d"))

	var files []nendesktop.File
	files, err = client.ListFiles(ctx, "d", nendesktop.WithPath("sub"))
	check(err)
	uploaded, err := client.UploadFile(ctx, "d", "a", strings.NewReader("x"), "text/plain", nendesktop.WithPath("sub"))
	check(err)
	var body io.ReadCloser
	var contentType string
	body, contentType, err = client.DownloadFile(ctx, "d", "a", nendesktop.WithPath("sub"))
	check(err)
	check(body.Close())

	deleted, err := client.DeleteDesktop(ctx, "d")
	check(err)
	texts = append(texts, deleted.DesktopID, deleted.Status, uploaded.Filename, contentType)
	if !opened.Active || !session.Active || session.Interactive || !files[0].IsDir || !uploaded.Success || string(logs) != "[]" || len(texts) < 40 || len(times) != 8 {
		t.Error("something was not read")
	}

	_, err = client.GetDesktop(ctx, "dsk_nonexistent")
	var apiErr *nendesktop.APIError
	if !errors.As(err, &apiErr) || apiErr.StatusCode != 404 || !strings.Contains(apiErr.Body, "no desktop") {
		t.Errorf("got %v", err)
	}
}
