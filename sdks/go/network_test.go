package nendesktop

import (
	"encoding/json"
	"testing"
)

func TestANetworkIsAWordOrAList(t *testing.T) {
	for _, text := range []string{`"internet"`, `"none"`, `{"allow":["example.com","*.example.com:443"]}`} {
		var network Network
		must(t, json.Unmarshal([]byte(text), &network))
		back, err := json.Marshal(network)
		must(t, err)
		equal(t, string(back), text)
	}
	equal(t, len(NetworkAllow("a.test", "b.test").Allowed()), 2)
	equal(t, NetworkNone.Allowed() == nil, true)
	one, other := NetworkAllow("a.test"), NetworkAllow("a.test")
	equal(t, one == other, true)
	nothing, err := json.Marshal(NetworkAllow())
	must(t, err)
	equal(t, string(nothing), `{"allow":[]}`)
}
