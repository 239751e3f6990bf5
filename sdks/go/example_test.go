package nendesktop_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

// pretend is a client of a server on loopback that knows these answers, by method and path: the examples run without a
// Nen server.
func pretend(replies map[string]string) (client *nendesktop.Client, stop func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply, known := replies[r.Method+" "+r.URL.Path]
		kind := "application/json"
		switch {
		case !known:
			w.WriteHeader(http.StatusNotFound)
			reply = `{"error":"no desktop with this id in this workspace"}`
		case strings.HasPrefix(reply, "id: "):
			kind = "text/event-stream"
		case strings.HasPrefix(reply, `{"seq"`):
			kind = "application/x-ndjson"
		case strings.HasPrefix(reply, "\x89PNG"):
			kind = "image/png"
		}
		w.Header().Set("Content-Type", kind)
		_, _ = fmt.Fprint(w, reply)
	}))
	return nendesktop.New(nendesktop.Config{BaseURL: server.URL, APIKey: "sk_nen_example"}), server.Close
}

const desktop = `{"desktop_id":"dsk_abc123def456","desktop_type":"sandbox","status":"running","workspace_id":"ws_default"}`

func Example() {
	client, stop := pretend(map[string]string{
		"POST /desktops": desktop,
		"POST /desktops/dsk_abc123def456/execute":   `{"status":"ok","output":"left click at (500, 300)"}`,
		"GET /desktops/dsk_abc123def456/screenshot": "\x89PNG…",
		"DELETE /desktops/dsk_abc123def456":         `{"desktop_id":"dsk_abc123def456","status":"deleted"}`,
	}) // nendesktop.New(nendesktop.Config{}) takes NEN_API_URL and NEN_API_KEY
	defer stop()
	ctx := context.Background()

	desktop, err := client.CreateDesktop(ctx, "sandbox", nendesktop.WithStartURL("https://example.com"))
	if err != nil {
		log.Fatal(err)
	}
	defer desktop.Close()
	result, err := desktop.LeftClick(ctx, 500, 300)
	if err != nil {
		log.Fatal(err)
	}
	picture, err := desktop.Screenshot(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(desktop, result.Output, len(picture) > 0)
	// Output: dsk_abc123def456 (running) left click at (500, 300) true
}

// Programs written for Nen's published client need only another import.
func ExampleClient_Execute() {
	client, stop := pretend(map[string]string{
		"POST /desktops/dsk_abc123def456/execute": `{"status":"ok","output":"X=512, Y=384","coordinate":[512,384]}`,
	})
	defer stop()

	result, err := client.Execute(context.Background(), "dsk_abc123def456", "computer", "cursor_position", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Status, result.Output, *result.Coordinate)
	// Output: ok X=512, Y=384 (512, 384)
}

func ExampleDesktop_Batch() {
	client, stop := pretend(map[string]string{
		"POST /desktops/dsk_abc123def456/execute": `{"status":"ok","results":[{"status":"ok"},{"status":"ok"},{"status":"ok"}]}`,
	})
	defer stop()

	// One request, one look at the screen at its end.
	result, err := client.Desktop("dsk_abc123def456").Batch(context.Background(), []nendesktop.Action{
		nendesktop.LeftClick(500, 300, nendesktop.Holding("ctrl")),
		nendesktop.TypeText("ada@lumen.example"),
		nendesktop.KeyPress("Tab", nendesktop.Repeat(2)),
	}, nendesktop.WithScreenshot(nendesktop.ScreenshotNever))
	if err != nil {
		log.Fatal(err)
	}
	if err := result.Err(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(result.Results), result.Status)
	// Output: 3 ok
}

func ExampleDesktop_Calls() {
	client, stop := pretend(map[string]string{
		"POST /desktops/dsk_abc123def456/calls": `[{"type":"tool_result","tool_use_id":"toolu_1","content":[]}]`,
	})
	defer stop()

	// As the model's answer holds them; the types of the provider's own package will do as well.
	calls := []json.RawMessage{
		json.RawMessage(`{"type":"tool_use","id":"toolu_1","name":"computer","input":{"action":"screenshot"}}`),
	}
	results, err := client.Desktop("dsk_abc123def456").Calls(context.Background(), nendesktop.Anthropic, calls)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(results[0]))
	// Output: {"type":"tool_result","tool_use_id":"toolu_1","content":[]}
}

