package nendesktop

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

func base64Of(bytes []byte) string { return base64.StdEncoding.EncodeToString(bytes) }

const anAnswer = `{"status":"ok","output":"done","coordinate":[5,6],"base64_image":"UE5H","changed":true,"settled_ms":0}`

func TestEachActionHasAMethodThatSaysItAsTheToolDoes(t *testing.T) {
	type perform func(context.Context, *Desktop) error
	for params, do := range map[string]perform{
		`left_click {"coordinate":[1,2]}`: func(ctx context.Context, d *Desktop) error { return drop(d.LeftClick(ctx, 1, 2)) },
		`left_click {"coordinate":[0,0],"text":"ctrl+shift"}`: func(ctx context.Context, d *Desktop) error {
			return drop(d.LeftClick(ctx, 0, 0, Holding("ctrl", "shift")))
		},
		`right_click {}`:                       func(ctx context.Context, d *Desktop) error { return drop(d.RightClick(ctx, 1, 2, AtPointer())) },
		`middle_click {"coordinate":[1,2]}`:    func(ctx context.Context, d *Desktop) error { return drop(d.MiddleClick(ctx, 1, 2)) },
		`double_click {"coordinate":[1,2]}`:    func(ctx context.Context, d *Desktop) error { return drop(d.DoubleClick(ctx, 1, 2)) },
		`triple_click {"coordinate":[1,2]}`:    func(ctx context.Context, d *Desktop) error { return drop(d.TripleClick(ctx, 1, 2)) },
		`left_mouse_down {"coordinate":[1,2]}`: func(ctx context.Context, d *Desktop) error { return drop(d.LeftMouseDown(ctx, 1, 2)) },
		`left_mouse_up {}`:                     func(ctx context.Context, d *Desktop) error { return drop(d.LeftMouseUp(ctx, 1, 2, AtPointer())) },
		`mouse_move {"coordinate":[1,2]}`:      func(ctx context.Context, d *Desktop) error { return drop(d.MouseMove(ctx, 1, 2)) },
		`left_click_drag {"start_coordinate":[1,2],"coordinate":[3,4],"text":"alt"}`: func(ctx context.Context, d *Desktop) error {
			return drop(d.Drag(ctx, 1, 2, 3, 4, Holding("alt")))
		},
		`left_click_drag {"path":[[1,2],[3,4],[5,6]]}`: func(ctx context.Context, d *Desktop) error {
			return drop(d.DragPath(ctx, []Point{{1, 2}, {3, 4}, {5, 6}}))
		},
		`scroll {"coordinate":[1,2],"scroll_direction":"left","scroll_amount":0}`: func(ctx context.Context, d *Desktop) error {
			return drop(d.Scroll(ctx, 1, 2, Left, 0))
		},
		`type {"text":"<ü>"}`: func(ctx context.Context, d *Desktop) error { return drop(d.TypeText(ctx, "<ü>")) },
		`type {"text":"a","interval":0.25}`: func(ctx context.Context, d *Desktop) error {
			return drop(d.TypeText(ctx, "a", Interval(250*time.Millisecond)))
		},
		`key {"text":"Tab","repeat":3}`: func(ctx context.Context, d *Desktop) error { return drop(d.KeyPress(ctx, "Tab", Repeat(3))) },
		`hold_key {"text":"shift","duration":1.5}`: func(ctx context.Context, d *Desktop) error {
			return drop(d.HoldKey(ctx, "shift", 1500*time.Millisecond))
		},
		`wait {"duration":2}`:         func(ctx context.Context, d *Desktop) error { return drop(d.Wait(ctx, 2*time.Second)) },
		`wait {}`:                     func(ctx context.Context, d *Desktop) error { return drop(d.WaitSettled(ctx)) },
		`zoom {"region":[0,0,64,40]}`: func(ctx context.Context, d *Desktop) error { return drop(d.Zoom(ctx, 0, 0, 64, 40)) },
		`cursor_position {}`:          func(ctx context.Context, d *Desktop) error { return drop(d.CursorPosition(ctx)) },
		`screenshot {}`:               func(ctx context.Context, d *Desktop) error { return drop(d.Do(ctx, TakeScreenshot())) },
	} {
		server, client := newFake(t, says(200, anAnswer))
		must(t, do(t.Context(), client.Desktop("dsk_1")))
		name, fields, _ := strings.Cut(params, " ")
		got := server.only(t)
		equal(t, got.method+" "+got.path, "POST /desktops/dsk_1/execute")
		sameJSON(t, got.body, `{"action":{"tool":"computer","action":"`+name+`","params":`+fields+`}}`)
	}
}

