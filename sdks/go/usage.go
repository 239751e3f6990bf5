package nendesktop

import (
	"context"
	"net/http"
	"strconv"
)

// Usage is what a workspace used, and what it may use at once.
type Usage struct {
	// WorkspaceID is the workspace.
	WorkspaceID string `json:"workspace_id"`
	// Days has one for each day, oldest first and today last.
	Days []UsageDay `json:"days"`
	// Limits are what there may be at once.
	Limits UsageLimits `json:"limits"`
}

// UsageDay is what was used on one day.
type UsageDay struct {
	// Day is YYYY-MM-DD in UTC.
	Day string `json:"day"`
	// DesktopHours are those that desktops ran, added up.
	DesktopHours float64 `json:"desktop_hours"`
	// Actions is how many were done on desktops.
	Actions int64 `json:"actions"`
	// Runs is how many ended, of which RunsFailed did not end well.
	Runs       int64 `json:"runs"`
	RunsFailed int64 `json:"runs_failed"`
	// ModelCostUSD is in US dollars, as far as prices are known.
	ModelCostUSD float64 `json:"model_cost_usd"`
	// InputTokens are those that models read, OutputTokens those they wrote.
	InputTokens  int64 `json:"input_tokens"`
	OutputTokens int64 `json:"output_tokens"`
}

// UsageLimits are what a workspace may have at once.
type UsageLimits struct {
	Desktops UsageLimit `json:"desktops"`
	Runs     UsageLimit `json:"runs"`
}

// UsageLimit is how many there are now, and how many there may be.
type UsageLimit struct {
	Used int64 `json:"used"`
	Most int64 `json:"most"`
}

// GetUsage answers what the workspace used on the last days (UTC), today among them; 0 for 30 days. It needs [Admin].
func (c *Client) GetUsage(ctx context.Context, days int) (*Usage, error) {
	call := newCall(http.MethodGet, "usage")
	if days != 0 {
		call.query.Set("days", strconv.Itoa(days))
	}
	return read[Usage](ctx, c, call)
}
