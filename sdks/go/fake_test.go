package nendesktop

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// asked is a request that reached the fake server.
type asked struct {
	method string
	// path is escaped, with its query.
	path   string
	header http.Header
	body   string
	length int64
}

// fake is a server on loopback. It answers the first request with the first handler and so on; the last one answers all
// that come after it.
type fake struct {
	*httptest.Server
	mutex    sync.Mutex
	requests []asked
}

// client is one of the fake server that waits for nothing, and writes down what it would have waited.
type client struct {
	*Client
	mutex  sync.Mutex
	pauses []time.Duration
}

func newFake(t *testing.T, handlers ...http.HandlerFunc) (*fake, *client) {
	t.Helper()
	server := &fake{}
	server.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		server.mutex.Lock()
		handler := handlers[min(len(server.requests), len(handlers)-1)]
		server.requests = append(server.requests, asked{
			r.Method, r.URL.RequestURI(), r.Header.Clone(), string(body), r.ContentLength,
		})
		server.mutex.Unlock()
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server, newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test"})
}

func newClient(config Config) *client {
	c := &client{Client: New(config)}
	c.Client.jitter = func() float64 { return 1 }
	c.Client.wait = func(ctx context.Context, pause time.Duration) error {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.pauses = append(c.pauses, pause)
		return ctx.Err()
	}
	return c
}

// all are the requests so far.
func (f *fake) all() []asked {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]asked(nil), f.requests...)
}

// only is the request, when there was just one.
func (f *fake) only(t *testing.T) asked {
	t.Helper()
	requests := f.all()
	if len(requests) != 1 {
		t.Fatalf("there were %d requests, not 1: %v", len(requests), requests)
	}
	return requests[0]
}

// says answers JSON.
func says(status int, body string) http.HandlerFunc {
	return answers(status, body, "Content-Type", "application/json")
}

// answers answers a body with headers, given as names and values in turn.
func answers(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hangsUp reads the request and closes the connection.
func hangsUp(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

// neverAnswers waits until the client has gone.
func neverAnswers(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// sends sends a piece at once.
func sends(w http.ResponseWriter, piece string) {
	_, _ = io.WriteString(w, piece)
	_ = http.NewResponseController(w).Flush()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// sameJSON compares what two texts say. Null counts as absent, as it does in the API.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	if a, b := canonical(t, got), canonical(t, want); a != b {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

func canonical(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q is not JSON: %v", text, err)
	}
	written, err := json.Marshal(withoutNull(value))
	must(t, err)
	return string(written)
}

func withoutNull(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if inner == nil {
				delete(value, name)
				continue
			}
			value[name] = withoutNull(inner)
		}
	case []any:
		for i := range value {
			value[i] = withoutNull(value[i])
		}
	}
	return value
}

// aDesktop is a desktop as the server writes it.
const aDesktop = `{"desktop_id":"dsk_abc123def456","desktop_type":"sandbox","status":"running","workspace_id":"ws_default",
	"display":{"width":1280,"height":800},"tools":["computer"],"network":"internet","provisioning":"cold",
	"idle_timeout_seconds":1800,"on_idle":"pause","created_at":1795362805,"updated_at":1795362805}`
