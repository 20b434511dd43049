package target

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// What the documentation of the SDK lets an application do, in an adapter's words.
const (
	TakesTokenFactory    = "token_factory"    // token_factory of fetch
	AddsFetchHeaders     = "fetch_headers"    // fetch_headers of fetch
	TakesServedRequest   = "served_request"   // served of fetch
	TakesUnexportableKey = "unexportable_key" // option key: unexportable
)

var documentedCapabilities = []string{TakesTokenFactory, AddsFetchHeaders, TakesServedRequest, TakesUnexportableKey}

// KeyUnexportable is the option key of a client that signs with a key which it can
// use and not read.
const KeyUnexportable = "unexportable"

// documented makes of the options of a fetcher what the order asks for.
func documented(c *client.Client, order FetchOrder, o *client.FetcherOptions) error {
	if order.TokenFactory {
		o.AccessToken = func(ctx context.Context, given client.TokenOptions) (string, error) {
			t, err := c.Token(ctx, given)
			return t.AccessToken, err
		}
	}
	if transport := o.Transport; transport != nil && len(order.FetchHeaders) > 0 {
		o.Transport = client.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			for name, value := range order.FetchHeaders {
				r.Header.Set(name, value)
			}
			return transport.RoundTrip(r)
		})
	}
	if order.Served == nil {
		return nil
	}
	served, err := http.NewRequest(order.Served.Method, order.Served.URL, nil)
	if err != nil {
		return err
	}
	for name, value := range order.Served.Headers {
		served.Header.Set(name, value)
	}
	o.Request = served
	return nil
}

// unreadable is a private key that signs and shows nothing of itself, as a hardware
// security module has it.
type unreadable struct{ key crypto.Signer }

func (u unreadable) Public() crypto.PublicKey { return u.key.Public() }

func (u unreadable) Sign(random io.Reader, digest []byte, options crypto.SignerOpts) ([]byte, error) {
	return u.key.Sign(random, digest, options)
}

func unexportable() (*dpop.Key, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return dpop.NewKey(unreadable{key}, "ES256")
}
