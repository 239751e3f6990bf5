package nendesktop

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCallsOfAModelPassThroughUntouched(t *testing.T) {
	// Numbers beyond a float64, escapes and unknown fields are not for this package to change.
	call := `{"id":12345678901234567890,"input":{"text":"<b>&ü","x":1.50},"new":null}`
	server, client := newFake(t, says(200, `[{"type":"tool_result","n":12345678901234567890}]`))
	results, err := client.Desktop("dsk_1").Calls(t.Context(), Anthropic, []json.RawMessage{json.RawMessage(call)},
		WithVariant("computer_20251124"), WithDisplaySize(1024, 768))
	must(t, err)
	equal(t, string(results[0]), `{"type":"tool_result","n":12345678901234567890}`)
	got := server.only(t)
	equal(t, got.body, "["+call+"]")
	equal(t, got.path, "/desktops/dsk_1/calls?dialect=anthropic&display_height=768&display_width=1024&variant=computer_20251124")
	type theirs struct {
		Type string `json:"type"`
	}
	must(t, drop(client.Calls(t.Context(), "dsk_1", OpenAI, []theirs{{"computer_call"}})))
	equal(t, server.all()[1].body, `[{"type":"computer_call"}]`)
	for _, calls := range []any{nil, map[string]string{}, "x", theirs{}} {
		if _, err := client.Calls(t.Context(), "dsk_1", OpenAI, calls); err == nil {
			t.Errorf("%v was sent", calls)
		}
	}
	if _, err := client.Calls(t.Context(), "dsk_1", "", []any{}); err == nil {
		t.Error("a call without a dialect was sent")
	}
	equal(t, len(server.all()), 2)
}

func TestToolsOfADialectAreHandedOnAsTheyAre(t *testing.T) {
	tool := `{"type":"computer_20250124","name":"computer","display_width_px":1280,"display_height_px":800}`
	server, client := newFake(t, says(200, "["+tool+"]"))
	tools, err := client.Desktop("dsk_1").DialectTools(t.Context(), Anthropic, WithVariant("computer_20250124"))
	must(t, err)
	equal(t, string(tools[0]), tool)
	equal(t, server.only(t).path, "/desktops/dsk_1/tools?dialect=anthropic&variant=computer_20250124")
}

func TestTheAgentIsAskedInItsThreeWays(t *testing.T) {
	server, client := newFake(t, says(200, `{"result":{"success":true,"summary":"done","iterations":4,"cost_usd":null}}`),
		says(200, `{"result":true}`), says(200, `{"result":{"total":94.5}}`), says(422, `{"error":"it could not"}`))
	agent := client.Desktop("dsk_1").Agent()
	report, err := agent.Execute(t.Context(), "pay", WithModel("m"), WithMaxIterations(20), WithMaxCost(0.5))
	must(t, err)
	equal(t, *report, AgentReport{Success: true, Summary: "done", Iterations: 4})
	holds, err := agent.Verify(t.Context(), "paid", WithPatience(1500*time.Millisecond))
	must(t, err)
	equal(t, holds, true)
	var invoice struct{ Total float64 }
	must(t, agent.Extract(t.Context(), "the total", json.RawMessage(`{"type":"object"}`), &invoice))
	equal(t, invoice.Total, 94.5)
	if _, err = agent.Execute(t.Context(), "pay"); !errors.Is(err, ErrUnprocessable) {
		t.Errorf("got %v", err)
	}
	if _, err = agent.Verify(t.Context(), "paid", WithMaxCost(1)); err == nil || !strings.Contains(err.Error(), "an option of execute") {
		t.Errorf("got %v", err)
	}
	bodies := server.all()
	equal(t, len(bodies), 4)
	sameJSON(t, bodies[0].body, `{"instruction":"pay","model":"m","max_iterations":20,"max_cost_usd":0.5}`)
	sameJSON(t, bodies[1].body, `{"condition":"paid","timeout":1.5}`)
	sameJSON(t, bodies[2].body, `{"query":"the total","schema":{"type":"object"}}`)
}

func TestADesktopIsAskedForWithWhatItsOptionsSay(t *testing.T) {
	server, client := newFake(t, says(201, aDesktop))
	mine := DesktopSpec{Env: map[string]string{"A": "1"}}
	_, err := client.CreateDesktop(t.Context(), "sandbox", WithSpec(mine), WithName("n"), WithDisplay(1024, 768), WithTools("computer", "bash"),
		WithLifetime(time.Hour), WithIdleTimeout(0, DeleteOnIdle), WithNetwork(NetworkNone), WithEnv("B", "2"), WithMetadata("team", "finance"),
		WithStartURL("https://example.com"))
	must(t, err)
	sameJSON(t, server.only(t).body, `{"desktop_type":"sandbox","name":"n","display":{"width":1024,"height":768},"tools":["computer","bash"],
		"timeout_seconds":3600,"idle_timeout_seconds":0,"on_idle":"delete","network":"none","env":{"A":"1","B":"2"},
		"metadata":{"team":"finance"},"start_url":"https://example.com"}`)
	equal(t, len(mine.Env), 1)
	equal(t, seconds(1500*time.Millisecond), 2)
}

