package nendesktop

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// where says from where a base URL comes, in every sentence that is about it.
const where = "Config.BaseURL or NEN_API_URL"

// refused makes an error of an answer that is one.
func (c *Client) refused(call *call, response *http.Response, body []byte) error {
	failure := c.described(call, response.StatusCode, response.Header, body)
	var fields struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	var first string
	if !isObject(body) || json.Unmarshal(body, &fields) != nil || json.Unmarshal(fields.Error, &first) != nil {
		c.explainForeign(failure, response.Header)
		return failure
	}
	failure.Message = first
	if fields.Message != "" {
		failure.Code, failure.Message = first, fields.Message
	}
	c.explain(failure)
	return failure
}

// storeCode is where the stores of all makers say in a word what was wrong.
var storeCode = regexp.MustCompile(`<Code>(\w+)</Code>`)

// refusedByStore makes an error of what an object store answers in place of a file. The answer's text is not kept: it may
// repeat the link with its signature.
func (c *Client) refusedByStore(call *call, response *http.Response, body []byte) error {
	failure := c.described(call, response.StatusCode, response.Header, nil)
	failure.foreign = response.StatusCode < 400
	failure.Message = "the object store at " + call.store + ", where the server has its files, refused it"
	if code := storeCode.FindSubmatch(body); code != nil {
		failure.Message += " (" + string(code[1]) + ")"
	}
	failure.hint = "ask again for another link, and if that is refused, too, it is for who runs the server"
	return failure
}

// foreign makes an error of an answer that was read and is none of Nen's.
func (c *Client) foreign(call *call, reply *reply, cause error) error {
	failure := c.described(call, reply.status, reply.header, reply.body)
	c.explainForeign(failure, reply.header)
	if cause != nil && !isPage(reply.header) {
		failure.hint = cause.Error() + ": " + failure.hint
	}
	return failure
}

func (c *Client) described(call *call, status int, header http.Header, body []byte) *APIError {
	return &APIError{
		StatusCode: status, Body: string(body), Method: call.method, Path: call.path,
		RequestID: header.Get("X-Request-Id"), RetryAfter: retryAfter(header, time.Now()),
	}
}

// explain adds what a person would do about it.
func (c *Client) explain(failure *APIError) {
	switch {
	case failure.StatusCode == http.StatusUnauthorized && failure.Code == "invalid_signature":
		failure.hint = "the secret comes from Config.SigningSecret or NEN_SIGNING_SECRET, and RotateSigningSecret makes one"
	case failure.StatusCode == http.StatusUnauthorized:
		failure.hint = "the key comes from Config.APIKey or NEN_API_KEY"
	case failure.Code == "hmac_required_for_secure_params":
		failure.hint = "set Config.SigningSecret or NEN_SIGNING_SECRET, and the request is signed"
	case c.base != nil && strings.Trim(c.base.Path, "/") != "" && lacksPath(failure, c.base.EscapedPath()+failure.Path):
		failure.foreign = true
		failure.hint = fmt.Sprintf("leave the path %s away from %s", c.base.Path, where)
	case lacksPath(failure, failure.Path):
		failure.tooOld = true
		failure.hint = fmt.Sprintf("the server at %s does not have this call: it is older than this client (%s), so update it", c.address(), Version)
	}
}

// lacksPath tells whether an answer is about the path itself rather than about what it names: a method that is not
// there, or a text that repeats the whole path, which Nen's does for paths it does not know.
func lacksPath(failure *APIError, path string) bool {
	if failure.StatusCode == http.StatusMethodNotAllowed {
		return true
	}
	return failure.StatusCode == http.StatusNotFound && strings.Contains(failure.Message, `"`+path+`"`)
}

// explainForeign says that an answer is not Nen's, and who may have given it.
func (c *Client) explainForeign(failure *APIError, header http.Header) {
	kind := mediaType(header)
	if kind == "" {
		kind = "text without a type"
	}
	status := http.StatusText(failure.StatusCode)
	switch code := failure.StatusCode; {
	case code >= 300 && code < 400:
		failure.foreign = true
		failure.Message = "a redirect to " + redirectTarget(header)
		failure.hint = fmt.Sprintf("Nen answers none here, set %s to the server's own address", where)
	case code < 300 || code == http.StatusBadRequest || code == http.StatusNotFound || code == http.StatusMethodNotAllowed:
		failure.foreign = true
		failure.Message = "this is not what Nen answers (" + kind + ")"
		failure.hint = fmt.Sprintf("set %s to the address of a Nen server, %s is none", where, c.address())
	default:
		// A gateway's own page: its status is true all the same.
		failure.Message = fmt.Sprintf("%s (%s, so from something between here and Nen)", status, kind)
	}
}

func redirectTarget(header http.Header) string {
	target, err := url.Parse(header.Get("Location"))
	if err != nil || target.Host == "" {
		return "another path"
	}
	return target.Scheme + "://" + target.Host
}

// placeOf names who is asked.
func (c *Client) placeOf(call *call) string {
	if call.store != "" {
		return "the object store at " + call.store
	}
	return c.address()
}

func (c *Client) address() string {
	if c.base == nil {
		return "the base URL"
	}
	return c.base.Redacted()
}

// broken makes an error of an attempt that got no answer, or not all of one.
func (c *Client) broken(parent, ctx context.Context, call *call, limit time.Duration, err error) error {
	// Its text would repeat the whole address with its query.
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	failure := &ConnectionError{
		Method: call.method, Path: call.path, Err: err, IdempotencyKey: call.idempotencyKey, unsent: neverSent(err),
	}
	var unknown *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case parent.Err() != nil:
		failure.byOwner, failure.Err = true, parent.Err()
		failure.timedOut = errors.Is(parent.Err(), context.DeadlineExceeded)
		failure.text = "its context ended before the answer: " + parent.Err().Error()
	case errors.Is(context.Cause(ctx), errSilent):
		failure.timedOut, failure.Err = true, context.DeadlineExceeded
		failure.text = fmt.Sprintf("no answer from %s within %s, %s gives it longer", c.placeOf(call), limit, call.limitName())
	case call.store != "":
		failure.hopeless = errors.As(err, &certificate) || (errors.As(err, &unknown) && unknown.IsNotFound)
		failure.text = fmt.Sprintf("%s, where the server has its files, gave no whole answer: %s", c.placeOf(call), err)
	case errors.Is(err, syscall.ECONNREFUSED):
		failure.text = fmt.Sprintf("no server listens at %s: start one with `nen serve`, or set %s to where it is", c.address(), where)
	case errors.As(err, &unknown) && unknown.IsNotFound:
		failure.hopeless = true
		failure.text = fmt.Sprintf("there is no host %s: set %s to the address of a Nen server", unknown.Name, where)
	case errors.Is(err, http.ErrSchemeMismatch):
		failure.hopeless = true
		failure.text = fmt.Sprintf("the server does not speak https: write http:// in %s", where)
	case errors.As(err, &certificate):
		failure.hopeless = true
		failure.text = fmt.Sprintf("the certificate of %s is not trusted: %s", c.address(), certificate.Err)
	default:
		failure.text = fmt.Sprintf("the connection to %s broke before the whole answer had come: %s", c.address(), err)
	}
	return failure
}

// limitName is what makes an attempt's time longer.
func (c *call) limitName() string {
	switch {
	case c.limit.exactly != 0:
		return "WithTimeout"
	case c.streamed:
		return "Config.LongTimeout for the beginning and Config.IdleTimeout for the rest"
	case c.limit.long:
		return "Config.LongTimeout"
	}
	return "Config.Timeout"
}
