package nendesktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// longestError is how much of an error's body is kept, in bytes.
const longestError = 64 << 10

// reply is an answer that is no error.
type reply struct {
	status int
	header http.Header
	// body is the answer read whole; stream is it instead when the call asked for that.
	body   []byte
	stream io.ReadCloser
}

// send makes the call, again where that is allowed. Answers of 400 and above are an [*APIError], 304 is
// [ErrNotModified].
func (c *Client) send(ctx context.Context, call *call) (*reply, error) {
	switch {
	case call.err != nil:
		return nil, call.err
	case call.link == "" && c.baseErr != nil:
		return nil, c.baseErr
	case call.link == "" && (!call.public || c.key() != ""):
		if err := checkKey(c.key()); err != nil {
			return nil, err
		}
	}
	if call.upload != nil {
		defer call.upload.finish()
	}
	arrived := false
	for try := 0; ; try++ {
		got, err := c.attempt(ctx, call)
		if err == nil {
			return got, nil
		}
		if arrived && call.method == http.MethodDelete && errors.Is(err, ErrNotFound) {
			// An attempt whose answer was lost has deleted it.
			return &reply{status: http.StatusNoContent, header: http.Header{}}, nil
		}
		arrived = arrived || mayHaveArrived(err)
		pause, again := c.again(ctx, call, err, try)
		if !again {
			return nil, err
		}
		if ended := c.wait(ctx, pause); ended != nil {
			return nil, fmt.Errorf("%w, and was not asked again: %w", err, ended)
		}
	}
}

// attempt makes the call once.
func (c *Client) attempt(parent context.Context, call *call) (*reply, error) {
	ctx, watch := watched(parent, c.limitOf(call))
	response, call, err := c.reach(parent, ctx, call, watch)
	if err != nil {
		watch.end()
		return nil, err
	}
	succeeded := response.StatusCode >= 200 && response.StatusCode < 300
	if succeeded && call.streamed {
		watch.rest()
		watch.limit = c.idleTimeout
		body := &streamBody{body: response.Body, ctx: ctx, parent: parent, watch: watch, client: c, call: call}
		return &reply{status: response.StatusCode, header: response.Header, stream: body}, nil
	}
	defer watch.end()
	defer response.Body.Close()
	source := io.Reader(response.Body)
	if !succeeded {
		source = io.LimitReader(source, longestError)
	}
	body, err := io.ReadAll(source)
	switch {
	case err != nil:
		return nil, c.broken(parent, ctx, call, watch.limit, err)
	case response.StatusCode == http.StatusNotModified:
		return nil, &notModified{method: call.method, path: call.path}
	case call.store != "" && !succeeded:
		return nil, c.refusedByStore(call, response, body)
	case !succeeded:
		return nil, c.refused(call, response, body)
	}
	return &reply{status: response.StatusCode, header: response.Header, body: body}, nil
}

// answer makes the call and reads its JSON into out; with nil the answer has to be empty, or is ignored.
func (c *Client) answer(ctx context.Context, call *call, out any) error {
	reply, err := c.send(ctx, call)
	if err != nil {
		return err
	}
	if out == nil || (reply.status == http.StatusNoContent && call.method == http.MethodDelete) {
		if isPage(reply.header) {
			return c.foreign(call, reply, nil)
		}
		return nil
	}
	if err := json.Unmarshal(reply.body, out); err != nil {
		return c.foreign(call, reply, err)
	}
	if checked, ok := out.(interface{ lacks() string }); ok {
		if field := checked.lacks(); field != "" {
			return c.foreign(call, reply, fmt.Errorf("it has no %s", field))
		}
	}
	return nil
}

// read makes the call and answers its JSON.
func read[T any](ctx context.Context, c *Client, call *call) (*T, error) {
	var out T
	if err := c.answer(ctx, call, &out); err != nil {
		return nil, err
	}
	return &out, nil
}

// open makes the call and answers a stream, once it is sure that it is one of these media types; any, when there are
// none.
func (c *Client) open(ctx context.Context, call *call, kinds ...string) (*reply, error) {
	call.streamed = true
	reply, err := c.send(ctx, call)
	if err != nil || len(kinds) == 0 {
		return reply, err
	}
	kind := mediaType(reply.header)
	for _, wanted := range kinds {
		if kind == wanted {
			return reply, nil
		}
	}
	// Only so much as an error shows.
	reply.body, _ = io.ReadAll(io.LimitReader(reply.stream, longestError))
	_ = reply.stream.Close()
	return nil, c.foreign(call, reply, fmt.Errorf("it is not %s", strings.Join(kinds, " or ")))
}

func mediaType(header http.Header) string {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

func isPage(header http.Header) bool { return mediaType(header) == "text/html" }

// isObject tells whether the text is a JSON object.
func isObject(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && body[0] == '{' && json.Valid(body)
}
