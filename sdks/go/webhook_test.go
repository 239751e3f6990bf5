package nendesktop

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The example of the Standard Webhooks specification.
const (
	standardSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	standardID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	standardTime      = 1614265330
	standardBody      = `{"test": 2432232314}`
	standardSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func standardHeader(signature string) http.Header {
	header := http.Header{}
	header.Set("webhook-id", standardID)
	header.Set("webhook-timestamp", strconv.Itoa(standardTime))
	header.Set("webhook-signature", signature)
	return header
}

func TestTheStandardsOwnExampleIsGood(t *testing.T) {
	now := time.Unix(standardTime, 0)
	for _, signature := range []string{standardSignature, "v1,b2xk " + standardSignature + " v1a,eA=="} {
		for _, at := range []time.Time{now, now.Add(5 * time.Minute), now.Add(-5 * time.Minute)} {
			must(t, verifyStandard(standardHeader(signature), []byte(standardBody), []string{standardSecret}, at))
		}
	}
	must(t, verifyStandard(standardHeader(standardSignature), []byte(standardBody), []string{"whsec_b2xk", standardSecret}, now))
}

func TestWhatIsNotSignedAsItShouldBeIsRefused(t *testing.T) {
	now := time.Unix(standardTime, 0)
	good := []string{standardSecret}
	without := func(name string) http.Header {
		header := standardHeader(standardSignature)
		header.Del(name)
		return header
	}
	with := func(name, value string) http.Header {
		header := standardHeader(standardSignature)
		header.Set(name, value)
		return header
	}
	for name, err := range map[string]error{
		"another body":   verifyStandard(standardHeader(standardSignature), []byte(standardBody+" "), good, now),
		"another secret": verifyStandard(standardHeader(standardSignature), []byte(standardBody), []string{"whsec_b2xk"}, now),
		"another scheme": verifyStandard(standardHeader("v2"+standardSignature[2:]), []byte(standardBody), good, now),
		"no scheme":      verifyStandard(standardHeader(standardSignature[3:]), []byte(standardBody), good, now),
		"too old":        verifyStandard(standardHeader(standardSignature), []byte(standardBody), good, now.Add(301*time.Second)),
		"too new":        verifyStandard(standardHeader(standardSignature), []byte(standardBody), good, now.Add(-301*time.Second)),
		"no id":          verifyStandard(without("webhook-id"), []byte(standardBody), good, now),
		"another id":     verifyStandard(with("webhook-id", "msg_x"), []byte(standardBody), good, now),
		"no time":        verifyStandard(without("webhook-timestamp"), []byte(standardBody), good, now),
		"another time":   verifyStandard(with("webhook-timestamp", "1614265331"), []byte(standardBody), good, now),
		"no number":      verifyStandard(with("webhook-timestamp", "soon"), []byte(standardBody), good, now),
		"the last time":  verifyStandard(with("webhook-timestamp", "9223372036854775807"), []byte(standardBody), good, now),
		"the first time": verifyStandard(with("webhook-timestamp", "-9223372036854775808"), []byte(standardBody), good, now),
		"no signature":   verifyStandard(without("webhook-signature"), []byte(standardBody), good, now),
		"no header":      VerifyHMAC(http.Header{}, []byte(standardBody), standardSecret),
		"a wrong one":    VerifyHMAC(http.Header{"X-Hmac-Signature": {"sha256=00"}}, []byte(standardBody), standardSecret),
		"an old one":     VerifyStandardWebhook(standardHeader(standardSignature), []byte(standardBody), standardSecret),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestASecretThatIsNoneIsNoSignature(t *testing.T) {
	now := time.Unix(standardTime, 0)
	signed := http.Header{"X-Hmac-Signature": {Sign("", []byte("{}"))}}
	for name, err := range map[string]error{
		"empty":         VerifyHMAC(signed, []byte("{}"), ""),
		"one empty":     VerifyHMAC(signed, []byte("{}"), "whsec_b2xk", ""),
		"none":          VerifyHMAC(signed, []byte("{}")),
		"prefix only":   verifyStandard(standardHeader(standardSignature), []byte(standardBody), []string{"whsec_"}, now),
		"not base64":    verifyStandard(standardHeader(standardSignature), []byte(standardBody), []string{"whsec_?"}, now),
		"none standard": verifyStandard(standardHeader(standardSignature), []byte(standardBody), nil, now),
	} {
		if err == nil || errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAWebhookIsReadOnceItIsGood(t *testing.T) {
	body := []byte(`{"workflow_id":"w","message_id":"r","status":"success","expires_at":1,"success":true,"result":{"total":3},"assets":null}`)
	now := strconv.FormatInt(time.Now().Unix(), 10)
	sum := mac([]byte("old"), []byte("msg_1."+now+"."), body)
	header := http.Header{}
	header.Set("X-HMAC-SIGNATURE", Sign(standardSecret, body))
	payload, err := ReadWebhook(header, body, "whsec_b2xk", standardSecret)
	must(t, err)
	equal(t, payload.Status, WebhookSuccess)
	var result struct{ Total int }
	must(t, payload.Decode(&result))
	equal(t, result.Total, 3)

	// The better signature counts when there is one, whatever the other says.
	header.Set("Webhook-Id", "msg_1")
	header.Set("Webhook-Timestamp", now)
	header.Set("Webhook-Signature", "v1,AAAA")
	if _, err = ReadWebhook(header, body, standardSecret); !errors.Is(err, ErrSignature) {
		t.Errorf("got %v", err)
	}
	header.Set("Webhook-Signature", "v1,"+base64Of(sum))
	_, err = ReadWebhook(header, body, "whsec_"+base64Of([]byte("old")))
	must(t, err)
	if _, err = ReadWebhook(http.Header{"X-Hmac-Signature": {Sign("whsec_x", []byte("{"))}}, []byte("{"), "whsec_x"); err == nil {
		t.Error("half a body was read")
	}
}
