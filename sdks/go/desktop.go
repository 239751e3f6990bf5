package nendesktop

import (
	"encoding/json"
	"fmt"
)

// DesktopStatus is where a desktop is in its life. It is an alias, so that programs that keep it in a string go on
// compiling.
type DesktopStatus = string

// Where a desktop is in its life.
const (
	DesktopCreating DesktopStatus = "creating"
	DesktopRunning  DesktopStatus = "running"
	// DesktopPaused wakes by itself when something is asked of it.
	DesktopPaused DesktopStatus = "paused"
	// DesktopFailed can be started again by resuming, with its home and drive.
	DesktopFailed  DesktopStatus = "error"
	DesktopDeleted DesktopStatus = "deleted"
)

// OnIdle is what happens when nobody called a desktop for its idle time.
type OnIdle string

// What happens when nobody called a desktop for its idle time.
const (
	PauseOnIdle  OnIdle = "pause"
	DeleteOnIdle OnIdle = "delete"
)

// Provisioning is how a desktop came to run.
type Provisioning string

// How a desktop came to run.
const (
	// ProvisionedWarm ran before it was asked for.
	ProvisionedWarm Provisioning = "warm"
	// ProvisionedCold was started for the request.
	ProvisionedCold Provisioning = "cold"
)

// Size is a width and a height in pixels.
type Size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Desktop is a desktop as it was when the server was asked, and a handle with which to act on it. Its methods never
// change it: those that answer a *Desktop answer a new one.
type Desktop struct {
	// DesktopID is dsk_ and twelve lower-case letters and digits.
	DesktopID string `json:"desktop_id"`
	// DesktopType is "sandbox".
	DesktopType string `json:"desktop_type"`
	// Status is where it is in its life.
	Status DesktopStatus `json:"status"`
	// WorkspaceID is its owner.
	WorkspaceID string `json:"workspace_id"`
	// Name is shown to people; empty when it has none.
	Name string `json:"name,omitempty"`
	// Error is why it failed, when its status is "error".
	Error string `json:"error,omitempty"`
	// Display is its screen.
	Display Size `json:"display,omitzero"`
	// Tools are the tools it offers.
	Tools []string `json:"tools,omitempty"`
	// Network is what it may reach.
	Network Network `json:"network,omitempty"`
	// Provisioning is how it came to run.
	Provisioning Provisioning `json:"provisioning,omitempty"`
	// Metadata are labels of its creator.
	Metadata map[string]string `json:"metadata,omitempty"`
	// TimeoutSeconds is the age in seconds at which it is deleted; 0 for never.
	TimeoutSeconds int64 `json:"timeout_seconds,omitempty"`
	// IdleTimeoutSeconds is the time in seconds without a call after which OnIdle happens; 0 for never.
	IdleTimeoutSeconds int64 `json:"idle_timeout_seconds"`
	// OnIdle is what happens then.
	OnIdle OnIdle `json:"on_idle,omitempty"`
	// Session is its live view while there is one; lists do not carry it.
	Session *SessionInfo `json:"session,omitempty"`
	// CreatedAt is in Unix seconds.
	CreatedAt int64 `json:"created_at"`
	// UpdatedAt is the last change of its state or name, in Unix seconds.
	UpdatedAt int64 `json:"updated_at"`

	// InstanceID, PublicIP, PrivateIP and ControllerARN are told by Nen's cloud only.
	InstanceID    string `json:"instance_id,omitempty"`
	PublicIP      string `json:"public_ip,omitempty"`
	PrivateIP     string `json:"private_ip,omitempty"`
	ControllerARN string `json:"controller_arn,omitempty"`

	client   *Client
	defaults []ExecuteOption
}

func (d *Desktop) lacks() string {
	if d.DesktopID == "" {
		return "desktop_id"
	}
	return ""
}

// String is the desktop's id and status.
func (d *Desktop) String() string {
	if d.Status == "" {
		return d.DesktopID
	}
	return fmt.Sprintf("%s (%s)", d.DesktopID, d.Status)
}

// DeleteResponse is the answer to a deletion.
type DeleteResponse struct {
	// DesktopID is the desktop that is gone.
	DesktopID string `json:"desktop_id"`
	// Status is "deleted".
	Status DesktopStatus `json:"status"`
}

// Point is a place on the screen in pixels of the full screenshot, from its top left.
type Point struct{ X, Y int }

// MarshalJSON writes [x, y].
func (p Point) MarshalJSON() ([]byte, error) { return json.Marshal([2]int{p.X, p.Y}) }

// UnmarshalJSON reads [x, y].
func (p *Point) UnmarshalJSON(text []byte) error {
	var pair [2]int
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	p.X, p.Y = pair[0], pair[1]
	return nil
}

// String is "(x, y)".
func (p Point) String() string { return fmt.Sprintf("(%d, %d)", p.X, p.Y) }
