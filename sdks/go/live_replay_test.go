package nendesktop

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLiveWhatIsDoneIsToldOfAndReplayed(t *testing.T) {
	ctx, desktop := liveDesktop(t, WithMetadata("made-by", "sdk-go"), WithNetwork(NetworkNone))
	client := desktop.client
	var picture struct{ Screenshot string }
	var kinds []EventKind
	for event, err := range client.WorkspaceEvents(ctx) {
		must(t, err)
		if event.Kind == EventConnected {
			must(t, drop(desktop.LeftClick(ctx, 300, 200)))
		}
		if event.DesktopID != desktop.DesktopID {
			continue
		}
		kinds = append(kinds, event.Kind)
		if event.Kind == EventPicture {
			must(t, json.Unmarshal(event.Data, &picture))
			break
		}
	}
	equal(t, slices.Contains(kinds, EventAction), true)
	image, err := desktop.ToolLogScreenshot(ctx, picture.Screenshot)
	must(t, err)
	equal(t, image.MediaType, "image/png")

	replay, err := desktop.Replay(ctx, WithInlineImages())
	must(t, err)
	equal(t, replay.ID, desktop.DesktopID)
	at := slices.IndexFunc(replay.Steps, func(step ReplayStep) bool { return step.Call == "computer.left_click" })
	equal(t, *replay.Steps[at].Coordinate, Point{300, 200})
	equal(t, strings.HasPrefix(replay.Steps[at].Screenshot, "data:image/png;base64,"), true)
	animation, err := desktop.ReplayAnimation(ctx, AtSpeed(8))
	must(t, err)
	file := filepath.Join(t.TempDir(), "replay.webp")
	must(t, drop(animation.Save(file)))
	written, err := os.ReadFile(file)
	must(t, err)
	equal(t, bytes.HasPrefix(written, []byte("RIFF")), true)
	if _, err := desktop.ReplayAnimation(ctx, AtSpeed(0)); !errors.Is(err, ErrBadRequest) {
		t.Errorf("got %v", err)
	}
	if _, err := client.GetRunReplay(ctx, "00000000-0000-4000-8000-000000000000"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestLiveWhoCallsWhatWasUsedAndWhichModelsThereAre(t *testing.T) {
	ctx, client := live(t)
	identity, err := client.GetIdentity(ctx)
	must(t, err)
	equal(t, slices.Contains(identity.Scopes, Admin), true)
	link, err := client.CreateSignInLink(ctx)
	must(t, err)
	equal(t, strings.Contains(string(link.Href), "/#/sign-in/"), true)
	usage, err := client.GetUsage(ctx, 2)
	must(t, err)
	equal(t, len(usage.Days), 2)
	equal(t, usage.WorkspaceID, identity.WorkspaceID)
	models, err := client.GetModels(ctx)
	must(t, err)
	equal(t, len(models.Providers) > 0, true)
}
