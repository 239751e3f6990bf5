package nendesktop

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
)

// upload is a body that is sent as it is read.
type upload struct {
	body io.Reader
	// size is the number of bytes, -1 when only their end will tell.
	size int64
	// start is where a body that can be sought begins.
	start int64

	// attempt counts from 1. A transport may go on reading after its attempt failed; then it gets nothing more.
	attempt atomic.Int64
	touched atomic.Bool
	// reading is held by whoever reads, so that nobody seeks meanwhile.
	reading sync.Mutex
}

func newUpload(body io.Reader) *upload {
	u := &upload{body: body, size: -1}
	switch body := body.(type) {
	case nil:
		u.size = 0
	case interface{ Len() int }:
		u.size = int64(body.Len())
	case *os.File:
		// Pipes and devices can be neither measured nor sought.
		if info, err := body.Stat(); err != nil || !info.Mode().IsRegular() {
			return u
		}
	}
	if seeker, ok := body.(io.Seeker); ok {
		if start, err := seeker.Seek(0, io.SeekCurrent); err == nil {
			u.start = start
			if end, err := seeker.Seek(0, io.SeekEnd); err == nil {
				u.size = end - start
			}
			if _, err := seeker.Seek(start, io.SeekStart); err != nil {
				u.size = -1
			}
		}
	}
	return u
}

// begin is the body for one attempt, and its length as [http.Request] wants it.
func (u *upload) begin(watch *watch) (io.ReadCloser, int64) {
	number := u.attempt.Add(1)
	if u.size == 0 {
		return http.NoBody, 0
	}
	return &uploadAttempt{upload: u, number: number, watch: watch}, u.size
}

// again makes the body ready for another attempt, and says whether it could.
func (u *upload) again() bool {
	u.finish()
	if !u.touched.Load() {
		return true
	}
	seeker, ok := u.body.(io.Seeker)
	if !ok {
		return false
	}
	u.reading.Lock()
	defer u.reading.Unlock()
	_, err := seeker.Seek(u.start, io.SeekStart)
	return err == nil
}

// finish takes the body away from a transport that still reads it: it belongs to the caller again. It does not wait for
// a source that has nothing to say.
func (u *upload) finish() { u.attempt.Add(1) }

type uploadAttempt struct {
	upload *upload
	number int64
	watch  *watch
}

var errLeft = errors.New("this attempt is over")

func (a *uploadAttempt) Read(buffer []byte) (int, error) {
	a.upload.reading.Lock()
	defer a.upload.reading.Unlock()
	if a.number != a.upload.attempt.Load() {
		return 0, errLeft
	}
	a.upload.touched.Store(true)
	// How long the source takes is not the server's fault.
	a.watch.rest()
	n, err := a.upload.body.Read(buffer)
	a.watch.goOn()
	return n, err
}

// Close leaves the source open: who opened it closes it.
func (a *uploadAttempt) Close() error { return nil }
