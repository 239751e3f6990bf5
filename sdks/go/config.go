package nendesktop

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Version is that of this package. It goes into the User-Agent of every request.
const Version = "0.1.0"

// What a zero field of [Config] stands for.
const (
	DefaultBaseURL     = "http://127.0.0.1:8700"
	DefaultTimeout     = 30 * time.Second
	DefaultLongTimeout = 120 * time.Second
	DefaultIdleTimeout = 60 * time.Second
	DefaultMaxRetries  = 2
)

// Config says how a [Client] reaches its server. The zero value takes everything from the environment.
type Config struct {
	// APIKey is sk_nen_…; NEN_API_KEY when it is empty.
	APIKey string `json:"-"`
	// BaseURL is the server's address, with http:// or https://; NEN_API_URL when it is empty, else [DefaultBaseURL].
	BaseURL string
	// Timeout is the longest time that one attempt of an ordinary call may take; 30 s when it is 0, unlimited when it is
	// negative.
	Timeout time.Duration
	// LongTimeout is that of Execute and Calls, and the longest time that an upload or download may go without progress
	// before its answer begins; 120 s when it is 0, unlimited when it is negative. What an action waits or holds by
	// itself is added.
	LongTimeout time.Duration
	// IdleTimeout is the longest silence within a stream (downloads, events, logs); 60 s when it is 0, unlimited when it
	// is negative. Events and logs are then asked for again, downloads fail.
	IdleTimeout time.Duration
	// MaxRetries is how often a call that may be repeated is repeated; 2 when it is 0, never when it is negative.
	MaxRetries int
	// SigningSecret is nensig_…, with which runs that have secrets are signed; NEN_SIGNING_SECRET when it is empty.
	SigningSecret string `json:"-"`
	// HTTPClient is used in place of one of this package's own. Its Timeout would end streams, so leave it 0. Redirects
	// are not followed whatever it says, but for those of DownloadAssets: an object store that they lead to gets neither
	// the key nor cookies, only what a Transport of yours adds by itself.
	HTTPClient *http.Client `json:"-"`
}

// String describes the configuration without its secrets.
func (c Config) String() string {
	return fmt.Sprintf("nendesktop.Config{BaseURL: %q, APIKey: %s}", shownURL(c.BaseURL), concealed(c.APIKey))
}

// GoString describes the configuration without its secrets.
func (c Config) GoString() string { return c.String() }

// LogValue describes the configuration without its secrets.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

func concealed(secret string) string {
	if secret == "" {
		return "none"
	}
	return "[hidden]"
}

// shownURL is an address without the password that may stand in it.
func shownURL(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Host == "" && address != "") {
		return "[unreadable]"
	}
	return parsed.Redacted()
}

// Secret is a text that is shown once and must not get into logs: printed, it hides itself. Convert it to use it, as in
// string(key.Secret).
type Secret string

// String hides the secret.
func (s Secret) String() string { return concealed(string(s)) }

// GoString hides the secret.
func (s Secret) GoString() string { return concealed(string(s)) }

// LogValue hides the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// parseBase reads a base URL, or says what would be one.
func parseBase(address string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		// Not shownURL: what cannot be read as an address may have a password anywhere.
		return nil, fmt.Errorf("nen: the base URL in Config.BaseURL or NEN_API_URL must be an address such as %s or https://nen.example.com", DefaultBaseURL)
	}
	if base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("nen: the base URL %s must end before ? and #", DefaultBaseURL)
	}
	return base, nil
}

// checkKey says what is wrong with a key that cannot be one. It never repeats it.
func checkKey(key string) error {
	if key == "" {
		return &missingKey{"there is no API key: set Config.APIKey or NEN_API_KEY to a key of this server (sk_nen_…)"}
	}
	for _, c := range key {
		if c <= ' ' || c > '~' {
			return &missingKey{"the API key in Config.APIKey or NEN_API_KEY has a character that no key has: it is sk_nen_ and letters and digits"}
		}
	}
	return nil
}

// missingKey is an [ErrAuthentication] that was found before anything was sent.
type missingKey struct{ text string }

func (e *missingKey) Error() string        { return "nen: " + e.text }
func (e *missingKey) Is(target error) bool { return target == ErrAuthentication }

// orEnvironment is the value, else that of an environment variable, without white space around it: keys are often read
// from files that end with a newline.
func orEnvironment(value, name string) string {
	if value = strings.TrimSpace(value); value == "" {
		value = strings.TrimSpace(os.Getenv(name))
	}
	return value
}

// orDefault is the duration, its default when it is 0, and 0 for none when it is negative.
func orDefault(duration, usual time.Duration) time.Duration {
	switch {
	case duration == 0:
		return usual
	case duration < 0:
		return 0
	}
	return duration
}
