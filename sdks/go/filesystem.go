package nendesktop

import (
	"context"
	"io"
	"net/http"
)

// Folder is a folder of a desktop.
type Folder struct {
	// Path is absolute.
	Path string `json:"path"`
	// Files are its regular files that fit the pattern, by name.
	Files []FolderFile `json:"files"`
}

// FolderFile is a regular file below a folder.
type FolderFile struct {
	// Name is its path below the folder.
	Name string `json:"name"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// Modified is the last change, in Unix seconds with a fraction.
	Modified float64 `json:"modified"`
}

// ListFolder answers the regular files of a folder, which is an absolute path of the desktop or one that begins with ~.
// The pattern is as in a shell, *.pdf or **/*.csv; all files of the folder itself when it is empty.
func (c *Client) ListFolder(ctx context.Context, desktopID, path, pattern string) (*Folder, error) {
	call := newCall(http.MethodGet, "desktops", desktopID, "fs").set("pattern", pattern)
	call.query.Set("path", path)
	return read[Folder](ctx, c, call)
}

// ReadFile answers a file of a desktop as it comes, by an absolute path or one that begins with ~. Close it.
func (c *Client) ReadFile(ctx context.Context, desktopID, path string, options ...FileOption) (*Download, error) {
	call := newCall(http.MethodGet, "desktops", desktopID, "fs", "content")
	for _, option := range options {
		option(call)
	}
	call.query.Set("path", path)
	return c.download(ctx, call)
}

// WriteFile writes a file of a desktop, by an absolute path or one that begins with ~, in place of one that was there.
// It is sent as it is read. One that breaks off changes nothing, and is sent again when the body can be sought.
func (c *Client) WriteFile(ctx context.Context, desktopID, path string, body io.Reader) error {
	return c.answer(ctx, writeCall(desktopID, path, body), nil)
}

// AppendFile adds to the end of a file of a desktop, once all of the body has arrived. It is never sent again.
func (c *Client) AppendFile(ctx context.Context, desktopID, path string, body io.Reader) error {
	call := writeCall(desktopID, path, body)
	call.query.Set("append", "true")
	call.repeatable = false
	return c.answer(ctx, call, nil)
}

func writeCall(desktopID, path string, body io.Reader) *call {
	call := newCall(http.MethodPut, "desktops", desktopID, "fs", "content")
	call.query.Set("path", path)
	call.send(body, "")
	return call
}

// Filesystem are all files that the user of one desktop can reach, by absolute paths or ones that begin with ~.
type Filesystem struct{ desktop *Desktop }

// List answers the regular files of a folder, see [Client.ListFolder].
func (f *Filesystem) List(ctx context.Context, path, pattern string) (*Folder, error) {
	return f.desktop.of().ListFolder(ctx, f.desktop.DesktopID, path, pattern)
}

// Open answers a file as it comes. Close it.
func (f *Filesystem) Open(ctx context.Context, path string, options ...FileOption) (*Download, error) {
	return f.desktop.of().ReadFile(ctx, f.desktop.DesktopID, path, options...)
}

// Read answers a whole file.
func (f *Filesystem) Read(ctx context.Context, path string, options ...FileOption) ([]byte, error) {
	return readAll(f.Open(ctx, path, options...))
}

// Write writes a file, see [Client.WriteFile].
func (f *Filesystem) Write(ctx context.Context, path string, body io.Reader) error {
	return f.desktop.of().WriteFile(ctx, f.desktop.DesktopID, path, body)
}

// Append adds to the end of a file, see [Client.AppendFile].
func (f *Filesystem) Append(ctx context.Context, path string, body io.Reader) error {
	return f.desktop.of().AppendFile(ctx, f.desktop.DesktopID, path, body)
}
