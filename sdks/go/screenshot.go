package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

var errNoPlace = errors.New("nen: the answer does not say where the pointer is")

// ImageFormat is an encoding of screenshots.
type ImageFormat string

// Encodings of screenshots.
const (
	PNG  ImageFormat = "png"
	JPEG ImageFormat = "jpeg"
	WebP ImageFormat = "webp"
)

// ImageOptions say how an image is encoded. The zero value is a PNG of the full size with the pointer.
type ImageOptions struct {
	// Format is the encoding; PNG when it is empty.
	Format ImageFormat
	// Quality is 1 to 100 for JPEG and WebP; 80 when it is 0.
	Quality int
	// MaxWidth and MaxHeight in pixels shrink the image and never grow it; 0 for no limit. Coordinates stay those of the
	// full screen.
	MaxWidth, MaxHeight int
	// HideCursor leaves the pointer out.
	HideCursor bool
}

// fields are the options that are set, by their names on the wire.
func (o ImageOptions) fields() map[string]any {
	fields := map[string]any{}
	if o.Format != "" {
		fields["format"] = o.Format
	}
	for name, value := range map[string]int{"quality": o.Quality, "max_width": o.MaxWidth, "max_height": o.MaxHeight} {
		if value != 0 {
			fields[name] = value
		}
	}
	if o.HideCursor {
		fields["cursor"] = false
	}
	return fields
}

// MarshalJSON writes the options that are set.
func (o ImageOptions) MarshalJSON() ([]byte, error) { return json.Marshal(o.fields()) }

// ScreenshotOption says which screenshot to take.
type ScreenshotOption func(*call)

// AsImage says how the screenshot is encoded.
func AsImage(image ImageOptions) ScreenshotOption {
	return func(call *call) {
		for name, value := range image.fields() {
			call.query.Set(name, fmt.Sprint(value))
		}
	}
}

// OfRegion takes only this part of the screen, in pixels.
func OfRegion(x, y, width, height int) ScreenshotOption {
	return func(call *call) { call.query.Set("region", fmt.Sprintf("%d,%d,%d,%d", x, y, width, height)) }
}

// WithScreenETag takes a screenshot only when the screen is another than that of the tag, see [Image.ETag]; otherwise
// the call answers [ErrNotModified].
func WithScreenETag(tag string) ScreenshotOption {
	return func(call *call) { call.header.Set("If-None-Match", tag) }
}

// Peeking looks without being noticed: a paused desktop stays so, which is [ErrConflict], and the idle time goes on.
func Peeking() ScreenshotOption {
	return func(call *call) { call.query.Set("peek", "true") }
}

// Image is a picture.
type Image struct {
	// Data is the picture's file.
	Data []byte
	// MediaType is image/png, image/jpeg or image/webp.
	MediaType string
	// ETag stands for what is to be seen on it.
	ETag string
}

// Screenshot takes a picture of a desktop's screen.
func (c *Client) Screenshot(ctx context.Context, desktopID string, options ...ScreenshotOption) (*Image, error) {
	call := newCall(http.MethodGet, "desktops", desktopID, "screenshot")
	for _, option := range options {
		option(call)
	}
	return c.image(ctx, call)
}

// image makes a call that answers a picture.
func (c *Client) image(ctx context.Context, call *call) (*Image, error) {
	call.accept = "image/*"
	reply, err := c.open(ctx, call, "image/png", "image/jpeg", "image/webp")
	if err != nil {
		return nil, err
	}
	defer reply.stream.Close()
	data, err := io.ReadAll(reply.stream)
	if err != nil {
		return nil, err
	}
	return &Image{Data: data, MediaType: mediaType(reply.header), ETag: reply.header.Get("ETag")}, nil
}
