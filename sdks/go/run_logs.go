package nendesktop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// LogStream is where a line of a run's log comes from.
type LogStream string

// Where a line of a run's log comes from.
const (
	LogStdout LogStream = "stdout"
	LogStderr LogStream = "stderr"
	// LogSystem is what Nen has to say.
	LogSystem LogStream = "system"
)

// LogRecord is one line of a run's log.
type LogRecord struct {
	// Seq is 1, 2, 3… within a run.
	Seq int64 `json:"seq"`
	// At is in Unix seconds with a fraction.
	At float64 `json:"at"`
	// Stream is who said it.
	Stream LogStream `json:"stream"`
	// Text is what was said, without the line's end.
	Text string `json:"text"`
}

// Time is At.
func (r LogRecord) Time() time.Time { return unixTime(r.At) }

// LogOption says which lines of a log to tell.
type LogOption func(*runLog)

// Following goes on until the run has ended.
func Following() LogOption {
	return func(log *runLog) { log.follow = true }
}

// AfterLine begins after the line with this number.
func AfterLine(seq int64) LogOption {
	return func(log *runLog) { log.after = seq }
}

// RunLogs goes through a run's log, oldest line first. With [Following] it goes on until the run has ended; a broken
// connection is made again and goes on where it was. The last thing that is told may be an error.
func (c *Client) RunLogs(ctx context.Context, runID string, options ...LogOption) iter.Seq2[LogRecord, error] {
	return func(yield func(LogRecord, error) bool) {
		log := &runLog{client: c, runID: runID}
		for _, option := range options {
			option(log)
		}
		stopped := false
		err := log.read(ctx, func(record LogRecord) bool {
			stopped = !yield(record, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(LogRecord{}, err)
		}
	}
}

// RunLogText answers a run's log as text, a line each with time and stream before what was said, as it comes. Close it.
// With [Following] it ends with the run, but also when the server stops.
func (c *Client) RunLogText(ctx context.Context, runID string, options ...LogOption) (io.ReadCloser, error) {
	log := &runLog{client: c, runID: runID}
	for _, option := range options {
		option(log)
	}
	return log.open(ctx, "text/plain")
}

// runLog is where reading a run's log is.
type runLog struct {
	client *Client
	runID  string
	// after is the number of the last line that is known.
	after  int64
	follow bool
	// run is the run at its end, when it was followed.
	run *Run
}

func (l *runLog) open(ctx context.Context, kind string) (io.ReadCloser, error) {
	call := newCall(http.MethodGet, "runs", l.runID, "logs")
	call.accept = kind
	if l.after != 0 {
		call.query.Set("after", strconv.FormatInt(l.after, 10))
	}
	if l.follow {
		call.query.Set("follow", "true")
	}
	reply, err := l.client.open(ctx, call, kind)
	if err != nil {
		return nil, err
	}
	return reply.stream, nil
}

// recordKind is the media type of a log with a record to a line.
const recordKind = "application/x-ndjson"

// read hands all lines on, until one is not wanted any more.
func (l *runLog) read(ctx context.Context, handOn func(LogRecord) bool) error {
	open := func(ctx context.Context) (io.ReadCloser, error) { return l.open(ctx, recordKind) }
	take := func(body io.Reader) (came, last bool, err error) { return l.take(body, handOn) }
	rest := following{open: open, take: take, ended: func(context.Context) (bool, error) { return true, nil }}
	ended := func(ctx context.Context) (bool, error) {
		if over, err := l.hasEnded(ctx); !over || err != nil || l.run == nil || l.after == afterAll {
			return over, err
		}
		// Lines may have been said between the end of the connection and that of the run.
		l.follow = false
		_, over, err := connection(ctx, rest)
		return over, err
	}
	return l.client.follow(ctx, following{open: open, take: take, ended: ended})
}

// take hands on the lines of one connection.
func (l *runLog) take(body io.Reader, handOn func(LogRecord) bool) (came, last bool, err error) {
	lines := lineScanner(body)
	for lines.Scan() {
		var record LogRecord
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			if !lines.Scan() && lines.Err() != nil {
				// The break cut the line off. It comes again.
				return came, false, lines.Err()
			}
			return came, false, fmt.Errorf("nen: a line of the log is no record: %w", err)
		}
		came = true
		if record.Seq <= l.after {
			continue
		}
		l.after = record.Seq
		if !handOn(record) {
			return came, true, nil
		}
	}
	return came, false, lines.Err()
}

// hasEnded tells whether there is nothing more to come after a connection that ended: when it was followed, it may have
// been the server that stopped.
func (l *runLog) hasEnded(ctx context.Context) (bool, error) {
	if !l.follow {
		return true, nil
	}
	run, err := l.client.GetRun(ctx, l.runID)
	switch {
	case errors.Is(err, ErrNotFound):
		// It was forgotten meanwhile.
		return true, nil
	case err != nil:
		return false, err
	case run.RunStatus.Ended():
		l.run = run
	}
	return l.run != nil, nil
}
