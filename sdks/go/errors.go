package nendesktop

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kinds of errors, for [errors.Is].
var (
	// ErrBadRequest is 400: something in the request cannot be taken.
	ErrBadRequest = errors.New("nen: bad request")
	// ErrAuthentication is 401, or a key that is missing: no key, a wrong one, or a wrong signature.
	ErrAuthentication = errors.New("nen: not authenticated")
	// ErrPermission is 403: the key lacks a scope, or the request its signature.
	ErrPermission = errors.New("nen: not permitted")
	// ErrNotFound is 404: no such desktop, session, file, key, workflow, run or webhook in this workspace.
	ErrNotFound = errors.New("nen: not found")
	// ErrConflict is 409: a person holds the desktop, a run has ended already, or another state is in the way.
	ErrConflict = errors.New("nen: conflict")
	// ErrExpired is 410: a signed link that is too old.
	ErrExpired = errors.New("nen: expired")
	// ErrTooLarge is 413: a body over 1 MiB, a workflow over 8 MiB, an upload over 100 MiB.
	ErrTooLarge = errors.New("nen: too large")
	// ErrRange is 416: a range outside the file.
	ErrRange = errors.New("nen: range not satisfiable")
	// ErrUnprocessable is 422: an Idempotency-Key with another body, or the agent could not do it.
	ErrUnprocessable = errors.New("nen: unprocessable")
	// ErrRateLimit is 429: a quota of the workspace is used up.
	ErrRateLimit = errors.New("nen: rate limit")
	// ErrServer is 500 and above: the server, the desktop, a model's provider, or what stands before them failed.
	ErrServer = errors.New("nen: server error")
	// ErrNotModified is 304: what was asked for is the same as before, see [WithETag].
	ErrNotModified = errors.New("nen: not modified")
	// ErrConnection is a server that could not be asked, or whose answer did not come, see [ConnectionError].
	ErrConnection = errors.New("nen: no connection")
	// ErrNotNen is an answer that Nen does not give: the base URL leads elsewhere.
	ErrNotNen = errors.New("nen: not a Nen server")
	// ErrTooOld is a server that does not have this call yet.
	ErrTooOld = errors.New("nen: the server is too old")
)

// statusOf has the error kinds that are one status.
var statusOf = map[error]int{
	ErrBadRequest:     http.StatusBadRequest,
	ErrAuthentication: http.StatusUnauthorized,
	ErrPermission:     http.StatusForbidden,
	ErrNotFound:       http.StatusNotFound,
	ErrConflict:       http.StatusConflict,
	ErrExpired:        http.StatusGone,
	ErrTooLarge:       http.StatusRequestEntityTooLarge,
	ErrRange:          http.StatusRequestedRangeNotSatisfiable,
	ErrUnprocessable:  http.StatusUnprocessableEntity,
	ErrRateLimit:      http.StatusTooManyRequests,
}

// APIError is an answer that is an error, or none that Nen gives.
type APIError struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Body is the answer's text, at most 64 KiB of it.
	Body string
	// Message says what was wrong and what would be right, in the server's words. Models understand it: hand it on.
	Message string
	// Code is the kind of error in a word, as workflows, runs and settings tell it; empty for desktops.
	Code string
	// RequestID is the answer's x-request-id, for those who run the server; empty when it had none.
	RequestID string
	// RetryAfter is how long the server asks to wait; 0 when it does not.
	RetryAfter time.Duration
	// Method and Path are what was asked for, without the query.
	Method, Path string

	// hint is what this package knows about it beside the server's words.
	hint            string
	foreign, tooOld bool
}

// Error is one sentence with everything that helps.
func (e *APIError) Error() string {
	message := e.Message
	if message == "" {
		message = e.Body
	}
	text := fmt.Sprintf("nen: %s %s answered %d: %s", e.Method, e.Path, e.StatusCode, message)
	if e.Method == "" {
		text = fmt.Sprintf("nen: status %d: %s", e.StatusCode, message)
	}
	if e.hint != "" {
		text += ": " + e.hint
	}
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	return text
}

// Is tells whether the error is of a kind, such as [ErrNotFound]. An answer that is not Nen's is [ErrNotNen] only, and
// that of a server without this call [ErrTooOld] only, because their status says nothing about what was asked for.
func (e *APIError) Is(kind error) bool {
	switch {
	case e.foreign:
		return kind == ErrNotNen
	case e.tooOld:
		return kind == ErrTooOld
	case kind == ErrServer:
		return e.StatusCode >= 500
	}
	status, known := statusOf[kind]
	return known && status == e.StatusCode
}

// ConnectionError is a call that got no answer: the server could not be reached, the connection broke, or it took too
// long.
type ConnectionError struct {
	// Method and Path are what was asked for, without the query.
	Method, Path string
	// Err is the cause.
	Err error
	// IdempotencyKey is that of a creating call. What it was to create may exist: the same call with
	// [WithIdempotencyKey] answers it.
	IdempotencyKey string

	text                                string
	unsent, hopeless, timedOut, byOwner bool
}

// Error says what was wrong and what would be right.
func (e *ConnectionError) Error() string {
	text := fmt.Sprintf("nen: %s %s: %s", e.Method, e.Path, e.text)
	if e.IdempotencyKey != "" && !e.unsent && !e.hopeless {
		text += fmt.Sprintf("; what it was to create may exist, ask again with Idempotency-Key %q for it", e.IdempotencyKey)
	}
	return text
}

// Unwrap is the cause: that of the network, or context.Canceled and context.DeadlineExceeded.
func (e *ConnectionError) Unwrap() error { return e.Err }

// Is tells whether the error is an [ErrConnection], which it is unless its own context ended the call.
func (e *ConnectionError) Is(kind error) bool { return kind == ErrConnection && !e.byOwner }

// Timeout tells whether the call took too long.
func (e *ConnectionError) Timeout() bool { return e.timedOut }

// notModified is a 304.
type notModified struct{ method, path string }

func (e *notModified) Error() string {
	return fmt.Sprintf("nen: %s %s: it is the same as before", e.method, e.path)
}

func (e *notModified) Is(kind error) bool { return kind == ErrNotModified }
