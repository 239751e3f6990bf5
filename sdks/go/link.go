package nendesktop

import (
	"context"
	"net/http"
	"net/url"
)

// mostLinks is how many links are followed one after the other: the server's to its object store, and one of the store's
// own, with which some answer for a bucket that is elsewhere.
const mostLinks = 2

// takenAlong are the headers of a call that an object store gets: which part of the file is wanted, and what is known of
// it. All others are between the server and the client.
var takenAlong = []string{"Range", "If-Range", "If-None-Match"}

// reach sends the call, and follows the links to an object store with which it may be answered. It answers with the call
// that was sent last, which says whose answer it is.
func (c *Client) reach(parent, ctx context.Context, asked *call, watch *watch) (*http.Response, *call, error) {
	for left := mostLinks; ; left-- {
		request, err := c.request(ctx, asked, watch)
		if err != nil {
			return nil, nil, err
		}
		response, err := c.clientFor(asked).Do(request)
		if err != nil {
			return nil, nil, c.broken(parent, ctx, asked, watch.limit, err)
		}
		link := asked.leads(response)
		if link == nil || left == 0 {
			return response, asked, nil
		}
		_ = response.Body.Close()
		asked = asked.at(link)
	}
}

// clientFor sends the call. Cookies know hosts and no ports, so a store beside the server would get the server's.
func (c *Client) clientFor(call *call) *http.Client {
	if call.store == "" {
		return c.http
	}
	own := *c.http
	own.Jar = nil
	return &own
}

// leads is the link to an object store that the answer is; nil when it is something else, or may not be one.
func (c *call) leads(response *http.Response) *url.URL {
	if !c.mayLead || response.StatusCode != http.StatusTemporaryRedirect {
		return nil
	}
	link, err := url.Parse(response.Header.Get("Location"))
	if err != nil || link.Host == "" || link.User != nil || (link.Scheme != "https" && link.Scheme != "http") {
		return nil
	}
	return link
}

// at is the same call of an object store: by the link alone, which is signed by itself.
func (c *call) at(link *url.URL) *call {
	call := newCall(c.method)
	call.path, call.link, call.store = c.path, link.String(), link.Scheme+"://"+link.Host
	call.accept, call.streamed, call.limit, call.mayLead = c.accept, c.streamed, c.limit, c.mayLead
	for _, name := range takenAlong {
		if value := c.header.Get(name); value != "" {
			call.header.Set(name, value)
		}
	}
	return call
}
