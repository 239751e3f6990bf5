// Package nendesktop is the Go client of Nen: desktops that programs and models drive by mouse, keyboard and screen,
// and workflows that run on them.
//
// A [Client] has every call of the API. A [Desktop] is what calls about desktops answer, and a handle with which to act
// on it:
//
//	client := nendesktop.New(nendesktop.Config{}) // NEN_API_URL and NEN_API_KEY
//	desktop, err := client.CreateDesktop(ctx, "sandbox", nendesktop.WithStartURL("https://example.com"))
//	if err != nil {
//		return err
//	}
//	defer desktop.Close()
//	if _, err := desktop.LeftClick(ctx, 500, 300); err != nil {
//		return err
//	}
//	png, err := desktop.Screenshot(ctx)
//
// # Names
//
// The names and signatures are those of Nen's published Go client, so that programs written for it need only another
// import. What is new stands beside them.
//
// # Errors
//
// An answer that is an error is an [*APIError] with status, body and a sentence that says what was wrong and what would
// be right. [errors.Is] tells kinds apart: [ErrNotFound], [ErrConflict], [ErrRateLimit] and their like. A server that
// could not be asked is a [*ConnectionError].
//
// # Repeating
//
// What only looks, or can be done twice without harm, is asked for again when the connection breaks or the server is
// busy (429, 502, 503, 504), twice unless [Config.MaxRetries] says otherwise. Creating calls carry an Idempotency-Key
// and are among them. What acts on a desktop is never sent again once it may have arrived.
//
// # Newer servers
//
// Fields and values that this package does not know are ignored or passed on, so that a newer server breaks nothing.
// [Client.Request] reaches calls that this package has no method for.
//
// All methods of a [Client] and a [Desktop] may be used from several goroutines at once.
package nendesktop
