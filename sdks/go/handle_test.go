package nendesktop

import (
	"context"
	"strings"
	"testing"
)

func TestEachMethodOfAHandleMakesTheCallOfItsDesktop(t *testing.T) {
	type method func(context.Context, *Desktop) error
	for want, do := range map[string]method{
		"GET /desktops/dsk_1":            func(ctx context.Context, d *Desktop) error { return drop(d.Refresh(ctx)) },
		"PATCH /desktops/dsk_1":          func(ctx context.Context, d *Desktop) error { return drop(d.Rename(ctx, "n")) },
		"POST /desktops/dsk_1/pause":     func(ctx context.Context, d *Desktop) error { return drop(d.Pause(ctx)) },
		"POST /desktops/dsk_1/resume":    func(ctx context.Context, d *Desktop) error { return drop(d.Resume(ctx)) },
		"DELETE /desktops/dsk_1":         func(ctx context.Context, d *Desktop) error { return d.Delete(ctx) },
		"GET /desktops/dsk_1/screenshot": func(ctx context.Context, d *Desktop) error { return drop(d.Screenshot(ctx)) },
		"GET /desktops/dsk_1/tools":      func(ctx context.Context, d *Desktop) error { return drop(d.ListTools(ctx)) },
		"GET /desktops/dsk_1/tool-logs?limit=100": func(ctx context.Context, d *Desktop) error {
			for _, err := range d.ToolLogs(ctx) {
				return err
			}
			return nil
		},
		"GET /desktops/dsk_1/events": func(ctx context.Context, d *Desktop) error {
			for _, err := range d.Events(ctx) {
				return err
			}
			return nil
		},
		"PUT /desktops/dsk_1/session":    func(ctx context.Context, d *Desktop) error { return drop(d.CreateSession(ctx)) },
		"GET /desktops/dsk_1/session":    func(ctx context.Context, d *Desktop) error { return drop(d.GetSession(ctx)) },
		"DELETE /desktops/dsk_1/session": func(ctx context.Context, d *Desktop) error { return d.DeleteSession(ctx) },
		"GET /desktops/dsk_1/files?path=a": func(ctx context.Context, d *Desktop) error {
			return drop(d.Files().List(ctx, WithPath("a")))
		},
		"POST /desktops/dsk_1/files/n": func(ctx context.Context, d *Desktop) error {
			return drop(d.Files().Upload(ctx, "n", strings.NewReader("x"), ""))
		},
		"GET /desktops/dsk_1/files/n": func(ctx context.Context, d *Desktop) error { return drop(d.Files().Read(ctx, "n")) },
		"DELETE /desktops/dsk_1/files/n?path=a": func(ctx context.Context, d *Desktop) error {
			return d.Files().Delete(ctx, "n", WithPath("a"))
		},
		"GET /desktops/dsk_1/fs?path=~&pattern=%2A.pdf": func(ctx context.Context, d *Desktop) error {
			return drop(d.Filesystem().List(ctx, "~", "*.pdf"))
		},
		"GET /desktops/dsk_1/fs/content?path=~%2Fa": func(ctx context.Context, d *Desktop) error {
			return drop(d.Filesystem().Read(ctx, "~/a"))
		},
		"PUT /desktops/dsk_1/fs/content?path=~%2Fa": func(ctx context.Context, d *Desktop) error {
			return d.Filesystem().Write(ctx, "~/a", strings.NewReader("x"))
		},
		"PUT /desktops/dsk_1/fs/content?append=true&path=~%2Fa": func(ctx context.Context, d *Desktop) error {
			return d.Filesystem().Append(ctx, "~/a", strings.NewReader("x"))
		},
		"POST /desktops/dsk_1/agent/execute": func(ctx context.Context, d *Desktop) error { return drop(d.Agent().Execute(ctx, "do it")) },
		"POST /desktops/dsk_1/agent/verify":  func(ctx context.Context, d *Desktop) error { return drop(d.Agent().Verify(ctx, "done")) },
		"GET /desktops/dsk_1/tools?dialect=mcp": func(ctx context.Context, d *Desktop) error {
			return drop(d.DialectTools(ctx, MCP))
		},
		"POST /desktops/dsk_1/calls?dialect=mcp": func(ctx context.Context, d *Desktop) error {
			return drop(d.Calls(ctx, MCP, []any{}))
		},
	} {
		server, client := newFake(t, says(404, `{"error":"no desktop with this id in this workspace"}`))
		err := do(t.Context(), client.Desktop("dsk_1"))
		if err == nil || !strings.Contains(err.Error(), "no desktop with this id") {
			t.Errorf("%s: got %v", want, err)
		}
		got := server.only(t)
		equal(t, got.method+" "+got.path, want)
	}
}

func TestWhatHasNoTypeIsAnsweredAsItIs(t *testing.T) {
	server, client := newFake(t, says(200, `[{"id":1,"new":true}]`), says(200, `{"workflowId":"w","version":2}`))
	entries, err := client.GetToolLogs(t.Context(), "dsk_1")
	must(t, err)
	equal(t, string(entries), `[{"id":1,"new":true}]`)
	workflow, err := client.GetWorkflowVersion(t.Context(), "w", 2)
	must(t, err)
	equal(t, workflow.Version, 2)
	equal(t, paths(server.all()), "/desktops/dsk_1/tool-logs\n/workflows/w?version=2")
}
