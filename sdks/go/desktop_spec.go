package nendesktop

import (
	"maps"
	"time"
)

// DesktopSpec is what a desktop should be like. Everything may be left out.
type DesktopSpec struct {
	// DesktopType is "sandbox", the only one so far.
	DesktopType string `json:"desktop_type,omitempty"`
	// Name is shown to people, 1 to 128 characters.
	Name string `json:"name,omitempty"`
	// Display is the screen, each side 320 to 7680 pixels; 1280 by 800 when it is nil.
	Display *Size `json:"display,omitempty"`
	// Tools are those it offers, of computer, bash, clipboard and windows; computer when there are none.
	Tools []string `json:"tools,omitempty"`
	// TimeoutSeconds is the age in seconds at which it is deleted whatever happens; never when it is 0.
	TimeoutSeconds int64 `json:"timeout_seconds,omitempty"`
	// IdleTimeoutSeconds is the time in seconds without a call after which OnIdle happens, 0 for never; 1800 when it is
	// nil.
	IdleTimeoutSeconds *int64 `json:"idle_timeout_seconds,omitempty"`
	// OnIdle is what happens then; it is paused when this is empty.
	OnIdle OnIdle `json:"on_idle,omitempty"`
	// Network is what it may reach; what its workspace may when this is empty.
	Network Network `json:"network,omitempty"`
	// Env is the environment of its programs. It is no place for secrets.
	Env map[string]string `json:"env,omitempty"`
	// Metadata are labels of yours, at most 50, by which lists can be filtered.
	Metadata map[string]string `json:"metadata,omitempty"`
	// StartURL is a web page to open at once.
	StartURL string `json:"start_url,omitempty"`
}

// CreateOption says something about a desktop that is to be made, or about the call: [WithName] and its like, or a
// [RequestOption].
type CreateOption interface{ create(*creation) }

type creation struct {
	spec    DesktopSpec
	request []RequestOption
}

// specOption is a CreateOption about the desktop.
type specOption func(*DesktopSpec)

func (o specOption) create(c *creation) { o(&c.spec) }

func (o RequestOption) create(c *creation) { c.request = append(c.request, o) }

// WithSpec takes all fields of a specification, in place of what was said before it.
func WithSpec(spec DesktopSpec) CreateOption {
	return specOption(func(s *DesktopSpec) { *s = spec })
}

// WithName names the desktop for people, 1 to 128 characters.
func WithName(name string) CreateOption {
	return specOption(func(s *DesktopSpec) { s.Name = name })
}

// WithDisplay gives the desktop a screen of this size in pixels, 320 to 7680 a side.
func WithDisplay(width, height int) CreateOption {
	return specOption(func(s *DesktopSpec) { s.Display = &Size{width, height} })
}

// WithTools gives the desktop these tools, of computer, bash, clipboard and windows.
func WithTools(names ...string) CreateOption {
	return specOption(func(s *DesktopSpec) { s.Tools = names })
}

// WithStartURL opens a web page at once. It may still be loading when the desktop is there.
func WithStartURL(address string) CreateOption {
	return specOption(func(s *DesktopSpec) { s.StartURL = address })
}

// WithLifetime deletes the desktop at this age, whatever happens; in whole seconds.
func WithLifetime(age time.Duration) CreateOption {
	return specOption(func(s *DesktopSpec) { s.TimeoutSeconds = seconds(age) })
}

// WithIdleTimeout says what happens when nobody has called the desktop for this time, in whole seconds; 0 for never.
func WithIdleTimeout(idle time.Duration, then OnIdle) CreateOption {
	return specOption(func(s *DesktopSpec) {
		whole := seconds(idle)
		s.IdleTimeoutSeconds, s.OnIdle = &whole, then
	})
}

// WithNetwork says what the desktop may reach.
func WithNetwork(network Network) CreateOption {
	return specOption(func(s *DesktopSpec) { s.Network = network })
}

// WithEnv adds a variable to the environment of the desktop's programs, all of which can read it.
func WithEnv(name, value string) CreateOption {
	return specOption(func(s *DesktopSpec) { s.Env = with(s.Env, name, value) })
}

// WithMetadata adds a label of yours, see [HavingMetadata].
func WithMetadata(key, value string) CreateOption {
	return specOption(func(s *DesktopSpec) { s.Metadata = with(s.Metadata, key, value) })
}

// with is a copy with one more entry: the map may be the caller's own.
func with(entries map[string]string, key, value string) map[string]string {
	entries = maps.Clone(entries)
	if entries == nil {
		entries = map[string]string{}
	}
	entries[key] = value
	return entries
}

// seconds rounds up, so that a time of less than a second does not become none.
func seconds(duration time.Duration) int64 {
	return int64((duration + time.Second - 1) / time.Second)
}
