package nendesktop

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// callOf makes the call of a request by the method that is for it, and by Request where no method would send that.
func (c *client) callOf(ctx context.Context, request vectorRequest) (any, error) {
	target, err := url.Parse(request.Path)
	if err != nil {
		return nil, err
	}
	var options []RequestOption
	if key := request.Headers["idempotency-key"]; key != "" {
		options = append(options, WithIdempotencyKey(key))
	}
	parts := strings.Split(strings.Trim(target.EscapedPath(), "/"), "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	route := request.Method + " " + parts[0]
	if len(parts) > 2 {
		route += " " + parts[2]
	} else if len(parts) > 1 {
		route += " one"
	}
	id, name := part(parts, 1), part(parts, 3)
	query := target.Query()
	switch route {
	case "GET desktops":
		var filters []ListOption
		for key := range query {
			filters = append(filters, HavingMetadata(strings.TrimPrefix(key, "metadata."), query.Get(key)))
		}
		return result(c.ListDesktops(ctx, filters...))
	case "POST desktops":
		var spec DesktopSpec
		if exactly(request.JSON, &spec) {
			every := []CreateOption{WithSpec(spec)}
			for _, option := range options {
				every = append(every, option)
			}
			return result(c.CreateDesktop(ctx, "", every...))
		}
	case "GET desktops one":
		return result(c.GetDesktop(ctx, id))
	case "PATCH desktops one":
		var rename struct{ Name string }
		if exactly(request.JSON, &rename) {
			return result(c.UpdateDesktop(ctx, id, rename.Name))
		}
	case "DELETE desktops one":
		return result(c.DeleteDesktop(ctx, id))
	case "POST desktops pause":
		return result(c.PauseDesktop(ctx, id))
	case "POST desktops resume":
		return result(c.ResumeDesktop(ctx, id))
	case "GET desktops tools":
		if dialect := query.Get("dialect"); dialect != "" {
			return result(c.DialectTools(ctx, id, Dialect(dialect), dialectOf(query)...))
		}
		return result(c.ListTools(ctx, id))
	case "POST desktops calls":
		if dialect := query.Get("dialect"); dialect != "" && bytes.HasPrefix(request.JSON, []byte("[")) {
			return result(c.Calls(ctx, id, Dialect(dialect), request.JSON, dialectOf(query)...))
		}
	case "POST desktops execute":
		return c.executeOf(ctx, id, request.JSON)
	case "GET desktops tool-logs":
		// 0 is how the method says nothing, so it cannot send it.
		if limit, _ := strconv.Atoi(query.Get("limit")); limit != 0 || query.Get("limit") == "" {
			return result(c.ListToolLogs(ctx, id, limit, 0))
		}
	case "PUT desktops session":
		return result(c.CreateSession(ctx, id, sessionOf(request.JSON)...))
	case "GET desktops session":
		return result(c.GetSession(ctx, id))
	case "DELETE desktops session":
		return nil, c.DeleteSession(ctx, id)
	case "GET desktops files":
		if name == "" {
			return result(c.ListFiles(ctx, id, WithPath(query.Get("path"))))
		}
		file := []FileOption{WithPath(query.Get("path"))}
		if request.Headers["range"] == "bytes=0-2" {
			file = append(file, WithRange(0, 2))
		}
		text, err := readAll(c.OpenFile(ctx, id, name, file...))
		return string(text), err
	case "POST desktops files":
		body := strings.NewReader(*request.Text)
		return result(c.UploadFile(ctx, id, name, body, request.Headers["content-type"], WithPath(query.Get("path"))))
	case "DELETE desktops files":
		return nil, c.DeleteFile(ctx, id, name, WithPath(query.Get("path")))
	case "GET workflows":
		return result(c.ListWorkflows(ctx))
	case "POST workflows":
		var upload struct {
			Name  string
			Files []SourceFile
		}
		if exactly(request.JSON, &upload) && upload.Name != "" {
			return result(c.CreateWorkflow(ctx, upload.Name, upload.Files, options...))
		}
	case "GET workflows one":
		return result(c.GetWorkflow(ctx, id))
	case "GET workflows versions":
		return result(c.ListWorkflowVersions(ctx, id))
	case "GET runs":
		var filters []RunFilter
		if limit, _ := strconv.Atoi(query.Get("limit")); limit != 0 {
			filters = append(filters, PageSize(limit))
		}
		return result(c.ListRuns(ctx, filters...))
	case "POST runs":
		var start StartRunRequest
		if exactly(request.JSON, &start) && start.WorkflowID != "" {
			return result(c.StartRun(ctx, start, options...))
		}
	case "GET runs one":
		return result(c.GetRun(ctx, id))
	case "GET settings":
		return result(c.GetSettings(ctx))
	case "PUT settings one":
		var budget struct {
			MaxCostUSD *float64 `json:"max_cost_usd"`
		}
		if exactly(request.JSON, &budget) && budget.MaxCostUSD != nil {
			return result(c.SetModelBudget(ctx, *budget.MaxCostUSD))
		}
		var network WorkspaceNetwork
		if exactly(request.JSON, &network) && network.Network != "" {
			return result(c.SetWorkspaceNetwork(ctx, network.Network))
		}
	case "POST settings rotate":
		if id == "webhook-secret" {
			return result(c.RotateWebhookSecret(ctx))
		}
		return result(c.RotateSigningSecret(ctx))
	}
	return nil, c.sendAsItIs(ctx, request, options)
}

// sendAsItIs makes a call that no method makes, because it is a mistake.
func (c *client) sendAsItIs(ctx context.Context, request vectorRequest, options []RequestOption) error {
	if request.Text != nil {
		path, query, _ := strings.Cut(request.Path, "?")
		call := newCall(request.Method)
		call.path = path
		call.query, _ = url.ParseQuery(query)
		call.body = []byte(*request.Text)
		return c.answer(ctx, call, nil)
	}
	var body any
	if request.JSON != nil {
		body = request.JSON
	}
	return c.Client.Request(ctx, request.Method, request.Path, body, nil, options...)
}

// executeOf does the action or the batch of a body, with the options that stand beside it.
func (c *client) executeOf(ctx context.Context, id string, body json.RawMessage) (any, error) {
	var request struct {
		Action     *Action
		Actions    []Action
		Screenshot ScreenshotMode
		Settle     any
		Image      json.RawMessage
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	beside := func(r *executeRequest) {
		r.Screenshot, r.Settle = request.Screenshot, request.Settle
	}
	options := []ExecuteOption{beside}
	if request.Image != nil {
		var image struct {
			Format    ImageFormat
			Quality   int
			MaxWidth  int `json:"max_width"`
			MaxHeight int `json:"max_height"`
			Cursor    *bool
		}
		if err := json.Unmarshal(request.Image, &image); err != nil {
			return nil, err
		}
		hidden := image.Cursor != nil && !*image.Cursor
		options = append(options, WithImage(ImageOptions{image.Format, image.Quality, image.MaxWidth, image.MaxHeight, hidden}))
	}
	switch {
	case request.Action != nil:
		return result(c.Execute(ctx, id, request.Action.Tool, request.Action.Name, request.Action.Params, options...))
	case request.Actions != nil:
		return result(c.ExecuteBatch(ctx, id, request.Actions, options...))
	}
	return nil, c.Client.Request(ctx, http.MethodPost, "/desktops/"+id+"/execute", body, nil)
}

func dialectOf(query url.Values) []DialectOption {
	options := []DialectOption{WithVariant(query.Get("variant"))}
	width, _ := strconv.Atoi(query.Get("display_width"))
	height, _ := strconv.Atoi(query.Get("display_height"))
	if width != 0 || height != 0 {
		options = append(options, WithDisplaySize(width, height))
	}
	return options
}

func sessionOf(body json.RawMessage) []SessionOption {
	var request sessionRequest
	switch {
	case !exactly(body, &request):
		return nil
	case request.Takeover != nil:
		return []SessionOption{Takeover()}
	}
	return []SessionOption{Interactive()}
}

// exactly reads JSON into a type that has all of its fields.
func exactly(text json.RawMessage, out any) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(out) == nil && decoder.Decode(new(any)) == io.EOF
}

func result[T any](value T, err error) (any, error) { return value, err }

func part(parts []string, index int) string {
	if index < len(parts) {
		return parts[index]
	}
	return ""
}
