package nendesktop

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// mostBreaks is how often in a row a stream may break before anything comes, until following it ends with the error.
// With the pauses between them that is about 25 s: enough for a server to start anew.
const mostBreaks = 6

// following is a stream that is opened again where it broke off.
type following struct {
	// open makes a connection that begins after what is known already.
	open func(context.Context) (io.ReadCloser, error)
	// take reads a connection to its end, and says whether anything came and whether that was all there will be. Its
	// error is one of the connection.
	take func(io.Reader) (came, last bool, err error)
	// ended says of a connection that ended without an error whether there is nothing more to come.
	ended func(context.Context) (bool, error)
}

// follow reads a stream to its very end.
func (c *Client) follow(ctx context.Context, stream following) error {
	breaks := 0
	for first := true; ; first = false {
		came, over, err := connection(ctx, stream)
		switch {
		case over:
			return nil
		case err != nil && (first && !came || !mayComeBack(err) || c.maxRetries == 0):
			return err
		case isSilence(err):
			// It may have been an old connection that nobody held any more. That took long enough to ask again at once.
			breaks = 0
			continue
		case came:
			breaks = 0
		}
		if breaks++; breaks > mostBreaks {
			if err == nil {
				err = errors.New("nen: the server ends the stream again and again before anything comes")
			}
			return err
		}
		if ended := c.wait(ctx, c.pause(breaks-1)); ended != nil {
			return fmt.Errorf("nen: following ended with its context: %w", ended)
		}
	}
}

// connection reads one connection to its end. It says whether anything came, and whether that was all there will be.
func connection(ctx context.Context, stream following) (came, over bool, err error) {
	body, err := stream.open(ctx)
	if err != nil {
		return false, false, err
	}
	came, over, err = stream.take(body)
	// The answer was read, or is not wanted any more: what closing says changes nothing.
	_ = body.Close()
	if over || err != nil {
		return came, over, err
	}
	over, err = stream.ended(ctx)
	return came, over, err
}

// mayComeBack tells whether what failed may work a little later.
func mayComeBack(err error) bool {
	var broken *ConnectionError
	if errors.As(err, &broken) {
		return !broken.byOwner && !broken.hopeless
	}
	return errors.Is(err, ErrServer) || errors.Is(err, ErrRateLimit)
}

// isSilence tells whether a stream was given up because nothing came for the idle timeout.
func isSilence(err error) bool {
	var broken *ConnectionError
	return errors.As(err, &broken) && broken.timedOut && !broken.byOwner
}
