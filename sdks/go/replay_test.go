package nendesktop

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const aReplay = `{"version":1,"kind":"desktop","id":"dsk_1","title":"Invoices","display":{"width":1280,"height":800},
	"started_at":1795362805.25,"ended_at":null,"steps":[
	{"number":1,"at":1795362805.25,"duration_ms":12.5,"actor":"agent","call":"computer.left_click","args":{"x":1},"status":"ok",
		"coordinate":[640,400],"changed":true,"screenshot":"/desktops/dsk_1/tool-logs/17/screenshot"},
	{"number":2,"at":1795362806,"duration_ms":null,"actor":"agent","call":"agent.execute","args":{},"status":"running",
		"output":{"a":1},"of_step":4,"reasoning":"It is empty.","model":"m","input_tokens":1200,"cached_tokens":1000,
		"output_tokens":40,"cost_usd":0.0021,"latency_ms":2100.5,"actions":[{"action":"left_click"}]}]}`

func TestAReplayIsRead(t *testing.T) {
	server, client := newFake(t, says(200, aReplay))
	replay, err := client.Desktop("dsk_1").Replay(t.Context())
	must(t, err)
	equal(t, replay.Kind, ReplayOfDesktop)
	equal(t, *replay.Display, Size{1280, 800})
	equal(t, replay.EndedAt == nil, true)
	click, question := replay.Steps[0], replay.Steps[1]
	equal(t, *click.Coordinate, Point{640, 400})
	equal(t, *click.DurationMS, 12.5)
	equal(t, *click.Changed, true)
	equal(t, click.OfStep, 0)
	equal(t, question.DurationMS == nil && question.Changed == nil, true)
	equal(t, *question.CostUSD, 0.0021)
	equal(t, question.LatencyMS, 2100.5)
	equal(t, string(question.Output)+string(question.Actions[0]), `{"a":1}{"action":"left_click"}`)
	must(t, drop(client.GetRunReplay(t.Context(), "r/1", WithInlineImages())))
	equal(t, server.all()[0].path, "/desktops/dsk_1/replay")
	equal(t, server.all()[1].path, "/runs/r%2F1/replay?images=inline")
}

func TestAnAnimationIsADownload(t *testing.T) {
	server, client := newFake(t, answers(200, "RIFF", "Content-Type", "image/webp"))
	animation, err := client.Desktop("dsk_1").ReplayAnimation(t.Context(), AtSpeed(8))
	must(t, err)
	file := filepath.Join(t.TempDir(), "replay.webp")
	must(t, drop(animation.Save(file)))
	text, err := os.ReadFile(file)
	must(t, err)
	equal(t, string(text), "RIFF")
	animation, err = client.DownloadRunReplayAnimation(t.Context(), "r", AtSpeed(1.5))
	must(t, err)
	must(t, animation.Close())
	equal(t, server.all()[0].path, "/desktops/dsk_1/replay.webp?speed=8")
	equal(t, server.all()[1].path, "/runs/r/replay.webp?speed=1.5")
}

func TestWhatIsNoAnimationIsAnError(t *testing.T) {
	_, client := newFake(t, says(404, `{"error":"there are no pictures"}`), answers(200, "<html>", "Content-Type", "text/html"))
	if _, err := client.DownloadReplayAnimation(t.Context(), "dsk_1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := client.DownloadReplayAnimation(t.Context(), "dsk_1"); !errors.Is(err, ErrNotNen) {
		t.Errorf("got %v", err)
	}
}

func TestThePictureAfterAnActionIsHadByItsEntry(t *testing.T) {
	path := "/desktops/dsk_1/tool-logs/17/screenshot"
	server, client := newFake(t, says(200, `[{"id":18,"screenshot":"`+path+`"},{"id":19}]`), answers(200, "png", "Content-Type", "image/png", "ETag", `"a"`))
	entries, err := client.ListToolLogs(t.Context(), "dsk_1", 0, 0)
	must(t, err)
	equal(t, entries[1].Screenshot, "")
	for _, entry := range []string{entries[0].Screenshot, "17"} {
		image, err := client.Desktop("dsk_1").ToolLogScreenshot(t.Context(), entry)
		must(t, err)
		equal(t, string(image.Data)+image.ETag, `png"a"`)
	}
	for _, entry := range []string{entries[1].Screenshot, "/", "/x"} {
		if _, err := client.GetToolLogScreenshot(t.Context(), "dsk_1", entry); err == nil {
			t.Errorf("%q names a picture", entry)
		}
	}
	for _, request := range server.all()[1:] {
		equal(t, request.path, path)
	}
	equal(t, len(server.all()), 3)
}

func TestUseLimitsAndModelsAreRead(t *testing.T) {
	server, client := newFake(t, says(200, `{"workspace_id":"w","days":[{"day":"2026-11-26","desktop_hours":1.25,"actions":310,"runs":4,"runs_failed":1,
		"model_cost_usd":0.42,"input_tokens":5,"output_tokens":6}],"limits":{"desktops":{"used":3,"most":16},"runs":{"used":1,"most":4}}}`),
		says(200, `{"default":"m","default_usable":true,"providers":[{"name":"anthropic","configured":true,"key_variable":"K","models":["m"]}],"aliases":[{"name":"own"}]}`))
	usage, err := client.GetUsage(t.Context(), 7)
	must(t, err)
	equal(t, usage.Days[0], UsageDay{"2026-11-26", 1.25, 310, 4, 1, 0.42, 5, 6})
	equal(t, usage.Limits, UsageLimits{Desktops: UsageLimit{3, 16}, Runs: UsageLimit{1, 4}})
	models, err := client.GetModels(t.Context())
	must(t, err)
	equal(t, models.Default+models.Providers[0].KeyVariable+models.Providers[0].Models[0]+models.Aliases[0].Name, "mKmown")
	equal(t, server.all()[0].path+server.all()[1].path, "/usage?days=7/models")
}

func TestWhoCallsAndALinkForABrowser(t *testing.T) {
	server, client := newFake(t, says(200, `{"key_id":"key_1","name":"first","workspace_id":"w","scopes":["admin"],"expires_at":null}`),
		says(201, `{"href":"http://nen/#/sign-in/code","expires_at":9}`), says(200, `{}`))
	identity, err := client.GetIdentity(t.Context())
	must(t, err)
	equal(t, identity.Scopes[0], Admin)
	equal(t, identity.ExpiresAt, 0)
	link, err := client.CreateSignInLink(t.Context())
	must(t, err)
	equal(t, string(link.Href), "http://nen/#/sign-in/code")
	if text := fmt.Sprintf("%v %+v %#v", *link, *link, link.Href); strings.Contains(text, "code") {
		t.Errorf("printed, it says %s", text)
	}
	if _, err := client.GetIdentity(t.Context()); !errors.Is(err, ErrNotNen) {
		t.Errorf("got %v", err)
	}
	requests := server.all()
	equal(t, requests[0].method+requests[0].path, "GET/auth")
	equal(t, requests[1].method+requests[1].path, "POST/auth/links")
}
