package nendesktop

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestABusyServerIsAskedAgainUpToTwice(t *testing.T) {
	for _, status := range []int{429, 502, 503, 504} {
		server, client := newFake(t, says(status, `{"error":"busy"}`), says(status, `{"error":"busy"}`), says(200, `[]`))
		_, err := client.ListDesktops(t.Context())
		must(t, err)
		equal(t, len(server.all()), 3)
		equal(t, client.pauses[0], 500*time.Millisecond)
		equal(t, client.pauses[1], time.Second)
	}
	server, client := newFake(t, says(503, `{"error":"busy"}`))
	_, err := client.ListDesktops(t.Context())
	if !errors.Is(err, ErrServer) {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 3)
}

func TestWhatAskingAgainDoesNotChangeIsAskedOnce(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 413, 422, 500} {
		server, client := newFake(t, says(status, `{"error":"no"}`))
		_, err := client.ListDesktops(t.Context())
		if err == nil {
			t.Errorf("%d is no error", status)
		}
		equal(t, len(server.all()), 1)
	}
}

func TestABrokenConnectionIsMadeAgainForCallsThatMayBeRepeated(t *testing.T) {
	server, client := newFake(t, hangsUp, says(200, aDesktop))
	_, err := client.GetDesktop(t.Context(), "dsk_1")
	must(t, err)
	equal(t, len(server.all()), 2)
}

func TestRetriesCanBeSwitchedOff(t *testing.T) {
	server, _ := newFake(t, hangsUp)
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", MaxRetries: -1})
	_, err := client.GetDesktop(t.Context(), "dsk_1")
	if !errors.Is(err, ErrConnection) {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 1)
}

func TestRetryAfterIsHonouredInSecondsAndAsADate(t *testing.T) {
	busy := func(after string) http.HandlerFunc {
		return answers(429, `{"error":"busy"}`, "Content-Type", "application/json", "Retry-After", after)
	}
	_, client := newFake(t, busy("7"), says(200, `[]`))
	_, err := client.ListDesktops(t.Context())
	must(t, err)
	equal(t, client.pauses[0], 7*time.Second)

	_, client = newFake(t, busy(time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat)), says(200, `[]`))
	_, err = client.ListDesktops(t.Context())
	must(t, err)
	if pause := client.pauses[0]; pause < 15*time.Second || pause > 20*time.Second {
		t.Errorf("waited %v", pause)
	}

	server, client := newFake(t, busy("3600"))
	_, err = client.ListDesktops(t.Context())
	var answered *APIError
	if !errors.As(err, &answered) || answered.RetryAfter != time.Hour {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 1)
}

func TestACreatingCallIsRepeatedWithItsKey(t *testing.T) {
	running := answers(409, `{"error":"still running"}`, "Content-Type", "application/json", "Retry-After", "5")
	server, client := newFake(t, hangsUp, running, says(201, aDesktop))
	desktop, err := client.CreateDesktop(t.Context(), "sandbox")
	must(t, err)
	equal(t, desktop.DesktopID, "dsk_abc123def456")
	requests := server.all()
	key := requests[0].header.Get("Idempotency-Key")
	if len(requests) != 3 || len(key) < 20 {
		t.Fatalf("%d requests with the key %q", len(requests), key)
	}
	equal(t, requests[1].header.Get("Idempotency-Key"), key)
	equal(t, requests[2].header.Get("Idempotency-Key"), key)
	equal(t, client.pauses[1], 5*time.Second)

	server, client = newFake(t, says(201, aDesktop))
	_, err = client.CreateDesktop(t.Context(), "", WithIdempotencyKey("mine"))
	must(t, err)
	equal(t, server.only(t).header.Get("Idempotency-Key"), "mine")
}

func TestALostCreationTellsItsKey(t *testing.T) {
	server, client := newFake(t, hangsUp)
	_, err := client.CreateDesktop(t.Context(), "sandbox")
	var broken *ConnectionError
	if !errors.As(err, &broken) || broken.IdempotencyKey != server.all()[0].header.Get("Idempotency-Key") {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), broken.IdempotencyKey) {
		t.Errorf("got %v", err)
	}
}

