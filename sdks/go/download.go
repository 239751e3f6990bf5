package nendesktop

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// FileOption says more about which file is meant, and how much of it.
type FileOption func(*call)

// WithPath means a folder below the drive's root, such as "Documents/2026". Uploads make it.
func WithPath(folder string) FileOption {
	return func(call *call) { call.set("path", folder) }
}

// WithRange downloads only the bytes from first, counted from 0, to last, inclusive; to the end when last is below 0.
func WithRange(first, last int64) FileOption {
	return func(call *call) {
		until := ""
		if last >= 0 {
			until = strconv.FormatInt(last, 10)
		}
		call.header.Set("Range", fmt.Sprintf("bytes=%d-%s", first, until))
	}
}

// WithETag downloads only what is not that of the tag, see [Download.ETag]; otherwise the call answers
// [ErrNotModified].
func WithETag(tag string) FileOption {
	return func(call *call) { call.header.Set("If-None-Match", tag) }
}

// Download is a file as it comes. Close it.
type Download struct {
	// ContentType is the file's media type.
	ContentType string
	// ETag stands for the file's content as it is now; empty when there is none.
	ETag string
	// Size is how many bytes come; -1 when only their end will tell.
	Size int64
	// Offset is where in the file they begin; more than 0 only with [WithRange].
	Offset int64
	// Total is the size of the whole file in bytes; -1 when it is not known.
	Total int64

	body io.ReadCloser
}

func newDownload(reply *reply) *Download {
	header := reply.header
	d := &Download{ContentType: header.Get("Content-Type"), ETag: header.Get("ETag"), Size: -1, body: reply.stream}
	if size, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil {
		d.Size = size
	}
	d.Total = d.Size
	if reply.status == http.StatusPartialContent {
		d.Total = -1
		span, total, _ := strings.Cut(strings.TrimPrefix(header.Get("Content-Range"), "bytes "), "/")
		first, _, _ := strings.Cut(span, "-")
		if offset, err := strconv.ParseInt(first, 10, 64); err == nil {
			d.Offset = offset
		}
		if whole, err := strconv.ParseInt(total, 10, 64); err == nil {
			d.Total = whole
		}
	}
	return d
}

// Read reads what has come. A connection that breaks is a [*ConnectionError].
func (d *Download) Read(buffer []byte) (int, error) { return d.body.Read(buffer) }

// Close ends the download.
func (d *Download) Close() error { return d.body.Close() }

// Save writes the download to a file, closes it, and answers how many bytes there were. The file appears when it is
// whole, in place of one that was there; its folder has to be there.
func (d *Download) Save(path string) (written int64, err error) {
	defer func() { err = errors.Join(err, d.Close()) }()
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			// Closed already when renaming failed; what matters is the first error.
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if written, err = io.Copy(file, d); err != nil {
		return written, err
	}
	// CreateTemp makes files that only their owner can read, which a saved file need not be.
	if err = file.Chmod(0o644); err != nil {
		return written, err
	}
	if err = file.Close(); err != nil {
		return written, err
	}
	return written, os.Rename(file.Name(), path)
}
