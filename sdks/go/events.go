package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"
)

// EventKind is what happened to a desktop. There are others beside those named here.
type EventKind string

// What happens to a desktop.
const (
	EventCreated EventKind = "desktop.created"
	EventRenamed EventKind = "desktop.renamed"
	// EventPaused has by in its data: call, idle or stop.
	EventPaused  EventKind = "desktop.paused"
	EventResumed EventKind = "desktop.resumed"
	// EventFailed has error in its data.
	EventFailed EventKind = "desktop.error"
	// EventDeleted is a desktop's last.
	EventDeleted EventKind = "desktop.deleted"
	// EventControlTaken is a person who holds the desktop from now on.
	EventControlTaken    EventKind = "control.taken"
	EventControlReturned EventKind = "control.returned"
	// EventAction is an action that ended; its data is a [ToolLogEntry].
	EventAction EventKind = "action"
	// EventPicture is that the picture after an action is there; its data has the id of the tool log's entry as entry, and
	// the path as screenshot, see [Client.GetToolLogScreenshot].
	EventPicture EventKind = "picture"
	// EventLagged says that events were lost, because they were read too slowly; its data has their number as lost.
	EventLagged EventKind = "lagged"
)

// Event is something that happened to a desktop.
type Event struct {
	// ID counts from 1 for each desktop, until the server starts anew; 0 for [EventLagged].
	ID int64 `json:"id"`
	// Kind is what happened.
	Kind EventKind `json:"kind"`
	// At is in Unix seconds with a fraction.
	At float64 `json:"at"`
	// Data is more about it, an object.
	Data json.RawMessage `json:"data"`
}

// EventOption says which events to tell.
type EventOption func(*eventStream)

// AfterEvent begins with what happened after the event with this id, as far as the server remembers: the last 50. With 0
// it begins with the oldest of those.
func AfterEvent(id int64) EventOption {
	return func(s *eventStream) { s.last, s.resume = id, true }
}

// eventStream is where following a desktop's events is.
type eventStream struct {
	last   int64
	resume bool
	// connected is whether there was a connection once.
	connected bool
}

// Events follows what happens to a desktop from now on, until it is deleted or ctx ends; the latter is an error, the last
// thing that is told. A broken connection is made again and goes on where it was.
//
//	for event, err := range client.Events(ctx, id) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(event.Kind)
//	}
func (c *Client) Events(ctx context.Context, desktopID string, options ...EventOption) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		stream := &eventStream{}
		for _, option := range options {
			option(stream)
		}
		stopped := false
		take := func(body io.Reader) (came, last bool, err error) {
			reader := newEventReader(body)
			for {
				kind, data, err := reader.next()
				if err != nil {
					return reader.came, false, unlessEnd(err)
				}
				event := event(kind, data)
				if event.ID != 0 {
					stream.last, stream.resume = event.ID, true
				}
				if stopped = !yield(event, nil); stopped || event.Kind == EventDeleted {
					return true, true, nil
				}
			}
		}
		open := func(ctx context.Context) (io.ReadCloser, error) { return c.openEvents(ctx, desktopID, stream) }
		ended := func(context.Context) (bool, error) { return false, nil }
		err := c.follow(ctx, following{open: open, take: take, ended: ended})
		if errors.Is(err, ErrNotFound) && stream.connected {
			// It was deleted while nobody listened.
			return
		}
		if err != nil && !stopped {
			yield(Event{}, err)
		}
	}
}

func (c *Client) openEvents(ctx context.Context, desktopID string, stream *eventStream) (io.ReadCloser, error) {
	call := newCall(http.MethodGet, "desktops", desktopID, "events")
	call.accept = "text/event-stream"
	if stream.resume {
		call.header.Set("Last-Event-ID", strconv.FormatInt(stream.last, 10))
	}
	reply, err := c.open(ctx, call, "text/event-stream")
	if err != nil {
		return nil, err
	}
	stream.connected = true
	return reply.stream, nil
}
