package nendesktop

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// Network is what a desktop may reach: [NetworkInternet], [NetworkNone], or what [NetworkAllow] lists.
type Network string

// What a desktop may reach.
const (
	NetworkInternet Network = "internet"
	NetworkNone     Network = "none"
)

// listed stands before what a list holds; entries hold no commas.
const listed = "allow:"

// NetworkAllow lets a desktop reach these places and nothing else: example.com, *.example.com for every name below it,
// 203.0.113.0/24, host.nen for exposed ports of the host, each also with :port.
func NetworkAllow(places ...string) Network {
	return Network(listed + strings.Join(places, ","))
}

// Allowed is what the network lists, nil when it is not a list.
func (n Network) Allowed() []string {
	places, is := strings.CutPrefix(string(n), listed)
	if !is {
		return nil
	}
	if places == "" {
		return []string{}
	}
	return strings.Split(places, ",")
}

type allowList struct {
	Allow []string `json:"allow"`
}

// MarshalJSON writes it as the server takes it.
func (n Network) MarshalJSON() ([]byte, error) {
	if places := n.Allowed(); places != nil {
		return json.Marshal(allowList{places})
	}
	return json.Marshal(string(n))
}

// UnmarshalJSON reads what the server wrote.
func (n *Network) UnmarshalJSON(text []byte) error {
	var word string
	if json.Unmarshal(text, &word) == nil {
		*n = Network(word)
		return nil
	}
	var list allowList
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*n = NetworkAllow(list.Allow...)
	return nil
}

// WorkspaceNetwork is what the desktops and workflows of a workspace may reach at most.
type WorkspaceNetwork struct {
	Network Network `json:"network"`
}

// SetWorkspaceNetwork says what the workspace's desktops and workflows that begin from now on may reach at most. Desktops
// that are created without a network get it. [NetworkInternet] takes every limit away.
func (c *Client) SetWorkspaceNetwork(ctx context.Context, network Network) (*WorkspaceNetwork, error) {
	body := WorkspaceNetwork{network}
	return read[WorkspaceNetwork](ctx, c, newCall(http.MethodPut, "settings", "network").json(body))
}
