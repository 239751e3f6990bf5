package nendesktop

import (
	"context"
	"io"
	"net/http"
)

// File is one entry of a folder on a desktop's drive.
type File struct {
	// Name is without its folder.
	Name string `json:"name"`
	// Size is in bytes; 0 for a folder.
	Size int64 `json:"size"`
	// Modified is the last change, in Unix seconds with a fraction.
	Modified float64 `json:"modified"`
	// IsDir is whether it is a folder.
	IsDir bool `json:"is_dir,omitempty"`
}

// UploadFileResponse is the answer to an upload.
type UploadFileResponse struct {
	// Success is always true: an upload that failed is an error.
	Success bool `json:"success"`
	// Size is how many bytes were stored.
	Size int64 `json:"size"`
	// Filename is the name they were stored under.
	Filename string `json:"filename"`
}

// fileCall is a call about one folder or file of the drive.
func fileCall(method, desktopID string, name []string, options []FileOption) *call {
	call := newCall(method, append([]string{"desktops", desktopID, "files"}, name...)...)
	for _, option := range options {
		option(call)
	}
	return call
}

// ListFiles answers what is in the root of a desktop's drive, or in the folder of [WithPath].
func (c *Client) ListFiles(ctx context.Context, desktopID string, options ...FileOption) ([]File, error) {
	var list struct {
		Files []File `json:"files"`
	}
	err := c.answer(ctx, fileCall(http.MethodGet, desktopID, nil, options), &list)
	return list.Files, err
}

// UploadFile puts a file onto a desktop's drive, at most 100 MiB, in place of one that was there. It is sent as it is
// read, so it may be of any length; a body is read but not closed. An empty content type is application/octet-stream.
//
// An upload that breaks off leaves nothing behind, and is not sent again.
func (c *Client) UploadFile(ctx context.Context, desktopID, name string, body io.Reader, contentType string, options ...FileOption) (*UploadFileResponse, error) {
	call := fileCall(http.MethodPost, desktopID, []string{name}, options)
	call.send(body, contentType)
	return read[UploadFileResponse](ctx, c, call)
}

// DownloadFile answers a file of a desktop's drive as it comes, and its content type. Close it. [Client.OpenFile] tells
// more about it.
func (c *Client) DownloadFile(ctx context.Context, desktopID, name string, options ...FileOption) (io.ReadCloser, string, error) {
	download, err := c.OpenFile(ctx, desktopID, name, options...)
	if err != nil {
		return nil, "", err
	}
	return download, download.ContentType, nil
}

// OpenFile answers a file of a desktop's drive as it comes. Close it.
func (c *Client) OpenFile(ctx context.Context, desktopID, name string, options ...FileOption) (*Download, error) {
	return c.download(ctx, fileCall(http.MethodGet, desktopID, []string{name}, options))
}

// DeleteFile removes a file or an empty folder from a desktop's drive.
func (c *Client) DeleteFile(ctx context.Context, desktopID, name string, options ...FileOption) error {
	return c.answer(ctx, fileCall(http.MethodDelete, desktopID, []string{name}, options), nil)
}

func (c *Client) download(ctx context.Context, call *call) (*Download, error) {
	call.accept = "*/*"
	call.limit.long = true
	reply, err := c.open(ctx, call)
	if err != nil {
		return nil, err
	}
	return newDownload(reply), nil
}

// send makes a stream the call's body.
func (c *call) send(body io.Reader, contentType string) {
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	c.header.Set("Content-Type", contentType)
	c.upload = newUpload(body)
	c.limit.long = true
}

// Files are the files on the drive of one desktop.
type Files struct{ desktop *Desktop }

// List answers what is in the drive's root, or in the folder of [WithPath].
func (f *Files) List(ctx context.Context, options ...FileOption) ([]File, error) {
	return f.desktop.of().ListFiles(ctx, f.desktop.DesktopID, options...)
}

// Upload puts a file onto the drive, see [Client.UploadFile].
func (f *Files) Upload(ctx context.Context, name string, body io.Reader, contentType string, options ...FileOption) (*UploadFileResponse, error) {
	return f.desktop.of().UploadFile(ctx, f.desktop.DesktopID, name, body, contentType, options...)
}

// Open answers a file as it comes. Close it.
func (f *Files) Open(ctx context.Context, name string, options ...FileOption) (*Download, error) {
	return f.desktop.of().OpenFile(ctx, f.desktop.DesktopID, name, options...)
}

// Read answers a whole file.
func (f *Files) Read(ctx context.Context, name string, options ...FileOption) ([]byte, error) {
	return readAll(f.Open(ctx, name, options...))
}

// Save writes a file of the drive to a path of this machine, and answers how many bytes there were.
func (f *Files) Save(ctx context.Context, name, path string, options ...FileOption) (int64, error) {
	download, err := f.Open(ctx, name, options...)
	if err != nil {
		return 0, err
	}
	return download.Save(path)
}

// Delete removes a file or an empty folder.
func (f *Files) Delete(ctx context.Context, name string, options ...FileOption) error {
	return f.desktop.of().DeleteFile(ctx, f.desktop.DesktopID, name, options...)
}

func readAll(download *Download, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer download.Close()
	return io.ReadAll(download)
}
