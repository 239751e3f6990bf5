package nendesktop

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// WorkspaceSettings are those of the key's workspace.
type WorkspaceSettings struct {
	// WorkspaceID is the workspace.
	WorkspaceID string `json:"workspace_id"`
	// WebhookSecret signs webhooks that go out.
	WebhookSecret SecretHint `json:"webhook_secret"`
	// SigningSecret signs requests that come in with secrets.
	SigningSecret SecretHint `json:"signing_secret"`
	// Budget is what the workspace's model calls may cost; nil from servers without budgets.
	Budget *ModelBudget `json:"budget,omitempty"`
	// Network is what its desktops and workflows may reach at most; empty from servers without such a setting.
	Network Network `json:"network,omitempty"`
}

// SecretHint is what may be shown of a secret.
type SecretHint struct {
	// Hint is its last four characters.
	Hint string `json:"hint"`
	// CreatedAt is in Unix seconds.
	CreatedAt int64 `json:"created_at"`
	// PreviousValidUntil is until when the one before is valid, too, in Unix seconds; 0 when there is none.
	PreviousValidUntil int64 `json:"previous_valid_until,omitempty"`
}

// ModelBudget is what a workspace's model calls may cost in a calendar month (UTC), and what they did in this one.
type ModelBudget struct {
	// MaxCostUSD is in US dollars; nil for no limit.
	MaxCostUSD *float64 `json:"max_cost_usd"`
	// SpentUSD is in US dollars, as far as prices are known.
	SpentUSD float64 `json:"spent_usd"`
	// PeriodStart is the month's first moment, and PeriodEnd the next month's, in Unix seconds.
	PeriodStart int64 `json:"period_start"`
	PeriodEnd   int64 `json:"period_end"`
}

// NewSecret is a secret just made.
type NewSecret struct {
	// Secret is whsec_… or nensig_…, shown only this once. Printed, it hides itself: string(s.Secret) is its text.
	Secret Secret `json:"secret"`
	// PreviousValidUntil is until when the one before is valid, too, in Unix seconds.
	PreviousValidUntil int64 `json:"previous_valid_until"`
}

// ModelUseDay is what one model was used for on one day.
type ModelUseDay struct {
	// Day is YYYY-MM-DD in UTC.
	Day string `json:"day"`
	// Model is the model's name.
	Model string `json:"model"`
	// Calls is how often it was asked.
	Calls int64 `json:"calls"`
	// InputTokens are those it read afresh.
	InputTokens int64 `json:"input_tokens"`
	// CachedInputTokens came from the provider's cache.
	CachedInputTokens int64 `json:"cached_input_tokens"`
	// CacheWriteTokens were put into it.
	CacheWriteTokens int64 `json:"cache_write_tokens"`
	// OutputTokens are those it wrote.
	OutputTokens int64 `json:"output_tokens"`
	// CostUSD is in US dollars; nil when the model's price is not known.
	CostUSD *float64 `json:"cost_usd"`
}

// GetSettings answers the workspace's settings. It needs [Admin], as do all calls about settings.
func (c *Client) GetSettings(ctx context.Context) (*WorkspaceSettings, error) {
	return read[WorkspaceSettings](ctx, c, newCall(http.MethodGet, "settings"))
}

// SetModelBudget limits what the workspace's model calls may cost in a calendar month, in US dollars.
func (c *Client) SetModelBudget(ctx context.Context, dollars float64) (*ModelBudget, error) {
	return c.budget(ctx, &dollars)
}

// RemoveModelBudget takes the limit away.
func (c *Client) RemoveModelBudget(ctx context.Context) (*ModelBudget, error) {
	return c.budget(ctx, nil)
}

func (c *Client) budget(ctx context.Context, dollars *float64) (*ModelBudget, error) {
	body := map[string]*float64{"max_cost_usd": dollars}
	return read[ModelBudget](ctx, c, newCall(http.MethodPut, "settings", "budget").json(body))
}

// GetModelUse answers what models were used for, by day and model, from since until, exclusively. A zero time leaves
// that end to the server: 30 days, until now.
func (c *Client) GetModelUse(ctx context.Context, since, until time.Time) ([]ModelUseDay, error) {
	call := newCall(http.MethodGet, "settings", "model-use")
	for name, bound := range map[string]time.Time{"since": since, "until": until} {
		if !bound.IsZero() {
			call.query.Set(name, strconv.FormatInt(bound.Unix(), 10))
		}
	}
	var answer struct {
		Days []ModelUseDay `json:"days"`
	}
	err := c.answer(ctx, call, &answer)
	return answer.Days, err
}

// RotateWebhookSecret makes a new secret that signs webhooks, see [ReadWebhook]. The one before stays valid for 24 h.
func (c *Client) RotateWebhookSecret(ctx context.Context) (*NewSecret, error) {
	return c.rotate(ctx, "webhook-secret")
}

// RotateSigningSecret makes a new secret for [Config.SigningSecret]. The one before stays valid for 24 h.
func (c *Client) RotateSigningSecret(ctx context.Context) (*NewSecret, error) {
	return c.rotate(ctx, "signing-secret")
}

// rotate is never repeated: a second rotation would end the validity of the secret before both.
func (c *Client) rotate(ctx context.Context, secret string) (*NewSecret, error) {
	return read[NewSecret](ctx, c, newCall(http.MethodPost, "settings", secret, "rotate"))
}
