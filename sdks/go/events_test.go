package nendesktop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func sse(id int, kind EventKind, data string) string {
	return fmt.Sprintf("id: %d\nevent: %s\ndata: {\"id\":%d,\"kind\":%q,\"at\":1795699093.5,\"data\":%s}\n\n", id, kind, id, kind, data)
}

// stream sends pieces as server-sent events, and ends the connection cleanly.
func stream(pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, piece := range pieces {
			sends(w, piece)
		}
	}
}

// collect reads events to the end, and the error that ended them.
func collect(ctx context.Context, client *Client, options ...EventOption) (kinds []string, err error) {
	for event, err := range client.Events(ctx, "dsk_1", options...) {
		if err != nil {
			return kinds, err
		}
		kinds = append(kinds, string(event.Kind))
	}
	return kinds, nil
}

func TestEventsAreTakenApartWhereverTheyAreCut(t *testing.T) {
	text := ": keep-alive\n\n" + strings.ReplaceAll(sse(1, EventAction, `{"tool":"computer"}`), "\n", "\r\n") +
		"event: lagged\ndata: {\"lost\":3}\n\nevent: odd\ndata: not\ndata: JSON\n\nevent: empty\n\n" + sse(2, EventDeleted, `{"by":"call"}`)
	var pieces []string
	for _, letter := range text {
		pieces = append(pieces, string(letter))
	}
	server, client := newFake(t, stream(pieces...))
	var events []Event
	for event, err := range client.Events(t.Context(), "dsk_1") {
		must(t, err)
		events = append(events, event)
	}
	equal(t, len(events), 4)
	equal(t, events[0].ID, 1)
	equal(t, events[0].At, 1795699093.5)
	equal(t, string(events[0].Data), `{"tool":"computer"}`)
	equal(t, events[1].Kind, EventLagged)
	equal(t, string(events[1].Data), `{"lost":3}`)
	equal(t, string(events[2].Data), `"not\nJSON"`)
	equal(t, events[3].Kind, EventDeleted)
	equal(t, server.only(t).header.Get("Last-Event-ID"), "")
	equal(t, server.only(t).header.Get("Accept"), "text/event-stream")
}

func TestABrokenEventStreamGoesOnWhereItWas(t *testing.T) {
	broken := func(w http.ResponseWriter, r *http.Request) {
		stream(sse(7, EventPaused, "{}"), "id: 8\nevent: half\ndata: {\"id\":8")(w, r)
		hangsUp(w, r)
	}
	server, client := newFake(t, broken, hangsUp, hangsUp, hangsUp, stream(), says(503, `{"error":"stopping"}`), stream(sse(8, EventDeleted, "{}")))
	kinds, err := collect(t.Context(), client.Client, AfterEvent(0))
	must(t, err)
	equal(t, strings.Join(kinds, " "), "desktop.paused desktop.deleted")
	requests := server.all()
	equal(t, requests[0].header.Get("Last-Event-ID"), "0")
	for _, request := range requests[1:] {
		equal(t, request.header.Get("Last-Event-ID"), "7")
	}
}

func TestAnEventStreamThatNeverBeginsEndsWithTheError(t *testing.T) {
	for status, kind := range map[int]error{404: ErrNotFound, 401: ErrAuthentication, 503: ErrServer} {
		_, client := newFake(t, says(status, `{"error":"no"}`))
		if _, err := collect(t.Context(), client.Client); !errors.Is(err, kind) {
			t.Errorf("%d: got %v", status, err)
		}
	}
	_, client := newFake(t, answers(200, "<html>", "Content-Type", "text/html"))
	if _, err := collect(t.Context(), client.Client); !errors.Is(err, ErrNotNen) {
		t.Errorf("got %v", err)
	}
}

func TestAnEventStreamThatAlwaysBreaksEndsInTheEnd(t *testing.T) {
	server, client := newFake(t, stream(sse(1, EventPaused, "{}")), stream())
	if _, err := collect(t.Context(), client.Client); err == nil {
		t.Error("it ended without an error")
	}
	equal(t, len(server.all()), 1+mostBreaks)
	equal(t, client.pauses[0], 500*time.Millisecond)
	equal(t, client.pauses[len(client.pauses)-1], 8*time.Second)
}

func TestADesktopDeletedWhileNobodyListenedIsAnEnd(t *testing.T) {
	_, client := newFake(t, stream(sse(1, EventPaused, "{}")), says(404, `{"error":"no desktop"}`))
	kinds, err := collect(t.Context(), client.Client)
	must(t, err)
	equal(t, len(kinds), 1)
}

func TestASilentEventStreamIsAskedForAgain(t *testing.T) {
	silent := func(w http.ResponseWriter, r *http.Request) {
		stream(sse(1, EventPaused, "{}"))(w, r)
		neverAnswers(w, r)
	}
	server, _ := newFake(t, silent, silent, stream(sse(2, EventDeleted, "{}")))
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", IdleTimeout: 300 * time.Millisecond})
	kinds, err := collect(t.Context(), client.Client)
	must(t, err)
	equal(t, len(kinds), 3)
	equal(t, len(client.pauses), 0)
}

func TestWhoStopsListeningIsDisconnected(t *testing.T) {
	gone := make(chan struct{})
	_, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		stream(sse(1, EventPaused, "{}"), sse(2, EventResumed, "{}"))(w, r)
		neverAnswers(w, r)
		close(gone)
	})
	for event, err := range client.Events(t.Context(), "dsk_1") {
		must(t, err)
		equal(t, event.Kind, EventPaused)
		break
	}
	<-gone
}

func TestAContextEndsListeningWithAnError(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	_, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		stream(sse(1, EventPaused, "{}"))(w, r)
		neverAnswers(w, r)
	})
	var last error
	for _, err := range client.Events(ctx, "dsk_1") {
		end()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("got %v", last)
	}
}
