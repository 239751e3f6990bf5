package nendesktop

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// AuditEntry is something that somebody did.
type AuditEntry struct {
	// ID is aud_….
	ID string `json:"id"`
	// At is Unix seconds with a fraction.
	At float64 `json:"at"`
	// Action is what was done, such as key.create.
	Action string `json:"action"`
	// Actor is who did it: the name of a key, "human" for somebody with a link to the live view, empty when nobody is
	// known.
	Actor string `json:"actor"`
	// KeyID is the key's; empty without one.
	KeyID string `json:"key_id"`
	// Address is where the request came from, as far as that is known.
	Address string `json:"address"`
	// Object is the id of what it was done to.
	Object string `json:"object"`
	// RequestID is that of the request, as in x-request-id and in the server's log.
	RequestID string `json:"request_id"`
	// Detail is an object with more about it.
	Detail json.RawMessage `json:"detail"`
}

// AuditList is a page of the audit log.
type AuditList struct {
	// Entries are newest first.
	Entries []AuditEntry `json:"entries"`
	// NextCursor is for [AuditAfter]; empty when there are no more.
	NextCursor string `json:"next_cursor,omitempty"`
}

// AuditFilter says which entries of the audit log are wanted.
type AuditFilter func(url.Values)

// AuditAction wants only this action or, with a dot at its end, all whose names begin so.
func AuditAction(action string) AuditFilter {
	return func(query url.Values) { query.Set("action", action) }
}

// AuditActor wants only what this key did, by its name or id.
func AuditActor(actor string) AuditFilter {
	return func(query url.Values) { query.Set("actor", actor) }
}

// AuditObject wants only what was done to this, by its id.
func AuditObject(id string) AuditFilter {
	return func(query url.Values) { query.Set("object", id) }
}

// AuditSince wants only entries from this time on.
func AuditSince(since time.Time) AuditFilter {
	return func(query url.Values) { query.Set("since", strconv.FormatInt(since.Unix(), 10)) }
}

// AuditPageSize wants so many entries at once, 1 to 200; 50 without this option.
func AuditPageSize(count int) AuditFilter {
	return func(query url.Values) { query.Set("limit", strconv.Itoa(count)) }
}

// AuditAfter wants the page after that of [AuditList.NextCursor].
func AuditAfter(cursor string) AuditFilter {
	return func(query url.Values) { query.Set("cursor", cursor) }
}

// ListAudit answers one page of who did what, newest first. It needs [Admin].
func (c *Client) ListAudit(ctx context.Context, filters ...AuditFilter) (*AuditList, error) {
	call := newCall(http.MethodGet, "audit")
	for _, filter := range filters {
		filter(call.query)
	}
	return read[AuditList](ctx, c, call)
}
