package nendesktop

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// leadsTo answers with a link to somewhere else.
func leadsTo(server *fake, path string) http.HandlerFunc {
	return answers(307, "", "Location", server.URL+path)
}

func TestAssetsComeFromTheStoreWithoutAnythingThatIsTheServers(t *testing.T) {
	store, _ := newFake(t, answers(200, "PK", "Content-Type", "binary/octet-stream", "ETag", `"v1"`))
	server, _ := newFake(t, leadsTo(store, "/bucket/assets.zip?X-Amz-Credential=a%2Fb&X-Amz-Signature=secret"))
	jar, err := cookiejar.New(nil)
	must(t, err)
	address, err := url.Parse(server.URL)
	must(t, err)
	jar.SetCookies(address, []*http.Cookie{{Name: "session", Value: "secret"}})
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", HTTPClient: &http.Client{Jar: jar}})
	assets, err := client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip?signature=ours", WithRange(1, 2))
	must(t, err)
	equal(t, assets.Size, 2)
	equal(t, assets.ETag, `"v1"`)
	path := filepath.Join(t.TempDir(), "assets.zip")
	written, err := assets.Save(path)
	must(t, err)
	equal(t, written, 2)
	// The jar has it for this host.
	equal(t, server.only(t).header.Get("Cookie"), "session=secret")
	got := store.only(t)
	equal(t, got.method, "GET")
	equal(t, got.path, "/bucket/assets.zip?X-Amz-Credential=a%2Fb&X-Amz-Signature=secret")
	equal(t, got.header.Get("Range"), "bytes=1-2")
	for _, name := range []string{"Authorization", "X-Api-Key", "Cookie", "Idempotency-Key", "X-Hmac-Signature", "Referer"} {
		equal(t, got.header.Get(name), "")
	}
}

func TestOnlyWhatTheStoreHasToKnowIsTakenAlong(t *testing.T) {
	asked := newCall(http.MethodGet, "runs").creating([]RequestOption{WithIdempotencyKey("mine")})
	asked.header.Set("X-Hmac-Signature", "secret")
	asked.header.Set("If-Range", `"v1"`)
	WithETag(`"v1"`)(asked)
	link, err := url.Parse("https://store.example/a?signature=secret")
	must(t, err)
	led := asked.at(link)
	equal(t, len(led.header), 2)
	equal(t, led.header.Get("If-Range"), `"v1"`)
	equal(t, led.header.Get("If-None-Match"), `"v1"`)
}

func TestTwoLinksAreFollowedAndNotThree(t *testing.T) {
	store, _ := newFake(t, answers(200, "PK"))
	second, _ := newFake(t, leadsTo(store, "/a?signature=secret"))
	first, _ := newFake(t, leadsTo(second, "/a?signature=secret"))
	server, client := newFake(t, leadsTo(second, "/a?signature=secret"), leadsTo(first, "/a?signature=secret"))
	text, err := readAll(client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip"))
	must(t, err)
	equal(t, string(text), "PK")
	_, err = client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip")
	if !errors.Is(err, ErrNotNen) || !strings.Contains(err.Error(), second.URL) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	equal(t, len(store.all()), 1)
}

func TestAStoreThatRefusesIsSaidWithoutTheSignature(t *testing.T) {
	xml := "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><Signature>secret</Signature></Error>"
	for status, kind := range map[int]error{403: ErrPermission, 404: ErrNotFound, 500: ErrServer, 503: ErrServer} {
		store, _ := newFake(t, answers(status, xml, "Content-Type", "application/xml"))
		server, _ := newFake(t, leadsTo(store, "/a?signature=secret"))
		client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", MaxRetries: -1})
		_, err := client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip?signature=secret")
		if !errors.Is(err, kind) || strings.Contains(fmt.Sprintf("%#v", err), "secret") {
			t.Errorf("got %v", err)
			continue
		}
		equal(t, err.Error(), fmt.Sprintf("nen: GET /runs/r/assets.zip answered %d: the object store at %s, where the server has its files, refused it (AccessDenied): ask again for another link, and if that is refused, too, it is for who runs the server", status, store.URL))
	}
}

func TestAStoreThatIsBusyIsAskedAgainByANewLink(t *testing.T) {
	store, _ := newFake(t, answers(503, ""), answers(200, "PK"))
	server, client := newFake(t, leadsTo(store, "/a?1"), leadsTo(store, "/a?2"))
	text, err := readAll(client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip"))
	must(t, err)
	equal(t, string(text), "PK")
	equal(t, store.all()[1].path, "/a?2")
}

func TestAStoreThatIsNotThereOrFallsSilentIsNamed(t *testing.T) {
	store, _ := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		sends(w, "PK")
		neverAnswers(w, r)
	})
	gone := httptest.NewServer(nil)
	gone.Close()
	server, _ := newFake(t, leadsTo(store, "/a?signature=secret"), leadsTo(&fake{Server: gone}, "/a?signature=secret"))
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", IdleTimeout: 300 * time.Millisecond})
	assets, err := client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip")
	must(t, err)
	defer assets.Close()
	_, err = io.ReadAll(assets)
	var broken *ConnectionError
	if !errors.As(err, &broken) || !broken.Timeout() || !strings.Contains(err.Error(), "the object store at "+store.URL) {
		t.Errorf("got %v", err)
	}
	_, err = client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip")
	if !errors.Is(err, ErrConnection) || !strings.Contains(err.Error(), "the object store at "+gone.URL) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestWhatMayNotLeadElsewhereIsNotFollowed(t *testing.T) {
	store, _ := newFake(t, says(200, aDesktop))
	server, client := newFake(t, leadsTo(store, "/a?signature=secret"))
	moved, other := newFake(t, answers(302, "", "Location", store.URL+"/a?signature=secret"))
	odd, third := newFake(t, answers(307, "", "Location", "file:///etc/passwd"))
	own, fourth := newFake(t, answers(307, "", "Location", "/login?signature=secret"))
	for name, ask := range map[string]func() error{
		"a call":           func() error { return drop(client.GetDesktop(t.Context(), "dsk_1")) },
		"a creation":       func() error { return drop(client.CreateDesktop(t.Context(), "")) },
		"another download": func() error { return drop(client.OpenFile(t.Context(), "dsk_1", "a")) },
		"another status":   func() error { return drop(other.DownloadAssets(t.Context(), moved.URL+"/runs/r/assets.zip")) },
		"another scheme":   func() error { return drop(third.DownloadAssets(t.Context(), odd.URL+"/runs/r/assets.zip")) },
		"a path":           func() error { return drop(fourth.DownloadAssets(t.Context(), own.URL+"/runs/r/assets.zip")) },
	} {
		if err := ask(); !errors.Is(err, ErrNotNen) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	equal(t, len(server.all()), 3)
	equal(t, len(store.all()), 0)
}
