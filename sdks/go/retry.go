package nendesktop

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	// firstPause is the longest pause before the first repetition; each further one may be twice as long.
	firstPause = 500 * time.Millisecond
	// longestPause bounds what the pauses grow to.
	longestPause = 8 * time.Second
	// longestRetryAfter is the longest time a server may ask to wait; who asks for more gets no repetition, because
	// coming sooner would not be what it asked for.
	longestRetryAfter = 60 * time.Second
)

// again tells whether a call that failed is to be made again, and after which pause.
func (c *Client) again(ctx context.Context, call *call, failure error, try int) (time.Duration, bool) {
	if try >= c.maxRetries || ctx.Err() != nil || !worthRepeating(call, failure) {
		return 0, false
	}
	pause := c.pause(try)
	var answered *APIError
	if errors.As(failure, &answered) && answered.RetryAfter > 0 {
		pause = answered.RetryAfter
	}
	if pause > longestRetryAfter {
		return 0, false
	}
	// To wait for something that the caller will not wait for would only delay the error.
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < pause {
		return 0, false
	}
	if call.upload != nil && !call.upload.again() {
		return 0, false
	}
	return pause, true
}

func worthRepeating(call *call, failure error) bool {
	var broken *ConnectionError
	if errors.As(failure, &broken) {
		switch {
		case broken.hopeless:
			return false
		case broken.timedOut:
			// Only what was made by the first attempt is worth waiting for once more; anything else took too long already.
			return call.repeatable && call.idempotencyKey != ""
		case broken.unsent:
			return true
		}
		return call.repeatable
	}
	var answered *APIError
	if !call.repeatable || !errors.As(failure, &answered) {
		return false
	}
	switch answered.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusConflict:
		// The first request with this key still runs.
		return call.idempotencyKey != "" && answered.RetryAfter > 0
	}
	return false
}

// pause is the time before the repetition number try, from 0: twice as long each time, and spread so that clients that
// failed together do not come back together.
func (c *Client) pause(try int) time.Duration {
	pause := longestPause
	if try < 5 {
		pause = min(pause, firstPause<<try)
	}
	return pause/2 + time.Duration(c.jitter()*float64(pause/2))
}

// wait is over after the pause, or with an error when the context ends before.
func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter reads a Retry-After, in seconds or as a date; 0 when there is none.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 1<<30)) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil && date.After(now) {
		return date.Sub(now)
	}
	return 0
}

// mayHaveArrived tells whether a call that failed can have had its effect all the same.
func mayHaveArrived(failure error) bool {
	var broken *ConnectionError
	if errors.As(failure, &broken) {
		return !broken.unsent
	}
	var answered *APIError
	return errors.As(failure, &answered) &&
		(answered.StatusCode == http.StatusBadGateway || answered.StatusCode == http.StatusGatewayTimeout)
}

// neverSent tells whether a failed request cannot have reached anybody.
func neverSent(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && (operation.Op == "dial" || operation.Op == "proxyconnect")
}
