package nendesktop

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEachStatusIsAKindOfError(t *testing.T) {
	kinds := map[int]error{
		400: ErrBadRequest, 401: ErrAuthentication, 403: ErrPermission, 404: ErrNotFound, 409: ErrConflict, 410: ErrExpired,
		413: ErrTooLarge, 416: ErrRange, 422: ErrUnprocessable, 429: ErrRateLimit, 500: ErrServer, 502: ErrServer, 507: ErrServer,
	}
	for status, kind := range kinds {
		server, _ := newFake(t, says(status, `{"error":"the reason"}`))
		client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", MaxRetries: -1})
		_, err := client.GetDesktop(t.Context(), "dsk_1")
		for _, other := range kinds {
			equal(t, errors.Is(err, other), other == kind)
		}
		var answered *APIError
		if !errors.As(err, &answered) {
			t.Fatalf("got %v", err)
		}
		equal(t, answered.StatusCode, status)
		equal(t, answered.Body, `{"error":"the reason"}`)
		equal(t, answered.Message, "the reason")
		equal(t, answered.Code, "")
	}
}

func TestAnErrorSaysWhatAndWhereWithTheRequestID(t *testing.T) {
	body := `{"error":"invalid_params","message":"month: must be YYYY-MM"}`
	_, client := newFake(t, answers(400, body, "Content-Type", "application/json", "X-Request-Id", "req-7"))
	_, err := client.StartRun(t.Context(), StartRunRequest{WorkflowID: "w"})
	var answered *APIError
	if !errors.As(err, &answered) {
		t.Fatalf("got %v", err)
	}
	equal(t, answered.Code, "invalid_params")
	equal(t, answered.Message, "month: must be YYYY-MM")
	equal(t, answered.RequestID, "req-7")
	equal(t, err.Error(), "nen: POST /runs answered 400: month: must be YYYY-MM (request id req-7)")
	// As programs make them in their own tests.
	equal(t, (&APIError{StatusCode: 404, Body: "gone"}).Error(), "nen: status 404: gone")
	equal(t, errors.Is(&APIError{StatusCode: 404}, ErrNotFound), true)
}