func TestAHandleAnswersNewOnesWithItsOptions(t *testing.T) {
	server, client := newFake(t, says(200, aDesktop), says(200, `[`+aDesktop+`]`), says(200, aDesktop), says(200, `{"status":"ok"}`), says(404, `{"error":"gone"}`))
	first := client.Desktop("dsk_abc123def456").With(WithoutSettle())
	equal(t, first.String(), "dsk_abc123def456")
	paused, err := first.Pause(t.Context())
	must(t, err)
	equal(t, first.Status, "")
	equal(t, paused.String(), "dsk_abc123def456 (running)")
	listed, err := client.ListDesktops(t.Context(), HavingMetadata("team", "a&b"))
	must(t, err)
	must(t, drop(listed[0].Refresh(t.Context())))
	must(t, drop(paused.KeyPress(t.Context(), "Tab")))
	requests := server.all()
	equal(t, requests[1].path, "/desktops?metadata.team=a%26b")
	equal(t, strings.Contains(requests[3].body, `"settle":false`), true)
	// One that is gone needs no deletion.
	must(t, paused.Close())
}

func TestALiveViewBecomesWhatTheOptionsSay(t *testing.T) {
	server, client := newFake(t, says(200, `{"href":"http://x","active":true,"interactive":false}`), says(200, `{"active":true}`))
	session, err := client.CreateSession(t.Context(), "d")
	must(t, err)
	equal(t, *session, SessionInfo{Href: "http://x", Active: true})
	for _, option := range []SessionOption{ViewOnly(), Interactive(), Takeover()} {
		must(t, drop(client.CreateSession(t.Context(), "d", option)))
	}
	var bodies []string
	for _, request := range server.all() {
		bodies = append(bodies, request.body)
	}
	equal(t, strings.Join(bodies, "\n"), "\n{\"interactive\":false}\n{\"interactive\":true}\n{\"interactive\":true,\"takeover\":true}")
}

func TestABudgetIsSetAndTakenAway(t *testing.T) {
	server, client := newFake(t, says(200, `{"max_cost_usd":2.5,"spent_usd":0.5,"period_start":1,"period_end":2}`), says(200, `{"max_cost_usd":null}`),
		says(200, `{"days":[{"day":"2026-11-26","model":"m","calls":2,"cost_usd":null}]}`))
	budget, err := client.SetModelBudget(t.Context(), 2.5)
	must(t, err)
	equal(t, *budget.MaxCostUSD, 2.5)
	budget, err = client.RemoveModelBudget(t.Context())
	must(t, err)
	equal(t, budget.MaxCostUSD == nil, true)
	days, err := client.GetModelUse(t.Context(), time.Unix(10, 0), time.Time{})
	must(t, err)
	equal(t, days[0], ModelUseDay{Day: "2026-11-26", Model: "m", Calls: 2})
	requests := server.all()
	equal(t, requests[0].body, `{"max_cost_usd":2.5}`)
	equal(t, requests[1].body, `{"max_cost_usd":null}`)
	equal(t, requests[2].path, "/settings/model-use?since=10")
}

func TestACallWithoutAMethodCanBeMade(t *testing.T) {
	server, client := newFake(t, says(200, `{"n":1}`))
	var out struct{ N int }
	must(t, client.Request(t.Context(), "POST", "/new/call?x=a%2Fb", map[string]int{"a": 1}, &out, WithIdempotencyKey("k")))
	got := server.only(t)
	equal(t, got.method+" "+got.path+" "+got.body+" "+got.header.Get("Idempotency-Key"), `POST /new/call?x=a%2Fb {"a":1} k`)
	equal(t, out.N, 1)
	if client.Request(t.Context(), "GET", "nope", nil, nil) == nil {
		t.Error("a path without a slash was sent")
	}
}

func TestDesktopsThatAreGoneAreListedAndPausedOnesAreLeftAlone(t *testing.T) {
	server, client := newFake(t, says(200, `[`+aDesktop+`]`), says(409, `{"error":"it is paused"}`))
	must(t, drop(client.ListDesktops(t.Context(), OnlyDeleted())))
	if _, err := client.Screenshot(t.Context(), "dsk_1", Peeking()); !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
	equal(t, server.all()[0].path, "/desktops?deleted=true")
	equal(t, server.all()[1].path, "/desktops/dsk_1/screenshot?peek=true")
}
