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

func sseOf(desktop string, id int, kind EventKind) string {
	data := fmt.Sprintf(`{"desktop_id":%q,"id":%d,"kind":%q,"at":5.5,"data":{"by":"idle"}}`, desktop, id, kind)
	return fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", id, kind, data)
}

// tell writes events of a workspace to the end of the stream, and answers the error that ended it.
func tell(ctx context.Context, client *Client) (told []string, err error) {
	for event, err := range client.WorkspaceEvents(ctx) {
		if err != nil {
			return told, err
		}
		line := fmt.Sprintf("%s %d %s", event.DesktopID, event.ID, event.Kind)
		if event.DesktopID == "" {
			line = fmt.Sprintf("%s %s", event.Kind, event.Data)
		}
		told = append(told, line)
	}
	return told, nil
}

func TestEachConnectionToAWorkspaceSaysThatItBegins(t *testing.T) {
	broken := func(w http.ResponseWriter, r *http.Request) {
		stream(": alive\n\n", sseOf("dsk_1", 7, EventCreated), sseOf("dsk_2", 3, EventAction), "id: 8\nevent: half\ndata: {\"id\":8")(w, r)
		hangsUp(w, r)
	}
	rest := stream("event: lagged\ndata: {\"lost\":5}\n\n", sseOf("dsk_1", 9, EventPicture))
	server, client := newFake(t, broken, says(503, `{"error":"starting"}`), rest, says(401, `{"error":"no"}`))
	told, err := tell(t.Context(), client.Client)
	if !errors.Is(err, ErrAuthentication) {
		t.Errorf("got %v", err)
	}
	why, _, _ := strings.Cut(strings.Join(told, "\n"), "\nconnected {\"again\":true}")
	why = why[strings.LastIndex(why, "disconnected"):]
	if !strings.Contains(why, "GET /events") {
		t.Errorf("got %s", why)
	}
	equal(t, strings.Join(told, "\n"), strings.Join([]string{
		`connected {"again":false}`,
		`dsk_1 7 desktop.created`,
		`dsk_2 3 action`,
		why,
		`connected {"again":true}`,
		`lagged {"lost":5}`,
		`dsk_1 9 picture`,
		`disconnected {"error":null}`,
	}, "\n"))
	for _, request := range server.all() {
		equal(t, request.method+" "+request.path, "GET /events")
		// An id says nothing about the other desktops.
		equal(t, request.header.Get("Last-Event-ID"), "")
	}
}

func TestAWorkspaceThatMayNotBeFollowedIsAnError(t *testing.T) {
	for status, kind := range map[int]error{404: ErrNotFound, 401: ErrAuthentication, 503: ErrServer} {
		_, client := newFake(t, says(status, `{"error":"no"}`))
		told, err := tell(t.Context(), client.Client)
		if !errors.Is(err, kind) || len(told) > 0 {
			t.Errorf("%d: got %v, %v", status, told, err)
		}
	}
}

func TestAWorkspaceWhereNothingHappensIsFollowedOn(t *testing.T) {
	quiet := stream(": alive\n\n")
	handlers := []http.HandlerFunc{}
	for range 3 * mostBreaks {
		handlers = append(handlers, quiet)
	}
	_, client := newFake(t, append(handlers, stream())...)
	told, err := tell(t.Context(), client.Client)
	if err == nil {
		t.Error("it ended without an error")
	}
	equal(t, len(told), 2*(3*mostBreaks+mostBreaks))
	equal(t, client.pauses[0], 500*time.Millisecond)
}

func TestWhoStopsListeningToAWorkspaceIsDisconnected(t *testing.T) {
	gone := make(chan struct{})
	_, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		stream(": alive\n\n")(w, r)
		neverAnswers(w, r)
		close(gone)
	})
	for event, err := range client.WorkspaceEvents(t.Context()) {
		must(t, err)
		equal(t, event.Kind, EventConnected)
		break
	}
	<-gone
}

func TestAContextEndsFollowingAWorkspace(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	_, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		stream(": alive\n\n")(w, r)
		neverAnswers(w, r)
	})
	var told []EventKind
	var last error
	for event, err := range client.WorkspaceEvents(ctx) {
		told = append(told, event.Kind)
		end()
		last = err
	}
	if !errors.Is(last, context.Canceled) || len(told) != 2 {
		t.Errorf("got %v, %v", told, last)
	}
}
