package client

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// Documented are decisions behind what the documentation of the SDK promises of
// fetchers, settings and errors, and no specification speaks of.
type Documented struct {
	// KeyFailure is how it is told that there is no usable key pair.
	KeyFailure func(error) error
	// Binds decides whether the tokens of a Fetcher are bound. own is what the
	// Fetcher says, nil if it says nothing.
	Binds func(client bool, own *bool) bool
	// Handed chooses the options that AccessToken of a Fetcher is called with.
	Handed func(TokenOptions) TokenOptions
	// Scope is what goes into a token request for the scope that was asked for.
	Scope func(asked string) string
	// Granted judges the scope that was granted against that which was asked for.
	Granted func(asked, granted string) error
	// Ends decides whether the session ends with a refresh that failed.
	Ends func(error) bool
	// Delay is the wait before a retry, without its jitter.
	Delay func(configured time.Duration) time.Duration
	// Sender chooses who sends an attempt of a call: the Fetcher's own, or what all
	// share.
	Sender func(a Attempt, own, shared *http.Client) *http.Client
	// Inherit takes over what a request to an API has of the one that the
	// application is serving.
	Inherit func(out, serving *http.Request)
	// Rest is the body of an answer of which the beginning was read already.
	Rest func(read []byte, unread io.Reader) io.Reader
}

// asDocumented is what the documentation says, or a reader of it expects.
func asDocumented() Documented {
	return Documented{
		KeyFailure: func(err error) error { return err },
		Binds: func(client bool, own *bool) bool {
			if own != nil {
				return *own
			}
			return client
		},
		Handed:  func(o TokenOptions) TokenOptions { return o },
		Scope:   func(asked string) string { return asked },
		Granted: func(_, _ string) error { return nil }, // a server may grant less (RFC 6749 §3.3)
		Ends:    func(error) bool { return false },
		Delay:   func(configured time.Duration) time.Duration { return configured },
		Sender:  func(_ Attempt, own, _ *http.Client) *http.Client { return own },
		// The credentials of whoever calls the application are not for the API.
		Inherit: func(_, _ *http.Request) {},
		Rest: func(read []byte, unread io.Reader) io.Reader {
			return io.MultiReader(bytes.NewReader(read), unread)
		},
	}
}
