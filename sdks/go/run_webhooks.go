package nendesktop

import (
	"context"
	"net/http"
)

// WebhookDelivery is where a webhook is on its way.
type WebhookDelivery string

// Where a webhook is on its way.
const (
	DeliveryPending   WebhookDelivery = "pending"
	DeliveryDelivered WebhookDelivery = "delivered"
	DeliveryFailed    WebhookDelivery = "failed"
)

// Webhook is a webhook of a run.
type Webhook struct {
	// WebhookID is msg_…, the header webhook-id, the same for every attempt.
	WebhookID string `json:"webhook_id"`
	// Status is what it says.
	Status WebhookStatus `json:"status"`
	// URL is where it goes.
	URL string `json:"url"`
	// Delivery is where it is on its way.
	Delivery WebhookDelivery `json:"delivery"`
	// NextAttemptAt is when it is tried next, in Unix seconds with a fraction; 0 when it is not.
	NextAttemptAt float64 `json:"next_attempt_at,omitempty"`
	// CreatedAt is in Unix seconds with a fraction.
	CreatedAt float64 `json:"created_at"`
	// Attempts are those made so far, oldest first.
	Attempts []WebhookAttempt `json:"attempts"`
}

// WebhookAttempt is one attempt to deliver a webhook.
type WebhookAttempt struct {
	// Number is 1, 2, 3….
	Number int64 `json:"number"`
	// At is in Unix seconds with a fraction.
	At float64 `json:"at"`
	// DurationMS is how long it took in milliseconds.
	DurationMS float64 `json:"duration_ms"`
	// StatusCode is what the receiver answered; 0 when it did not.
	StatusCode int `json:"status_code,omitempty"`
	// Error is why it failed.
	Error string `json:"error,omitempty"`
}

// ListRunWebhooks answers the webhooks of a run, in the order in which they are sent.
func (c *Client) ListRunWebhooks(ctx context.Context, runID string) ([]Webhook, error) {
	var list struct {
		Webhooks []Webhook `json:"webhooks"`
	}
	err := c.answer(ctx, newCall(http.MethodGet, "runs", runID, "webhooks"), &list)
	return list.Webhooks, err
}

// ResendRunWebhook sends a webhook again, by its id msg_…, and begins its schedule anew.
func (c *Client) ResendRunWebhook(ctx context.Context, runID, webhookID string) (*Webhook, error) {
	return read[Webhook](ctx, c, newCall(http.MethodPost, "runs", runID, "webhooks", webhookID, "resend"))
}
