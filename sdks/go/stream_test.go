package nendesktop

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestADownloadIsHandedOnAsItComes(t *testing.T) {
	goOn := make(chan struct{})
	_, client := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		sends(w, "first,")
		<-goOn
		sends(w, "second")
	})
	body, kind, err := client.DownloadFile(t.Context(), "dsk_1", "a.csv", WithPath("2026/May"))
	must(t, err)
	defer body.Close()
	equal(t, kind, "text/csv")
	piece := make([]byte, 6)
	_, err = io.ReadFull(body, piece)
	must(t, err)
	equal(t, string(piece), "first,")
	close(goOn)
	rest, err := io.ReadAll(body)
	must(t, err)
	equal(t, string(rest), "second")
}

func TestAPartOfAFileKnowsWhereItIs(t *testing.T) {
	server, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "a.txt", time.Unix(1795362805, 0), strings.NewReader("0123456789"))
	})
	part, err := client.OpenFile(t.Context(), "dsk_1", "a.txt", WithRange(2, 4))
	must(t, err)
	text, err := readAll(part, nil)
	must(t, err)
	equal(t, string(text), "234")
	equal(t, part.Offset, 2)
	equal(t, part.Size, 3)
	equal(t, part.Total, 10)
	text, err = client.Desktop("dsk_1").Filesystem().Read(t.Context(), "~/a.txt", WithRange(7, -1))
	must(t, err)
	equal(t, string(text), "789")
	equal(t, server.all()[1].header.Get("Range"), "bytes=7-")
	equal(t, server.all()[1].path, "/desktops/dsk_1/fs/content?path=~%2Fa.txt")
}

func TestAFileThatIsTheSameIsNotSentAgain(t *testing.T) {
	server, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		http.ServeContent(w, r, "a.txt", time.Time{}, strings.NewReader("text"))
	})
	whole, err := client.OpenFile(t.Context(), "dsk_1", "a.txt")
	must(t, err)
	must(t, whole.Close())
	equal(t, whole.Total, 4)
	_, err = client.OpenFile(t.Context(), "dsk_1", "a.txt", WithETag(whole.ETag))
	if !errors.Is(err, ErrNotModified) {
		t.Errorf("got %v", err)
	}
	equal(t, len(server.all()), 2)
}

func TestASavedFileAppearsOnlyWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.bin")
	must(t, os.WriteFile(path, []byte("before"), 0o600))
	_, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		sends(w, "half of it")
		hangsUp(w, r)
	}, answers(200, "all of it"))
	files := client.Desktop("dsk_1").Files()
	if _, err := files.Save(t.Context(), "a.bin", path); !errors.Is(err, ErrConnection) {
		t.Errorf("got %v", err)
	}
	kept, err := os.ReadFile(path)
	must(t, err)
	equal(t, string(kept), "before")
	written, err := files.Save(t.Context(), "a.bin", path)
	must(t, err)
	equal(t, written, 9)
	kept, err = os.ReadFile(path)
	must(t, err)
	equal(t, string(kept), "all of it")
	entries, err := os.ReadDir(folder)
	must(t, err)
	equal(t, len(entries), 1)
}

func TestASilentDownloadEndsAndASlowReaderDoesNot(t *testing.T) {
	server, _ := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		sends(w, "some")
		neverAnswers(w, r)
	})
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test", IdleTimeout: 300 * time.Millisecond})
	download, err := client.OpenFile(t.Context(), "dsk_1", "a")
	must(t, err)
	defer download.Close()
	_, err = io.ReadFull(download, make([]byte, 4))
	must(t, err)
	// The clock stands while nobody reads, so only the watch's own timer can tell; it must not be running now.
	stream := download.body.(*streamBody)
	equal(t, stream.watch.timer.Stop(), false)
	_, err = download.Read(make([]byte, 1))
	var broken *ConnectionError
	if !errors.As(err, &broken) || !broken.Timeout() || !strings.Contains(err.Error(), "Config.IdleTimeout") {
		t.Errorf("got %v", err)
	}
}

