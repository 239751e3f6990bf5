package nendesktop

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hmacHeader carries the signature over the raw body, of webhooks and of requests with secrets.
const hmacHeader = "X-Hmac-Signature"

// webhookTolerance is how old, or how far in the future, a webhook may say it is.
const webhookTolerance = 5 * time.Minute

// ErrSignature is a webhook that was not signed with the secret, or too long ago.
var ErrSignature = errors.New("nen: the webhook is not signed as it should be")

// WebhookPayload is what a webhook says.
type WebhookPayload struct {
	// WorkflowID is the workflow's id.
	WorkflowID string `json:"workflow_id"`
	// MessageID is the run's id.
	MessageID string `json:"message_id"`
	// Status is what has become of it.
	Status WebhookStatus `json:"status"`
	// ExpiresAt is when the link in Assets ends, in Unix seconds.
	ExpiresAt int64 `json:"expires_at"`
	RunEnd
}

// Sign is the X-Hmac-Signature of a body: sha256= and the hex HMAC-SHA256 with the secret as text. Requests with secrets
// have it, and webhooks.
func Sign(secret string, body []byte) string {
	return "sha256=" + hex.EncodeToString(mac([]byte(secret), body))
}

// ReadWebhook checks a webhook and answers what it says. The secrets are those of [Client.RotateWebhookSecret], whsec_…;
// several while one is being replaced. The body is the raw one, before anything has parsed it.
//
// It checks the signature of Standard Webhooks when there is one, which covers the time, else X-Hmac-Signature. A webhook
// may come more than once: keep the header webhook-id and drop what you know.
func ReadWebhook(header http.Header, body []byte, secrets ...string) (*WebhookPayload, error) {
	check := VerifyHMAC
	if header.Get("webhook-signature") != "" {
		check = VerifyStandardWebhook
	}
	if err := check(header, body, secrets...); err != nil {
		return nil, err
	}
	var payload WebhookPayload
	if err := json.Unmarshal(body, &payload); err != nil {
		return nil, fmt.Errorf("nen: the webhook's body is not JSON: %w", err)
	}
	return &payload, nil
}

// VerifyHMAC checks the header X-Hmac-Signature of a webhook. It does not cover the time: who has seen an old webhook can
// send it again. What is wrong is an [ErrSignature].
func VerifyHMAC(header http.Header, body []byte, secrets ...string) error {
	theirs := header.Get(hmacHeader)
	if theirs == "" {
		return unsigned("it has no header " + hmacHeader)
	}
	if err := checkSecrets(secrets); err != nil {
		return err
	}
	good := false
	for _, secret := range secrets {
		// All are compared, so that the time does not tell which one fits.
		good = hmac.Equal([]byte(Sign(secret, body)), []byte(theirs)) || good
	}
	if !good {
		return unsigned(hmacHeader + " is not that of this body and secret")
	}
	return nil
}

// VerifyStandardWebhook checks the headers webhook-id, webhook-timestamp and webhook-signature of a webhook, as Standard
// Webhooks has them. One from more than five minutes ago, or hence, is refused. What is wrong is an [ErrSignature].
func VerifyStandardWebhook(header http.Header, body []byte, secrets ...string) error {
	return verifyStandard(header, body, secrets, time.Now())
}

func verifyStandard(header http.Header, body []byte, secrets []string, now time.Time) error {
	id, sent, signatures := header.Get("webhook-id"), header.Get("webhook-timestamp"), header.Get("webhook-signature")
	if id == "" || sent == "" || signatures == "" {
		return unsigned("it lacks one of the headers webhook-id, webhook-timestamp and webhook-signature")
	}
	seconds, err := strconv.ParseInt(sent, 10, 64)
	if err != nil {
		return unsigned("webhook-timestamp is no number of Unix seconds")
	}
	// Seconds are compared rather than times, whose differences end at 292 years.
	if away := now.Unix() - seconds; away > int64(webhookTolerance.Seconds()) || away < -int64(webhookTolerance.Seconds()) {
		return unsigned("webhook-timestamp is more than five minutes away: an old webhook, or a wrong clock")
	}
	if err := checkSecrets(secrets); err != nil {
		return err
	}
	good := false
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) == 0 {
			return errors.New("nen: the webhook secret is not whsec_ and base64, as RotateWebhookSecret answers it")
		}
		sum := mac(key, []byte(id+"."+sent+"."), body)
		ours := []byte("v1," + base64.StdEncoding.EncodeToString(sum))
		for _, theirs := range strings.Fields(signatures) {
			good = hmac.Equal(ours, []byte(theirs)) || good
		}
	}
	if !good {
		return unsigned("none of webhook-signature is that of this body, id, time and secret")
	}
	return nil
}

// checkSecrets refuses what anybody could sign with.
func checkSecrets(secrets []string) error {
	for _, secret := range secrets {
		if secret == "" {
			return errors.New("nen: the webhook secret is empty, it is whsec_… as RotateWebhookSecret answers it")
		}
	}
	if len(secrets) == 0 {
		return errors.New("nen: there is no webhook secret to check with, it is whsec_… as RotateWebhookSecret answers it")
	}
	return nil
}

func unsigned(why string) error { return fmt.Errorf("%w: %s", ErrSignature, why) }

func mac(key []byte, parts ...[]byte) []byte {
	sum := hmac.New(sha256.New, key)
	for _, part := range parts {
		sum.Write(part)
	}
	return sum.Sum(nil)
}