func TestTheOtherToolsHaveMethodsToo(t *testing.T) {
	server, client := newFake(t, says(200, `{"status":"ok","output":"[{\"id\":7,\"title\":\"Sign in\",\"app\":\"Chromium\",\"focused\":true}]"}`),
		says(200, `{"status":"ok","output":"text"}`))
	desktop := client.Desktop("dsk_1")
	windows, err := desktop.Windows(t.Context())
	must(t, err)
	equal(t, windows[0], Window{ID: 7, Title: "Sign in", App: "Chromium", Focused: true})
	text, err := desktop.Clipboard(t.Context())
	must(t, err)
	equal(t, text, "text")
	must(t, desktop.SetClipboard(t.Context(), "new"))
	must(t, drop(desktop.FocusWindow(t.Context(), 7)))
	must(t, drop(desktop.LaunchApp(t.Context(), "chromium")))
	must(t, drop(desktop.OpenURL(t.Context(), "https://example.com")))
	must(t, drop(desktop.OpenPath(t.Context(), "/drive/a.pdf")))
	must(t, drop(desktop.RunCommand(t.Context(), "ls", 3*time.Second)))
	must(t, desktop.RestartShell(t.Context()))
	var sent []string
	for _, request := range server.all() {
		sent = append(sent, strings.TrimPrefix(request.body, `{"action":`))
	}
	equal(t, strings.Join(sent, "\n"), strings.Join([]string{
		`{"tool":"windows","action":"list","params":{}}}`,
		`{"tool":"clipboard","action":"get","params":{}}}`,
		`{"tool":"clipboard","action":"set","params":{"text":"new"}}}`,
		`{"tool":"windows","action":"focus","params":{"window_id":7}}}`,
		`{"tool":"windows","action":"launch","params":{"app":"chromium"}}}`,
		`{"tool":"windows","action":"open","params":{"url":"https://example.com"}}}`,
		`{"tool":"windows","action":"open","params":{"path":"/drive/a.pdf"}}}`,
		`{"tool":"bash","action":"run","params":{"command":"ls","timeout":3}}}`,
		`{"tool":"bash","action":"restart","params":{}}}`,
	}, "\n"))
}

func TestOptionsOfAHandleGoIntoAllItDoes(t *testing.T) {
	server, client := newFake(t, says(200, anAnswer), says(200, `{"status":"ok","results":[{"status":"ok"}]}`), says(200, anAnswer))
	plain := client.Desktop("dsk_1")
	quick := plain.With(WithScreenshot(ScreenshotNever), WithoutSettle())
	must(t, drop(quick.KeyPress(t.Context(), "Tab")))
	must(t, drop(quick.Batch(t.Context(), []Action{Wait(time.Second)}, WithSettle(50*time.Millisecond, time.Second))))
	must(t, drop(plain.KeyPress(t.Context(), "Tab")))
	bodies := server.all()
	sameJSON(t, bodies[0].body, `{"action":{"tool":"computer","action":"key","params":{"text":"Tab"}},"screenshot":"never","settle":false}`)
	sameJSON(t, bodies[1].body, `{"actions":[{"tool":"computer","action":"wait","params":{"duration":1}}],"screenshot":"never","settle":{"quiet_ms":50,"max_ms":1000}}`)
	sameJSON(t, bodies[2].body, `{"action":{"tool":"computer","action":"key","params":{"text":"Tab"}}}`)
}

