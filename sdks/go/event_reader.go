package nendesktop

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// longestLine bounds what one line of a stream may take of memory, in bytes.
const longestLine = 16 << 20

// eventReader takes server-sent events apart.
type eventReader struct {
	lines *bufio.Scanner
	// came is whether anything came, be it only a sign of life.
	came bool
}

func newEventReader(body io.Reader) *eventReader { return &eventReader{lines: lineScanner(body)} }

func lineScanner(body io.Reader) *bufio.Scanner {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 4096), longestLine)
	return lines
}

// next is the next event's kind and data; io.EOF when there are no more. One that breaks off is none.
func (r *eventReader) next() (kind, data string, err error) {
	var lines []string
	for r.lines.Scan() {
		r.came = true
		line := r.lines.Text()
		if line == "" {
			if len(lines) > 0 {
				return kind, strings.Join(lines, "\n"), nil
			}
			kind = ""
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "event":
			kind = value
		case "data":
			lines = append(lines, value)
		}
		// The id stands in the data, too. A line that begins with a colon is a sign of life.
	}
	if err := r.lines.Err(); err != nil {
		return "", "", err
	}
	return "", "", io.EOF
}

// unlessEnd is the error, when it is another than that there is nothing more to read.
func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// event reads an event's data. What is not an event as Nen writes them is handed on as it is.
func event(kind, data string) Event {
	read := Event{}
	if json.Unmarshal([]byte(data), &read) == nil && read.Kind != "" {
		return read
	}
	raw := json.RawMessage(data)
	if !json.Valid(raw) {
		// A string always is JSON.
		raw, _ = json.Marshal(data)
	}
	return Event{Kind: EventKind(kind), Data: raw}
}
