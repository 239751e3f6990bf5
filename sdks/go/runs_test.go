package nendesktop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func line(seq int, text string) string {
	return fmt.Sprintf("{\"seq\":%d,\"at\":1795377600.123,\"stream\":\"stdout\",\"text\":%q}\n", seq, text)
}

// records sends lines of a log, and ends the connection cleanly.
func records(lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		for _, line := range lines {
			sends(w, line)
		}
	}
}

func aRun(status RunStatus) http.HandlerFunc {
	return says(200, `{"workflow_id":"w","message_id":"r","run_status":"`+string(status)+`","success":true,"result":{"total":3}}`)
}

func paths(requests []asked) string {
	var all []string
	for _, request := range requests {
		all = append(all, request.path)
	}
	return strings.Join(all, "\n")
}

func TestALogIsReadLineByLine(t *testing.T) {
	server, client := newFake(t, records(line(4, "one"), line(5, "two")))
	var texts []string
	for record, err := range client.RunLogs(t.Context(), "r", AfterLine(3)) {
		must(t, err)
		texts = append(texts, record.Text)
		equal(t, record.Time().Equal(time.UnixMilli(1795377600123)), true)
	}
	equal(t, strings.Join(texts, " "), "one two")
	equal(t, server.only(t).path, "/runs/r/logs?after=3")
	equal(t, server.only(t).header.Get("Accept"), "application/x-ndjson")
}

func TestAFollowedLogGoesOnWhereItBrokeAndEndsWithTheRun(t *testing.T) {
	broken := func(w http.ResponseWriter, r *http.Request) {
		records(line(1, "one"), line(2, "two"), `{"seq":3,"at":17`)(w, r)
		hangsUp(w, r)
	}
	server, client := newFake(t, broken,
		records(line(3, "three")), aRun(RunRunning), // the server stopped
		records(), aRun(RunCompleted), // the run ended meanwhile
		records(line(4, "four")), // what was said in between
	)
	var texts []string
	for record, err := range client.RunLogs(t.Context(), "r", Following()) {
		must(t, err)
		texts = append(texts, record.Text)
	}
	equal(t, strings.Join(texts, " "), "one two three four")
	equal(t, paths(server.all()), strings.Join([]string{
		"/runs/r/logs?follow=true", "/runs/r/logs?after=2&follow=true", "/runs/r", "/runs/r/logs?after=3&follow=true", "/runs/r",
		"/runs/r/logs?after=3",
	}, "\n"))
}

func TestALogThatIsNoneIsAnError(t *testing.T) {
	for _, handler := range []http.HandlerFunc{records("no record\n"), answers(200, "<html>", "Content-Type", "text/html"), says(404, `{"error":"not_found","message":"no run"}`)} {
		_, client := newFake(t, handler)
		var last error
		for _, err := range client.RunLogs(t.Context(), "r", Following()) {
			last = err
		}
		if last == nil {
			t.Error("it is no error")
		}
	}
}

func TestALogAsTextIsHandedOn(t *testing.T) {
	server, client := newFake(t, answers(200, "2026-11-22T20:00:00.123Z stdout one\n", "Content-Type", "text/plain; charset=utf-8"))
	log, err := client.RunLogText(t.Context(), "r", Following())
	must(t, err)
	text, err := readAll(&Download{body: log}, nil)
	must(t, err)
	equal(t, string(text), "2026-11-22T20:00:00.123Z stdout one\n")
	equal(t, server.only(t).header.Get("Accept"), "text/plain")
}