func TestAnUploadIsSentAsItIsRead(t *testing.T) {
	arrived := make(chan string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		piece := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, piece)
		arrived <- string(piece)
		rest, _ := io.ReadAll(r.Body)
		if r.ContentLength != -1 {
			t.Errorf("the length was said to be %d", r.ContentLength)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"success":true,"size":10,"filename":"`+string(rest)+`"}`)
	}))
	defer server.Close()
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test"})
	reader, writer := io.Pipe()
	go func() {
		_, _ = io.WriteString(writer, "first")
		// Only once that has arrived is there more to read.
		if <-arrived == "first" {
			_, _ = io.WriteString(writer, "after")
		}
		_ = writer.Close()
	}()
	answer, err := client.UploadFile(t.Context(), "dsk_1", "pipe", reader, "text/plain")
	must(t, err)
	equal(t, *answer, UploadFileResponse{true, 10, "after"})
}

func TestAnUploadOfKnownLengthSaysIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	must(t, os.WriteFile(path, []byte("Umsätze"), 0o600))
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	server, client := newFake(t, says(200, `{"success":true,"size":8,"filename":"a"}`))
	for i, body := range []io.Reader{file, strings.NewReader("Umsätze"), io.LimitReader(strings.NewReader("Umsätze"), 99), nil, strings.NewReader("")} {
		_, err = client.UploadFile(t.Context(), "dsk_1", "a b/ü", body, "")
		must(t, err)
		got := server.all()[i]
		equal(t, got.length, []int64{8, 8, -1, 0, 0}[i])
		equal(t, got.body, []string{"Umsätze", "Umsätze", "Umsätze", "", ""}[i])
		equal(t, got.path, "/desktops/dsk_1/files/a%20b%2F%C3%BC")
		equal(t, got.header.Get("Content-Type"), "application/octet-stream")
	}
	// It is the caller's, who may go on with it.
	_, err = file.Seek(0, io.SeekStart)
	must(t, err)
}

func TestAnUploadThatIsRefusedSaysWhy(t *testing.T) {
	_, client := newFake(t, says(413, `{"error":"over 100 MiB"}`))
	if _, err := client.UploadFile(t.Context(), "dsk_1", "a", strings.NewReader("x"), ""); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	_, client = newFake(t, says(200, `{}`))
	_, err := client.UploadFile(t.Context(), "dsk_1", "a", iotestError{}, "")
	if !errors.Is(err, errUnreadable) {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerDoesNotWaitForASourceThatSaysNothing(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Otherwise it would be this server that waits for the body first.
		_ = http.NewResponseController(w).EnableFullDuplex()
		says(401, `{"error":"the API key is unknown"}`)(w, r)
	}))
	defer server.Close()
	client := newClient(Config{BaseURL: server.URL, APIKey: "sk_nen_test"})
	silent, writer := io.Pipe()
	defer writer.Close()
	if _, err := client.UploadFile(t.Context(), "dsk_1", "a", silent, ""); !errors.Is(err, ErrAuthentication) {
		t.Errorf("got %v", err)
	}
}

var errUnreadable = errors.New("the disk is broken")

type iotestError struct{}

func (iotestError) Read([]byte) (int, error) { return 0, errUnreadable }

func TestAssetsAreFetchedByTheirLinkWithoutTheKey(t *testing.T) {
	var server *fake
	run := `{"workflow_id":"w","message_id":"r","run_status":"completed","success":true,"assets":`
	server, client := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		says(200, run+`"`+server.URL+`/runs/r/assets.zip?expires=1&signature=secret"}`)(w, r)
	}, answers(200, "PK", "Content-Type", "application/zip"), says(410, `{"error":"expired","message":"the link has expired"}`))
	assets, err := client.DownloadRunAssets(t.Context(), "r")
	must(t, err)
	text, err := readAll(assets, nil)
	must(t, err)
	equal(t, string(text), "PK")
	got := server.all()[1]
	equal(t, got.path, "/runs/r/assets.zip?expires=1&signature=secret")
	equal(t, got.header.Get("Authorization"), "")
	_, err = client.DownloadAssets(t.Context(), server.URL+"/runs/r/assets.zip?signature=secret")
	if !errors.Is(err, ErrExpired) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	_, client = newFake(t, says(200, run+"null}"))
	if _, err = client.DownloadRunAssets(t.Context(), "r"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
