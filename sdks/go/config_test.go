package nendesktop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestTheEnvironmentFillsWhatTheConfigurationLeavesOut(t *testing.T) {
	server, _ := newFake(t, says(200, `[]`))
	t.Setenv("NEN_API_URL", server.URL+"/")
	t.Setenv("NEN_API_KEY", "sk_nen_environment\n")
	_, err := New(Config{}).ListDesktops(t.Context())
	must(t, err)
	equal(t, server.only(t).header.Get("Authorization"), "Bearer sk_nen_environment")
	_, err = New(Config{APIKey: "sk_nen_given"}).ListDesktops(t.Context())
	must(t, err)
	equal(t, server.all()[1].header.Get("Authorization"), "Bearer sk_nen_given")
}

func TestZeroFieldsAreTheDefaultsAndNegativeOnesNone(t *testing.T) {
	t.Setenv("NEN_API_URL", "")
	usual := New(Config{})
	equal(t, usual.base.String(), "http://127.0.0.1:8700")
	equal(t, usual.timeout, 30*time.Second)
	equal(t, usual.longTimeout, 120*time.Second)
	equal(t, usual.idleTimeout, 60*time.Second)
	equal(t, usual.maxRetries, 2)
	none := New(Config{Timeout: -1, LongTimeout: -1, IdleTimeout: -1, MaxRetries: -1})
	equal(t, none.timeout+none.longTimeout+none.idleTimeout, 0)
	equal(t, none.maxRetries, 0)
}

func TestAnActionsOwnTimeIsAddedToItsTimeout(t *testing.T) {
	client := New(Config{LongTimeout: time.Minute})
	request := executeRequest{limit: limit{long: true, more: 30 * time.Second}}
	equal(t, client.limitOf(&call{limit: request.limit}), 90*time.Second)
	WithTimeout(time.Second)(&request)
	equal(t, client.limitOf(&call{limit: request.limit}), time.Second)
	WithTimeout(-1)(&request)
	equal(t, client.limitOf(&call{limit: request.limit}), 0)
	equal(t, client.limitOf(&call{}), 30*time.Second)
}

func TestAKeyIsMissedBeforeAnythingIsSent(t *testing.T) {
	server, _ := newFake(t, says(200, `{"status":"ok","version":"0.1.0"}`))
	t.Setenv("NEN_API_KEY", "")
	client := New(Config{BaseURL: server.URL})
	_, err := client.CreateDesktop(t.Context(), "sandbox")
	if !errors.Is(err, ErrAuthentication) || !strings.Contains(err.Error(), "set Config.APIKey or NEN_API_KEY") {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 0)
	_, err = New(Config{BaseURL: server.URL, APIKey: "sk_nen_täst"}).GetRun(t.Context(), "x")
	if !errors.Is(err, ErrAuthentication) || strings.Contains(err.Error(), "täst") {
		t.Errorf("got %v", err)
	}
	health, err := client.Health(t.Context())
	must(t, err)
	equal(t, health.Version, "0.1.0")
	equal(t, server.only(t).header.Get("Authorization"), "")
}

func TestABaseURLThatIsNoneIsToldByTheFirstCall(t *testing.T) {
	for _, address := range []string{"localhost:8700", "127.0.0.1:8700", "ftp://host", "http://", "::", "https://host/?x=1"} {
		_, err := New(Config{BaseURL: address, APIKey: "sk_nen_test"}).ListDesktops(t.Context())
		if err == nil || !strings.Contains(err.Error(), "base URL") {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

func TestNoSecretIsEverPrinted(t *testing.T) {
	config := Config{APIKey: "sk_nen_hidden", SigningSecret: "nensig_hidden", BaseURL: "http://user:hidden@127.0.0.1:1"}
	key := &NewKey{Key: Key{ID: "key_1"}, Secret: "sk_nen_hidden"}
	desktop := New(config).Desktop("dsk_1")
	_, refused := New(config).ListDesktops(t.Context())
	_, unreadable := New(Config{APIKey: "sk_nen_hidden", BaseURL: "user:hidden@host"}).ListDesktops(t.Context())
	odd := Config{APIKey: "sk_nen_hidden", BaseURL: "user:hidden@host"}
	for _, value := range []any{config, &config, odd, New(config), *New(config), key, *key, desktop, *desktop, refused, unreadable} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("Made", "value", value)
		slog.New(slog.NewTextHandler(&log, nil)).Info("Made", "value", value)
		if _, isKey := value.(*NewKey); isKey {
			// Its JSON is what the API answers, which is how programs keep it.
			log.Reset()
		}
		if _, isKey := value.(NewKey); isKey {
			log.Reset()
		}
		shown := log.String() + fmt.Sprintf("%v %+v %#v %s", value, value, value, value)
		if strings.Contains(shown, "hidden@") || strings.Contains(shown, "_hidden") {
			t.Errorf("%T is shown as %s", value, shown)
		}
	}
	written, err := json.Marshal(config)
	must(t, err)
	if strings.Contains(string(written), "_hidden") {
		t.Errorf("%s", written)
	}
	equal(t, string(key.Secret), "sk_nen_hidden")
}
