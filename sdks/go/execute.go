package nendesktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// ScreenshotMode says when an answer carries an image.
type ScreenshotMode string

// When an answer carries an image.
const (
	// ScreenshotAuto is after every action that can change the screen.
	ScreenshotAuto   ScreenshotMode = "auto"
	ScreenshotAlways ScreenshotMode = "always"
	// ScreenshotNever leaves the image out of all but screenshot and zoom.
	ScreenshotNever ScreenshotMode = "never"
	// ScreenshotEach gives every screenshot and zoom of a batch an image of its own, see [BatchResult.Images].
	ScreenshotEach ScreenshotMode = "each"
)

// ExecuteOption says what belongs to an execute request beside its actions.
type ExecuteOption func(*executeRequest)

// executeRequest is an execute request as it stands on the wire, and its time.
type executeRequest struct {
	Action     any            `json:"action,omitempty"`
	Actions    []Action       `json:"actions,omitempty"`
	Screenshot ScreenshotMode `json:"screenshot,omitempty"`
	Settle     any            `json:"settle,omitempty"`
	Image      *ImageOptions  `json:"image,omitempty"`
	Secret     bool           `json:"secret,omitempty"`

	limit limit
}

// WithScreenshot says when the answer carries an image.
func WithScreenshot(mode ScreenshotMode) ExecuteOption {
	return func(r *executeRequest) { r.Screenshot = mode }
}

// WithSettle says when the screen counts as settled: when nothing was painted for the time quiet, up to 10 s, at the
// latest after longest, up to 60 s. Both in whole milliseconds; 80 ms and 2 s when this option is not there.
func WithSettle(quiet, longest time.Duration) ExecuteOption {
	return func(r *executeRequest) {
		r.Settle = map[string]int64{"quiet_ms": quiet.Milliseconds(), "max_ms": longest.Milliseconds()}
	}
}

// WithoutSettle answers at once, without waiting for the screen to settle.
func WithoutSettle() ExecuteOption {
	return func(r *executeRequest) { r.Settle = false }
}

// WithImage says how the image is encoded.
func WithImage(image ImageOptions) ExecuteOption {
	return func(r *executeRequest) { r.Image = &image }
}

// WithSecret says that what is typed is a secret: the tool log then tells not even its length.
func WithSecret() ExecuteOption {
	return func(r *executeRequest) { r.Secret = true }
}

// WithTimeout replaces [Config.LongTimeout] for this call; below 0 it may take any time. The server gives up after
// 330 s.
func WithTimeout(timeout time.Duration) ExecuteOption {
	return func(r *executeRequest) { r.limit.exactly = timeout }
}

// Execute does one action of a tool. Params are a map or a struct that is written as a JSON object; nil for none.
//
// It is never sent again once it may have arrived: a click cannot be taken back.
func (c *Client) Execute(ctx context.Context, desktopID, tool, action string, params any, options ...ExecuteOption) (*ExecuteResult, error) {
	return executed[ExecuteResult](ctx, c, desktopID, executeRequest{Action: rawAction{tool, action, params}}, options)
}

// ExecuteBatch does 1 to 100 actions in order, up to the first that fails, which is no error of the call: see
// [BatchResult.Err]. A batch of which one action cannot be understood is refused as a whole.
func (c *Client) ExecuteBatch(ctx context.Context, desktopID string, actions []Action, options ...ExecuteOption) (*BatchResult, error) {
	if len(actions) == 0 {
		return nil, errors.New("nen: a batch needs 1 to 100 actions, not 0")
	}
	request := executeRequest{Actions: actions}
	for _, action := range actions {
		request.limit.more += action.lasts
	}
	return executed[BatchResult](ctx, c, desktopID, request, options)
}

func executed[T any](ctx context.Context, c *Client, desktopID string, request executeRequest, options []ExecuteOption) (*T, error) {
	request.limit.long = true
	for _, option := range options {
		option(&request)
	}
	call := newCall(http.MethodPost, "desktops", desktopID, "execute").json(request)
	call.limit = request.limit
	return read[T](ctx, c, call)
}

// rawAction is an action whose parameters may be of any type.
type rawAction struct {
	tool, name string
	params     any
}

// MarshalJSON writes the action. Its parameters are an object also when there are none, as Nen documents it.
func (a rawAction) MarshalJSON() ([]byte, error) {
	params, err := marshal(a.params)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(params, []byte("null")) {
		params = []byte("{}")
	}
	return marshal(struct {
		Tool   string          `json:"tool"`
		Action string          `json:"action"`
		Params json.RawMessage `json:"params"`
	}{a.tool, a.name, params})
}
