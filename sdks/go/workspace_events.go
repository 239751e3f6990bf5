package nendesktop

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
)

// What happens to the stream of [Client.WorkspaceEvents] itself, beside [EventLagged]. These have no DesktopID.
const (
	// EventConnected is the beginning of a connection. What happened before it does not come: look now at whatever is kept
	// up to date by events. Its data says as again whether it is another than the first.
	EventConnected EventKind = "connected"
	// EventDisconnected is a connection that was lost, and is made again. Its data says why as error, or null.
	EventDisconnected EventKind = "disconnected"
)

// WorkspaceEvent is something that happened to a desktop of the workspace, or to the stream that tells of it.
type WorkspaceEvent struct {
	// DesktopID is the desktop; empty for [EventConnected], [EventDisconnected] and [EventLagged].
	DesktopID string `json:"desktop_id"`
	Event
}

// WorkspaceEvents follows what happens to all desktops of the workspace, until ctx ends, which is an error, the last
// thing that is told. A broken connection is made again. IDs count for each desktop, so that there is none to go on from:
// every connection begins with [EventConnected], which says that events may have been missed.
//
//	for event, err := range client.WorkspaceEvents(ctx) {
//		switch {
//		case err != nil:
//			return err
//		case event.Kind == nendesktop.EventConnected, event.Kind == nendesktop.EventLagged:
//			lookAtEverything()
//		default:
//			update(event)
//		}
//	}
func (c *Client) WorkspaceEvents(ctx context.Context) iter.Seq2[WorkspaceEvent, error] {
	return func(yield func(WorkspaceEvent, error) bool) {
		stream := &workspaceStream{yield: yield}
		open := func(ctx context.Context) (io.ReadCloser, error) {
			call := newCall(http.MethodGet, "events")
			call.accept = "text/event-stream"
			reply, err := c.open(ctx, call, "text/event-stream")
			if err != nil {
				return nil, err
			}
			return reply.stream, nil
		}
		ended := func(context.Context) (bool, error) { return false, nil }
		err := c.follow(ctx, following{open: open, take: stream.take, ended: ended})
		if err != nil && !stream.stopped {
			yield(WorkspaceEvent{}, err)
		}
	}
}

// workspaceStream is where following a workspace is.
type workspaceStream struct {
	yield func(WorkspaceEvent, error) bool
	// again is whether there was a connection before.
	again   bool
	stopped bool
}

// take hands on the events of one connection, and what becomes of it.
func (s *workspaceStream) take(body io.Reader) (came, last bool, err error) {
	reader := newEventReader(body)
	if !s.tell(ofStream(EventConnected, map[string]any{"again": s.again})) {
		return true, true, nil
	}
	s.again = true
	for {
		kind, data, err := reader.next()
		if err != nil {
			return reader.came, s.lost(err), unlessEnd(err)
		}
		if !s.tell(workspaceEvent(kind, data)) {
			return true, true, nil
		}
	}
}

// lost tells of the end of a connection that is made again, and whether nobody listens any more.
func (s *workspaceStream) lost(err error) bool {
	var why any
	if unlessEnd(err) != nil {
		if !mayComeBack(err) {
			return false
		}
		why = err.Error()
	}
	return !s.tell(ofStream(EventDisconnected, map[string]any{"error": why}))
}

func (s *workspaceStream) tell(event WorkspaceEvent) bool {
	s.stopped = !s.yield(event, nil)
	return !s.stopped
}

// ofStream is an event that this package makes of its connection.
func ofStream(kind EventKind, data map[string]any) WorkspaceEvent {
	// Texts and booleans always can be written.
	raw, _ := json.Marshal(data)
	return WorkspaceEvent{Event: Event{Kind: kind, Data: raw}}
}

// workspaceEvent reads an event's data, as event does.
func workspaceEvent(kind, data string) WorkspaceEvent {
	read := WorkspaceEvent{Event: event(kind, data)}
	var about struct {
		DesktopID string `json:"desktop_id"`
	}
	if json.Unmarshal([]byte(data), &about) == nil {
		read.DesktopID = about.DesktopID
	}
	return read
}