func TestParamsAreAnObjectWhateverIsGiven(t *testing.T) {
	server, client := newFake(t, says(200, anAnswer))
	var none map[string]any
	must(t, drop(client.Execute(t.Context(), "d", "computer", "screenshot", nil)))
	must(t, drop(client.Execute(t.Context(), "d", "computer", "screenshot", none)))
	must(t, drop(client.Execute(t.Context(), "d", "computer", "key", struct {
		Text string `json:"text"`
	}{"Tab"})))
	must(t, drop(client.ExecuteBatch(t.Context(), "d", []Action{{Tool: "bash", Name: "restart"}})))
	if _, err := client.Execute(t.Context(), "d", "computer", "key", make(chan int)); err == nil {
		t.Error("a channel was sent")
	}
	if _, err := client.ExecuteBatch(t.Context(), "d", nil); err == nil {
		t.Error("an empty batch was sent")
	}
	bodies := server.all()
	equal(t, bodies[0].body, `{"action":{"tool":"computer","action":"screenshot","params":{}}}`)
	equal(t, bodies[1].body, bodies[0].body)
	equal(t, bodies[2].body, `{"action":{"tool":"computer","action":"key","params":{"text":"Tab"}}}`)
	equal(t, bodies[3].body, `{"actions":[{"tool":"bash","action":"restart","params":{}}]}`)
	equal(t, len(bodies), 4)
}

func TestAnImageIsDecodedAndMissedByName(t *testing.T) {
	_, client := newFake(t, says(200, anAnswer), says(200, `{"status":"ok"}`))
	desktop := client.Desktop("dsk_1")
	image, err := desktop.Zoom(t.Context(), 0, 0, 10, 10)
	must(t, err)
	equal(t, string(image), "PNG")
	if _, err = desktop.Zoom(t.Context(), 0, 0, 10, 10); err == nil || !strings.Contains(err.Error(), "no image") {
		t.Errorf("got %v", err)
	}
	if _, err = desktop.CursorPosition(t.Context()); err == nil {
		t.Error("there is a place")
	}
}

func TestABatchThatFailsSaysWhere(t *testing.T) {
	result := BatchResult{Status: ActionFailed, Results: []ActionResult{{Status: ActionOK}, {Status: ActionFailed, Error: "no window 77"}, {Status: ActionSkipped}}}
	equal(t, result.Err().Error(), "nen: actions[1]: no window 77")
	must(t, (&BatchResult{Status: ActionOK}).Err())
}

func TestEachLookOfABatchHasItsImage(t *testing.T) {
	_, client := newFake(t, says(200, `{"status":"ok","results":[{"status":"ok"},{"status":"ok"}],"images":[{"action":1,"base64_image":"UE5H"}]}`))
	result, err := client.Desktop("d").Batch(t.Context(), []Action{KeyPress("a"), TakeScreenshot()}, WithScreenshot(ScreenshotEach))
	must(t, err)
	image, err := result.Images[0].Image()
	must(t, err)
	equal(t, result.Images[0].Action, 1)
	equal(t, string(image), "PNG")
}

func TestScreenshotsAreAskedForAsTheyShouldBe(t *testing.T) {
	server, client := newFake(t, answers(200, "JPG", "Content-Type", "image/jpeg", "ETag", `W/"1"`))
	image, err := client.Screenshot(t.Context(), "dsk_1", AsImage(ImageOptions{JPEG, 70, 640, 400, true}), OfRegion(1, 2, 3, 4), WithScreenETag("x"))
	must(t, err)
	equal(t, string(image.Data)+" "+image.MediaType+" "+image.ETag, `JPG image/jpeg W/"1"`)
	got := server.only(t)
	equal(t, got.path, "/desktops/dsk_1/screenshot?cursor=false&format=jpeg&max_height=400&max_width=640&quality=70&region=1%2C2%2C3%2C4")
	equal(t, got.header.Get("If-None-Match"), "x")
}
