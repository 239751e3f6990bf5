package nendesktop

import (
	"encoding/base64"
	"errors"
	"fmt"
)

// ActionStatus is how an action ended. It is an alias, so that programs that keep it in a string go on compiling.
type ActionStatus = string

// How an action ended.
const (
	ActionOK     ActionStatus = "ok"
	ActionFailed ActionStatus = "error"
	// ActionSkipped was not begun, because one before it failed.
	ActionSkipped ActionStatus = "skipped"
)

// View is what was seen after the last action.
type View struct {
	// Base64Image is the screen, without a data: prefix; empty when there is no image. [View.Image] decodes it.
	Base64Image string `json:"base64_image,omitempty"`
	// MediaType is that of the image when it is not PNG.
	MediaType string `json:"media_type,omitempty"`
	// Changed is whether a pixel changed since before the first action; nil when nobody looked.
	Changed *bool `json:"changed,omitempty"`
	// SettledMS is the time from the last action to the settled screen, in milliseconds; nil when it was not waited for.
	SettledMS *int `json:"settled_ms,omitempty"`
	// SettleTimedOut is true when the screen still changed after the longest time to wait for it.
	SettleTimedOut bool `json:"settle_timed_out,omitempty"`
}

// Image is the screen as the bytes of a picture. It is an error when there is none.
func (v *View) Image() ([]byte, error) {
	if v.Base64Image == "" {
		return nil, errors.New("nen: the answer has no image: take one with Screenshot, or ask for it with WithScreenshot(ScreenshotAlways)")
	}
	image, err := base64.StdEncoding.DecodeString(v.Base64Image)
	if err != nil {
		return nil, fmt.Errorf("nen: the image in the answer is not base64: %w", err)
	}
	return image, nil
}

// ActionResult is how one action ended.
type ActionResult struct {
	// Status is "ok", "error" or "skipped".
	Status ActionStatus `json:"status"`
	// Output is a short text for a model, or what was asked for.
	Output string `json:"output,omitempty"`
	// Coordinate is where the pointer was put or found; nil when it was neither.
	Coordinate *Point `json:"coordinate,omitempty"`
	// Error is why it failed or was not begun.
	Error string `json:"error,omitempty"`
}

// ExecuteResult is how a single action ended, and what was seen then. One that failed is an error of the call instead.
type ExecuteResult struct {
	ActionResult
	View
}

func (r *ExecuteResult) lacks() string {
	if r.Status == "" {
		return "status"
	}
	return ""
}

// BatchResult is how a batch ended, and what was seen at its end.
type BatchResult struct {
	// Status is "ok" when all were done, else "error".
	Status ActionStatus `json:"status"`
	// Results has one result for each action, in order.
	Results []ActionResult `json:"results"`
	// Images are those of the actions that looked, in order; with [ScreenshotEach] only.
	Images []BatchImage `json:"images,omitempty"`
	View
}

// BatchImage is what one action of a batch saw.
type BatchImage struct {
	// Action is the place of the action, counted from 0.
	Action int `json:"action"`
	// Base64Image is the image, without a data: prefix; [BatchImage.Image] decodes it.
	Base64Image string `json:"base64_image"`
	// MediaType is that of the image when it is not PNG.
	MediaType string `json:"media_type,omitempty"`
}

// Image is what was seen as the bytes of a picture.
func (i *BatchImage) Image() ([]byte, error) {
	return (&View{Base64Image: i.Base64Image}).Image()
}

func (r *BatchResult) lacks() string {
	if r.Status == "" {
		return "status"
	}
	return ""
}

// Err is the failure of the first action that failed; nil when all were done.
func (r *BatchResult) Err() error {
	for i, result := range r.Results {
		if result.Status == ActionFailed {
			return fmt.Errorf("nen: actions[%d]: %s", i, result.Error)
		}
	}
	if r.Status == ActionFailed {
		return errors.New("nen: the batch failed")
	}
	return nil
}
