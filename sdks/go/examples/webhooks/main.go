// Command webhooks receives the webhooks of runs and prints what they say.
//
//	export NEN_WEBHOOK_SECRET=whsec_…   # by `nen settings rotate-webhook-secret`
//	go run ./examples/webhooks 127.0.0.1:9000
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

// longest is more than any webhook has, in bytes: a result may take 4 MiB.
const longest = 8 << 20

func main() {
	secrets := strings.Fields(os.Getenv("NEN_WEBHOOK_SECRET"))
	if len(os.Args) != 2 || len(secrets) == 0 {
		log.Fatal("usage: NEN_WEBHOOK_SECRET=whsec_… webhooks ADDRESS")
	}
	http.Handle("POST /nen", &receiver{secrets: secrets})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

type receiver struct {
	// secrets are two while one is being replaced.
	secrets []string
	// seen has the ids of webhooks that came already; a program that must not forget them keeps them in its database.
	seen sync.Map
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, longest))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	payload, err := nendesktop.ReadWebhook(request.Header, body, r.secrets...)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if _, known := r.seen.LoadOrStore(request.Header.Get("webhook-id"), true); !known {
		fmt.Println(payload.MessageID, payload.Status, string(payload.Result), payload.Error)
	}
	// Answered within 10 s, or it comes again: what takes longer is done afterwards.
	w.WriteHeader(http.StatusNoContent)
}
