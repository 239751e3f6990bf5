package nendesktop

import (
	"context"
	"errors"
	"io"
	"time"
)

// errSilent is why an attempt was given up.
var errSilent = errors.New("no answer in time")

// watch ends an attempt that takes too long or makes no progress.
type watch struct {
	// limit is the time until something has to happen; 0 for any time.
	limit  time.Duration
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

// watched is a context that the watch ends. Its clock runs from now on, until end.
func watched(ctx context.Context, limit time.Duration) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{limit: limit, cancel: cancel}
	w.goOn()
	return ctx, w
}

// rest stops the clock: what takes time now is not the server.
func (w *watch) rest() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

// goOn starts the clock afresh.
func (w *watch) goOn() {
	switch {
	case w.limit <= 0:
	case w.timer == nil:
		w.timer = time.AfterFunc(w.limit, func() { w.cancel(errSilent) })
	default:
		w.timer.Reset(w.limit)
	}
}

// end releases what the watch holds.
func (w *watch) end() {
	w.rest()
	w.cancel(nil)
}

// streamBody is an answer that is read as it comes. Its clock runs only while somebody waits for it, so that a reader
// may take its time.
type streamBody struct {
	body io.ReadCloser
	ctx  context.Context
	// parent is the caller's own context.
	parent context.Context
	watch  *watch
	client *Client
	call   *call
}

func (s *streamBody) Read(buffer []byte) (int, error) {
	s.watch.goOn()
	n, err := s.body.Read(buffer)
	s.watch.rest()
	if err != nil && err != io.EOF {
		err = s.client.broken(s.parent, s.ctx, s.call, s.watch.limit, err)
	}
	return n, err
}

func (s *streamBody) Close() error {
	err := s.body.Close()
	s.watch.end()
	return err
}