func TestAWrongKeyOrSignatureSaysWhereItComesFrom(t *testing.T) {
	for body, hint := range map[string]string{
		`{"error":"the API key is unknown, expired or revoked"}`:  "the key comes from Config.APIKey or NEN_API_KEY",
		`{"error":"invalid_signature","message":"it is wrong"}`:   "Config.SigningSecret or NEN_SIGNING_SECRET",
		`{"error":"unauthorized","message":"the key is unknown"}`: "the key comes from Config.APIKey or NEN_API_KEY",
	} {
		_, client := newFake(t, says(401, body))
		_, err := client.ListDesktops(t.Context())
		if !errors.Is(err, ErrAuthentication) || !strings.Contains(err.Error(), hint) || strings.Contains(err.Error(), "sk_nen") {
			t.Errorf("got %v", err)
		}
	}
	_, client := newFake(t, says(403, `{"error":"hmac_required_for_secure_params","message":"It requires HMAC."}`))
	_, err := client.StartRun(t.Context(), StartRunRequest{SecureWorkflowParams: map[string]string{}})
	if !errors.Is(err, ErrPermission) || !strings.Contains(err.Error(), "set Config.SigningSecret or NEN_SIGNING_SECRET") {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatIsNotNenIsToldFromOneThatRefuses(t *testing.T) {
	page := "<!doctype html><title>Welcome</title>"
	for name, handler := range map[string]http.HandlerFunc{
		"a page":                 answers(200, page, "Content-Type", "text/html; charset=utf-8"),
		"a page that is missing": answers(404, page, "Content-Type", "text/html"),
		"a plain text":           answers(404, "404 page not found", "Content-Type", "text/plain"),
		"other JSON":             says(404, `{"detail":"Not Found"}`),
		"other JSON, well":       says(200, `{"hello":"world"}`),
		"a list":                 says(200, `[1, 2]`),
		"nothing":                answers(200, ""),
		"a redirect":             answers(301, "", "Location", "https://elsewhere.example/secret?token=1"),
	} {
		server, client := newFake(t, handler)
		for _, ask := range []func() error{
			func() error { return drop(client.GetDesktop(t.Context(), "dsk_1")) },
			func() error { return drop(client.CreateDesktop(t.Context(), "")) },
			func() error { return drop(client.Execute(t.Context(), "d", "computer", "screenshot", nil)) },
			func() error { return drop(client.StartRun(t.Context(), StartRunRequest{})) },
		} {
			err := ask()
			if !errors.Is(err, ErrNotNen) || errors.Is(err, ErrNotFound) {
				t.Errorf("%s: got %v", name, err)
				continue
			}
			if !strings.Contains(err.Error(), "Config.BaseURL or NEN_API_URL") || strings.Contains(err.Error(), "token") {
				t.Errorf("%s: got %v", name, err)
			}
			if name != "a redirect" && !strings.Contains(err.Error(), server.URL) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	_, client := newFake(t, answers(200, page, "Content-Type", "text/html"))
	if err := client.DeleteSession(t.Context(), "dsk_1"); !errors.Is(err, ErrNotNen) {
		t.Errorf("got %v", err)
	}
	if _, err := client.Screenshot(t.Context(), "dsk_1"); !errors.Is(err, ErrNotNen) {
		t.Errorf("got %v", err)
	}
}

func TestAGatewaysPageKeepsItsStatus(t *testing.T) {
	page := answers(502, "<html><h1>Bad Gateway</h1></html>", "Content-Type", "text/html", "X-Request-Id", "req-9")
	server, client := newFake(t, page)
	_, err := client.ListDesktops(t.Context())
	if !errors.Is(err, ErrServer) || errors.Is(err, ErrNotNen) {
		t.Errorf("got %v", err)
	}
	equal(t, err.Error(), "nen: GET /desktops answered 502: Bad Gateway (text/html, so from something between here and Nen) (request id req-9)")
	equal(t, len(server.all()), 3)
}

func TestAServerWithoutACallIsTooOldRatherThanWithoutAThing(t *testing.T) {
	_, client := newFake(t, says(404, `{"error":"not_found","message":"no such path \"/settings/model-use\", see /docs"}`))
	_, err := client.GetModelUse(t.Context(), time.Time{}, time.Time{})
	if !errors.Is(err, ErrTooOld) || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "so update it") {
		t.Errorf("got %v", err)
	}
	_, client = newFake(t, says(405, `{"error":"DELETE is not possible here, use GET, POST"}`))
	if err = client.DeleteFile(t.Context(), "dsk_1", "a"); !errors.Is(err, ErrTooOld) {
		t.Errorf("got %v", err)
	}
	_, client = newFake(t, says(200, `[{"name":"computer","description":"…","parameters":{}}]`))
	if _, err = client.DialectTools(t.Context(), "dsk_1", Gemini); !errors.Is(err, ErrTooOld) {
		t.Errorf("got %v", err)
	}
}

func TestAPathInTheBaseURLIsKeptAndBlamedWhenTheServerDoesNotKnowIt(t *testing.T) {
	server, _ := newFake(t, says(404, `{"error":"no such path \"/api/v1/desktops\", see /docs"}`))
	client := newClient(Config{BaseURL: server.URL + "/api/v1/", APIKey: "sk_nen_test"})
	_, err := client.ListDesktops(t.Context())
	if !errors.Is(err, ErrNotNen) || !strings.Contains(err.Error(), "leave the path /api/v1 away") {
		t.Errorf("got %v", err)
	}
	equal(t, server.only(t).path, "/api/v1/desktops")
}

func TestAServerThatCannotBeReachedSaysWhatWouldHelp(t *testing.T) {
	server, _ := newFake(t, says(200, `[]`))
	plain := server.URL
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for address, help := range map[string]string{
		gone.URL: "no server listens at " + gone.URL + ": start one with `nen serve`, or set Config.BaseURL or NEN_API_URL",
		strings.Replace(plain, "http:", "https:", 1):      "write http:// in Config.BaseURL or NEN_API_URL",
		strings.Replace(secure.URL, "https:", "http:", 1): "set Config.BaseURL or NEN_API_URL to the address of a Nen server",
		secure.URL: "is not trusted",
	} {
		client := newClient(Config{BaseURL: address, APIKey: "sk_nen_test"})
		_, err := client.ListDesktops(t.Context())
		if err == nil || !strings.Contains(err.Error(), help) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

func TestAnUnknownHostIsNotAskedForAgain(t *testing.T) {
	// .invalid is no name anywhere, so that no resolver is needed for this.
	client := newClient(Config{BaseURL: "http://nen.invalid", APIKey: "sk_nen_test"})
	_, err := client.ListDesktops(t.Context())
	if !errors.Is(err, ErrConnection) {
		t.Errorf("got %v", err)
	}
	var broken *ConnectionError
	if errors.As(err, &broken) && broken.hopeless {
		equal(t, len(client.pauses), 0)
		equal(t, strings.Contains(err.Error(), "there is no host nen.invalid"), true)
	}
}

func TestAnAttemptEndsAtItsTimeout(t *testing.T) {
	server, _ := newFake(t, neverAnswers)
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", Timeout: 20 * time.Millisecond, LongTimeout: 30 * time.Millisecond})
	_, err := client.ListDesktops(t.Context())
	var broken *ConnectionError
	if !errors.As(err, &broken) || !broken.Timeout() || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrConnection) {
		t.Fatalf("got %v", err)
	}
	equal(t, err.Error(), "nen: GET /desktops: no answer from "+server.URL+" within 20ms, Config.Timeout gives it longer")
	equal(t, len(server.all()), 1)
	_, err = client.Execute(t.Context(), "d", "computer", "screenshot", nil)
	if !strings.Contains(err.Error(), "within 30ms, Config.LongTimeout") {
		t.Errorf("got %v", err)
	}
	_, err = client.Execute(t.Context(), "d", "computer", "screenshot", nil, WithTimeout(10*time.Millisecond))
	if !strings.Contains(err.Error(), "within 10ms, WithTimeout") {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 3)
}

func TestACreationThatTookTooLongIsWaitedForOnceMore(t *testing.T) {
	server, _ := newFake(t, neverAnswers, says(201, aDesktop))
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", Timeout: time.Second})
	_, err := client.CreateDesktop(t.Context(), "sandbox")
	must(t, err)
	equal(t, len(server.all()), 2)
}

func TestTheCallersContextEndsACall(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	server, client := newFake(t, func(_ http.ResponseWriter, r *http.Request) {
		end()
		<-r.Context().Done()
	})
	_, err := client.CreateDesktop(ctx, "sandbox")
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrConnection) {
		t.Errorf("got %v", err)
	}
	var broken *ConnectionError
	if !errors.As(err, &broken) || broken.IdempotencyKey == "" {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 1)
}

func TestNewerServersBreakNothing(t *testing.T) {
	desktop := strings.Replace(aDesktop, `"running"`, `"hibernating","gpu":{"count":1}`, 1)
	_, client := newFake(t, says(200, desktop))
	got, err := client.GetDesktop(t.Context(), "dsk_1")
	must(t, err)
	equal(t, got.Status, "hibernating")
	equal(t, RunStatus("resting").Ended(), false)
}

func TestAnEmptyIDIsNoListOfAll(t *testing.T) {
	server, client := newFake(t, says(200, `[]`))
	if _, err := client.DeleteDesktop(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 0)
}

func TestADesktopFromElsewhereSaysThatItHasNoClient(t *testing.T) {
	if _, err := (&Desktop{DesktopID: "dsk_1"}).LeftClick(t.Context(), 1, 1); err == nil || !strings.Contains(err.Error(), "client.Desktop(id)") {
		t.Errorf("got %v", err)
	}
}
