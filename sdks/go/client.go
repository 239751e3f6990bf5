package nendesktop

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Client has the calls of a Nen server. Make one with [New] and share it: it keeps connections open.
type Client struct {
	base    *url.URL
	baseErr error
	// Functions, so that printing a client prints no secret.
	key, signingSecret func() string
	timeout            time.Duration
	longTimeout        time.Duration
	idleTimeout        time.Duration
	maxRetries         int
	http               *http.Client
	// For tests: how to wait before a repetition, and the number from 0 to 1 by which waiting is spread.
	wait   func(context.Context, time.Duration) error
	jitter func() float64
}

// New makes a client. It asks the server nothing: what is wrong with the configuration is told by the first call.
func New(config Config) *Client {
	key := orEnvironment(config.APIKey, "NEN_API_KEY")
	signing := orEnvironment(config.SigningSecret, "NEN_SIGNING_SECRET")
	address := orEnvironment(config.BaseURL, "NEN_API_URL")
	if address == "" {
		address = DefaultBaseURL
	}
	base, err := parseBase(address)
	retries := config.MaxRetries
	switch {
	case retries == 0:
		retries = DefaultMaxRetries
	case retries < 0:
		retries = 0
	}
	return &Client{
		base:          base,
		baseErr:       err,
		key:           func() string { return key },
		signingSecret: func() string { return signing },
		timeout:       orDefault(config.Timeout, DefaultTimeout),
		longTimeout:   orDefault(config.LongTimeout, DefaultLongTimeout),
		idleTimeout:   orDefault(config.IdleTimeout, DefaultIdleTimeout),
		maxRetries:    retries,
		http:          httpClient(config.HTTPClient),
		wait:          wait,
		jitter:        rand.Float64,
	}
}

// String names the server, without secrets.
func (c *Client) String() string {
	if c.base == nil {
		return "nendesktop.Client{}"
	}
	return fmt.Sprintf("nendesktop.Client{%s}", c.base.Redacted())
}

// GoString names the server, without secrets.
func (c *Client) GoString() string { return c.String() }

// LogValue names the server, without secrets.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Request makes a call for which this package has no method yet. The path begins with a slash and may have a query;
// body is sent as JSON unless it is nil; the answer's JSON is read into out unless that is nil.
//
// GET, PUT and DELETE are repeated like other calls. Give a [RequestOption] to a POST that creates something.
func (c *Client) Request(ctx context.Context, method, path string, body, out any, options ...RequestOption) error {
	call := newCall(method)
	before, query, _ := strings.Cut(path, "?")
	call.path = before
	values, err := url.ParseQuery(query)
	if err != nil || !strings.HasPrefix(path, "/") {
		return fmt.Errorf("nen: the path %q must begin with / and its query must be percent-encoded", before)
	}
	call.query = values
	if body != nil {
		call.json(body)
	}
	call.apply(options)
	return c.answer(ctx, call, out)
}

// OpenAPI answers the server's description of its own API, an OpenAPI document. It needs no key.
func (c *Client) OpenAPI(ctx context.Context) (json.RawMessage, error) {
	call := newCall(http.MethodGet, "openapi.json")
	call.public = true
	var document json.RawMessage
	err := c.answer(ctx, call, &document)
	return document, err
}

// Health is how a server is.
type Health struct {
	// Status is "ok".
	Status string `json:"status"`
	// Version is that of the server.
	Version string `json:"version"`
}

// Health asks whether the server works, which needs no key. A server that is stopping or cannot reach its database
// answers [ErrServer].
func (c *Client) Health(ctx context.Context) (*Health, error) {
	call := newCall(http.MethodGet, "health")
	call.public = true
	return read[Health](ctx, c, call)
}

// sharedTransport is one for all clients, because each would keep its own idle connections open.
var sharedTransport = sync.OnceValue(func() http.RoundTripper {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	own := usual.Clone()
	// One agent per desktop, many desktops per program, one server: the usual 2 would make a new connection for most calls.
	own.MaxIdleConnsPerHost = 32
	return own
})

func httpClient(given *http.Client) *http.Client {
	own := http.Client{Transport: sharedTransport()}
	if given != nil {
		own = *given
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}