func ExampleClient_Events() {
	client, stop := pretend(map[string]string{
		"GET /desktops/dsk_abc123def456/events": "id: 7\nevent: desktop.paused\ndata: {\"id\":7,\"kind\":\"desktop.paused\",\"at\":1.5,\"data\":{\"by\":\"idle\"}}\n\n" +
			"id: 8\nevent: desktop.deleted\ndata: {\"id\":8,\"kind\":\"desktop.deleted\",\"at\":2.5,\"data\":{\"by\":\"call\"}}\n\n",
	})
	defer stop()

	for event, err := range client.Events(context.Background(), "dsk_abc123def456") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.ID, event.Kind, string(event.Data))
	}
	// Output:
	// 7 desktop.paused {"by":"idle"}
	// 8 desktop.deleted {"by":"call"}
}

func ExampleClient_UploadFile() {
	client, stop := pretend(map[string]string{
		"POST /desktops/dsk_abc123def456/files/report.csv": `{"success":true,"size":14,"filename":"report.csv"}`,
		"GET /desktops/dsk_abc123def456/files/report.csv":  "month,total\n5,3",
	})
	defer stop()
	ctx := context.Background()

	// Any reader will do, an open file or a response that is still coming.
	body := strings.NewReader("month,total\n5,3")
	if _, err := client.UploadFile(ctx, "dsk_abc123def456", "report.csv", body, "text/csv", nendesktop.WithPath("2026")); err != nil {
		log.Fatal(err)
	}
	path := os.TempDir() + "/nen-example-report.csv"
	defer os.Remove(path)
	written, err := client.Desktop("dsk_abc123def456").Files().Save(ctx, "report.csv", path, nendesktop.WithPath("2026"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(written, "bytes")
	// Output: 15 bytes
}

func ExampleClient_WaitForRun() {
	const id = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"
	client, stop := pretend(map[string]string{
		"POST /runs":                `{"message":"Job accepted for processing.","messageId":"` + id + `","workflowId":"5b1c9f3e"}`,
		"GET /runs/" + id + "/logs": `{"seq":1,"at":1795377600.5,"stream":"stdout","text":"3 invoices found"}` + "\n",
		"GET /runs/" + id:           `{"message_id":"` + id + `","run_status":"completed","success":true,"result":{"invoices":3}}`,
	})
	defer stop()
	ctx := context.Background()

	started, err := client.StartRun(ctx, nendesktop.StartRunRequest{
		WorkflowID:     "5b1c9f3e",
		WorkflowParams: map[string]string{"month": "2026-10"},
	})
	if err != nil {
		log.Fatal(err)
	}
	for line, err := range client.RunLogs(ctx, started.MessageID, nendesktop.Following()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(line.Stream, line.Text)
	}
	run, err := client.WaitForRun(ctx, started.MessageID)
	if err != nil {
		log.Fatal(err)
	}
	var result struct{ Invoices int }
	if err := run.Decode(&result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.RunStatus, result.Invoices)
	// Output:
	// stdout 3 invoices found
	// completed 3
}

func ExampleAPIError() {
	client, stop := pretend(nil)
	defer stop()

	_, err := client.GetDesktop(context.Background(), "dsk_000000000000")
	var answered *nendesktop.APIError
	if errors.As(err, &answered) {
		fmt.Println(answered.StatusCode, answered.Message)
	}
	fmt.Println(errors.Is(err, nendesktop.ErrNotFound))
	// Output:
	// 404 no desktop with this id in this workspace
	// true
}

func ExampleReadWebhook() {
	secret := "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	body := []byte(`{"workflow_id":"5b1c9f3e","message_id":"0f0c7a5e","status":"success","expires_at":1796068860,"success":true,"result":{"total":3}}`)
	header := http.Header{"X-Hmac-Signature": {nendesktop.Sign(secret, body)}} // those of the request

	payload, err := nendesktop.ReadWebhook(header, body, secret)
	if err != nil {
		log.Fatal(err) // answer 401
	}
	fmt.Println(payload.MessageID, payload.Status, string(payload.Result))
	// Output: 0f0c7a5e success {"total":3}
}