func TestWaitingListensUntilTheEnd(t *testing.T) {
	server, client := newFake(t, records(), aRun(RunQueued), hangsUp, records(), aRun(RunCompleted))
	run, err := client.WaitForRun(t.Context(), "r")
	must(t, err)
	must(t, run.Err())
	var result struct{ Total int }
	must(t, run.Decode(&result))
	equal(t, result.Total, 3)
	equal(t, server.all()[0].path, "/runs/r/logs?after=9007199254740991&follow=true")
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	_, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		records("")(w, r)
		end()
		neverAnswers(w, r)
	})
	if _, err := client.WaitForRun(ctx, "r"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestARunThatFailedHasNoResult(t *testing.T) {
	no := false
	end := RunEnd{Success: &no, Error: "no invoice", ErrorType: "ValueError"}
	var failed *RunError
	if !errors.As(end.Decode(new(any)), &failed) || failed.Type != "ValueError" {
		t.Errorf("got %v", end.Err())
	}
	if err := new(RunEnd).Decode(new(any)); err == nil || new(RunEnd).Err() != nil {
		t.Errorf("got %v", err)
	}
}

func TestRequestsWithSecretsAreSignedOverTheirBytes(t *testing.T) {
	server, _ := newFake(t, says(202, `{"message":"Job accepted for processing.","messageId":"r","workflowId":"w"}`))
	client := New(Config{BaseURL: server.URL, APIKey: "sk_nen_test", SigningSecret: "nensig_abc"})
	_, err := client.StartRun(t.Context(), StartRunRequest{
		WorkflowID: "w", WorkflowParams: map[string]string{"q": "a<b & ü"}, SecureWorkflowParams: map[string]string{"password": "p"},
	})
	must(t, err)
	got := server.only(t)
	equal(t, got.body, `{"workflow_id":"w","workflow_params":{"q":"a<b & ü"},"secure_workflow_params":{"password":"p"}}`)
	equal(t, got.header.Get("X-Hmac-Signature"), Sign("nensig_abc", []byte(got.body)))
	// Be they empty, secrets need a signature; without any there is none to be wrong.
	_, err = client.StartRun(t.Context(), StartRunRequest{WorkflowID: "w", SecureWorkflowParams: map[string]string{}})
	must(t, err)
	equal(t, server.all()[1].body, `{"workflow_id":"w","secure_workflow_params":{}}`)
	_, err = client.StartRun(t.Context(), StartRunRequest{WorkflowID: "w"})
	must(t, err)
	equal(t, server.all()[2].header.Get("X-Hmac-Signature"), "")
}

func TestPagesAreAskedForAsTheyAreNeeded(t *testing.T) {
	page := func(ids, cursor string) http.HandlerFunc {
		return says(200, `{"runs":[`+ids+`],"next_cursor":`+cursor+`}`)
	}
	server, client := newFake(t, page(`{"message_id":"a"},{"message_id":"b"}`, `"c&1"`), page(`{"message_id":"c"}`, `null`))
	var ids []string
	for run, err := range client.Runs(t.Context(), OfWorkflow("w"), InStatus(RunFailed), PageSize(2)) {
		must(t, err)
		ids = append(ids, run.MessageID)
	}
	equal(t, strings.Join(ids, ""), "abc")
	equal(t, paths(server.all()), "/runs?limit=2&status=failed&workflow_id=w\n/runs?cursor=c%261&limit=2&status=failed&workflow_id=w")

	server, client = newFake(t, page(`{"message_id":"a"}`, `"more"`), says(500, `{"error":"internal_error","message":"no"}`))
	for range client.Runs(t.Context()) {
		break
	}
	equal(t, len(server.all()), 1)
	var last error
	for _, err := range client.Runs(t.Context()) {
		last = err
	}
	if !errors.Is(last, ErrServer) {
		t.Errorf("got %v", last)
	}
}

func TestStepsAndToolLogsGoFromPageToPage(t *testing.T) {
	numbered := func(name string, from, to int) string {
		var all []string
		for i := from; i <= to; i++ {
			all = append(all, fmt.Sprintf(`{"%s":%d}`, name, i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	server, client := newFake(t, says(200, `{"steps":`+numbered("number", 1, 100)+`}`), says(200, `{"steps":`+numbered("number", 101, 103)+`}`))
	count := int64(0)
	for step, err := range client.RunSteps(t.Context(), "r") {
		must(t, err)
		count++
		equal(t, step.Number, count)
	}
	equal(t, count, 103)
	equal(t, paths(server.all()), "/runs/r/steps?limit=100\n/runs/r/steps?after=100&limit=100")

	server, client = newFake(t, says(200, numbered("id", 51, 150)), says(200, numbered("id", 1, 50)))
	next := int64(150)
	for entry, err := range client.ToolLogs(t.Context(), "d") {
		must(t, err)
		equal(t, entry.ID, next)
		next--
	}
	equal(t, next, 0)
	equal(t, paths(server.all()), "/desktops/d/tool-logs?limit=100\n/desktops/d/tool-logs?before=51&limit=100")
}

func TestAKeyWhoseSecretWasLostIsToldBesideTheError(t *testing.T) {
	_, client := newFake(t, hangsUp, says(201, `{"id":"key_1","name":"n","secret":null}`))
	key, err := client.CreateKey(t.Context(), CreateKeyRequest{Name: "n", Scopes: []Scope{DesktopsRead}})
	if err == nil || key == nil || key.ID != "key_1" {
		t.Errorf("got %v, %v", key, err)
	}
}