func TestWhatActsIsNeverSentAgain(t *testing.T) {
	action := Action{Tool: "computer", Name: "left_click"}
	files := []SourceFile{{"workflow.py", ""}}
	calls := map[string]func(context.Context, *Client) error{
		"execute": func(ctx context.Context, c *Client) error {
			return drop(c.Execute(ctx, "d", "computer", "left_click", nil))
		},
		"batch":   func(ctx context.Context, c *Client) error { return drop(c.ExecuteBatch(ctx, "d", []Action{action})) },
		"calls":   func(ctx context.Context, c *Client) error { return drop(c.Calls(ctx, "d", OpenAI, []any{})) },
		"agent":   func(ctx context.Context, c *Client) error { return drop(c.AgentExecute(ctx, "d", "do it")) },
		"pause":   func(ctx context.Context, c *Client) error { return drop(c.PauseDesktop(ctx, "d")) },
		"rename":  func(ctx context.Context, c *Client) error { return drop(c.UpdateDesktop(ctx, "d", "name")) },
		"publish": func(ctx context.Context, c *Client) error { return drop(c.PublishWorkflow(ctx, "w", "", files)) },
		"rotate":  func(ctx context.Context, c *Client) error { return drop(c.RotateWebhookSecret(ctx)) },
		"upload": func(ctx context.Context, c *Client) error {
			return drop(c.UploadFile(ctx, "d", "name", strings.NewReader("text"), ""))
		},
		"append": func(ctx context.Context, c *Client) error {
			return c.AppendFile(ctx, "d", "~/a", strings.NewReader("text"))
		},
	}
	for name, call := range calls {
		for _, handler := range []http.HandlerFunc{hangsUp, says(503, `{"error":"busy"}`), says(429, `{"error":"busy"}`)} {
			server, client := newFake(t, handler)
			if call(t.Context(), client.Client) == nil {
				t.Errorf("%s is no error", name)
			}
			if sent := len(server.all()); sent != 1 {
				t.Errorf("%s was sent %d times", name, sent)
			}
		}
	}
}

func drop[T any](_ T, err error) error { return err }

func TestWhatNeverLeftIsTriedAgainWhateverItIs(t *testing.T) {
	server, _ := newFake(t, says(200, `[]`))
	server.Close()
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test"})
	_, err := client.Execute(t.Context(), "dsk_1", "computer", "screenshot", nil)
	if !errors.Is(err, ErrConnection) {
		t.Errorf("got %v", err)
	}
	equal(t, len(client.pauses), 2)
}

func TestWhatTookTooLongToConnectIsNotTriedAgain(t *testing.T) {
	tooLong := &ConnectionError{timedOut: true, unsent: true}
	equal(t, worthRepeating(newCall(http.MethodPost, "desktops", "d", "execute"), tooLong), false)
	equal(t, worthRepeating(newCall(http.MethodGet, "desktops"), tooLong), false)
	equal(t, worthRepeating(newCall(http.MethodPost, "desktops").creating(nil), tooLong), true)
}

func TestABodyIsSentAgainOnlyWhenItCanBeRead(t *testing.T) {
	// The body is sent from where it stands.
	body := strings.NewReader("-the text")
	_, err := body.ReadByte()
	must(t, err)
	server, client := newFake(t, says(503, `{"error":"busy"}`), answers(204, ""))
	must(t, client.WriteFile(t.Context(), "dsk_1", "~/a", body))
	requests := server.all()
	equal(t, len(requests), 2)
	equal(t, requests[0].body, "the text")
	equal(t, requests[1].body, "the text")
	equal(t, requests[1].length, int64(len("the text")))

	server, client = newFake(t, says(503, `{"error":"busy"}`))
	err = client.WriteFile(t.Context(), "dsk_1", "~/a", io.MultiReader(strings.NewReader("the text")))
	if !errors.Is(err, ErrServer) {
		t.Errorf("got %v", err)
	}
	equal(t, server.only(t).body, "the text")
}

func TestADeletionWhoseAnswerWasLostIsDone(t *testing.T) {
	_, client := newFake(t, hangsUp, says(404, `{"error":"no desktop with this id in this workspace"}`))
	answer, err := client.DeleteDesktop(t.Context(), "dsk_1")
	must(t, err)
	equal(t, *answer, DeleteResponse{"dsk_1", "deleted"})

	// Busy means that nothing was done, so not being there is news.
	_, client = newFake(t, says(503, `{"error":"busy"}`), says(404, `{"error":"no desktop"}`))
	if _, err = client.DeleteDesktop(t.Context(), "dsk_1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestNobodyWaitsLongerThanTheirContext(t *testing.T) {
	busy := answers(503, `{"error":"busy"}`, "Content-Type", "application/json", "Retry-After", "30")
	server, client := newFake(t, busy)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := client.ListDesktops(ctx); !errors.Is(err, ErrServer) {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 1)

	ctx, end := context.WithCancel(t.Context())
	defer end()
	server, client = newFake(t, busy)
	client.Client.wait = func(ctx context.Context, pause time.Duration) error {
		end()
		return wait(ctx, pause)
	}
	if _, err := client.ListDesktops(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrServer) {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 1)
}

func TestPausesGrowAreSpreadAndBounded(t *testing.T) {
	client := New(Config{})
	for try, longest := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second, 8 * time.Second} {
		client.jitter = func() float64 { return 1 }
		equal(t, client.pause(try), longest)
		client.jitter = func() float64 { return 0 }
		equal(t, client.pause(try), longest/2)
	}
	equal(t, client.pause(1000), longestPause/2)
}
