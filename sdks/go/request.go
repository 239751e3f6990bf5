package nendesktop

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// RequestOption changes how a creating call is sent.
type RequestOption func(*call)

// WithIdempotencyKey binds a creating call to a key of yours, 1 to 255 printable ASCII characters: the same key with the
// same body gets the first answer again for 24 h, also from another process. Without it each call has a random one.
func WithIdempotencyKey(key string) RequestOption {
	return func(call *call) { call.idempotencyKey = key }
}

// call is one request, and how it may be sent.
type call struct {
	method string
	// path is escaped and begins with a slash.
	path  string
	query url.Values
	// link is a whole address in place of base, path and query. It is signed by itself, so it gets no key.
	link string
	// mayLead is whether the server may answer with a link to an object store.
	mayLead bool
	// store is the origin of the object store that the link leads to; empty when it is the server that is asked.
	store  string
	header http.Header
	accept string
	// body is JSON; upload a stream instead.
	body   []byte
	upload *upload
	// public calls need no key.
	public bool
	// streamed answers are handed on as they come; others are read whole.
	streamed bool
	// repeatable calls may be sent again after they may have arrived.
	repeatable     bool
	idempotencyKey string
	// limit is the time of one attempt: to the end of the answer, or to its beginning when it is streamed.
	limit limit
	// err is what was wrong with the arguments.
	err error
}

// limit is the time an attempt may take.
type limit struct {
	// long takes Config.LongTimeout in place of Config.Timeout.
	long bool
	// exactly replaces both, when it is not 0; below 0 there is none.
	exactly time.Duration
	// more is added to either of the configured ones.
	more time.Duration
}

// newCall is a call of the path that the parts make, each escaped. GET, PUT and DELETE may be repeated.
func newCall(method string, parts ...string) *call {
	call := &call{method: method, query: url.Values{}, header: http.Header{}, accept: "application/json"}
	for _, part := range parts {
		if part == "" {
			call.err = fmt.Errorf("nen: an id or a name is empty, after %s %s/", method, call.path)
		}
		call.path += "/" + url.PathEscape(part)
	}
	switch method {
	case http.MethodGet, http.MethodPut, http.MethodDelete:
		call.repeatable = true
	}
	return call
}

// json makes the value the call's body.
func (c *call) json(value any) *call {
	body, err := marshal(value)
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("nen: what was given to %s %s is not JSON: %w", c.method, c.path, err)
	}
	c.body = body
	return c
}

// creating gives the call a key of its own, so that it may be repeated; options may give it another.
func (c *call) creating(options []RequestOption) *call {
	c.idempotencyKey = rand.Text()
	return c.apply(options)
}

func (c *call) apply(options []RequestOption) *call {
	for _, option := range options {
		option(c)
	}
	if c.idempotencyKey != "" {
		c.header.Set("Idempotency-Key", c.idempotencyKey)
		c.repeatable = true
	}
	return c
}

// set puts a parameter into the query, unless it is empty.
func (c *call) set(name, value string) *call {
	if value != "" {
		c.query.Set(name, value)
	}
	return c
}

// request makes the HTTP request of one attempt.
func (c *Client) request(ctx context.Context, call *call, watch *watch) (*http.Request, error) {
	address := call.link
	if address == "" {
		address = strings.TrimRight(c.base.String(), "/") + call.path
		if query := call.query.Encode(); query != "" {
			address += "?" + query
		}
	}
	request, err := http.NewRequestWithContext(ctx, call.method, address, bytes.NewReader(call.body))
	if err != nil {
		return nil, fmt.Errorf("nen: %s %s is no request that can be sent", call.method, call.path)
	}
	switch {
	case call.upload != nil:
		request.GetBody = nil
		request.Body, request.ContentLength = call.upload.begin(watch)
	case call.body == nil:
		request.Body, request.GetBody, request.ContentLength = http.NoBody, nil, 0
	default:
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range call.header {
		request.Header[name] = values
	}
	request.Header.Set("Accept", call.accept)
	request.Header.Set("User-Agent", "nen-go/"+Version)
	if key := c.key(); call.link == "" && key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	return request, nil
}

// limitOf is the time of one attempt; 0 for none.
func (c *Client) limitOf(call *call) time.Duration {
	base := c.timeout
	switch {
	case call.limit.exactly < 0:
		return 0
	case call.limit.exactly > 0:
		return call.limit.exactly
	case call.limit.long:
		base = c.longTimeout
	}
	if base == 0 {
		return 0
	}
	return base + call.limit.more
}

// marshal writes JSON without escaping <, > and &: what is passed on for others should arrive as they wrote it.
func marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}
