package mutants

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// clientAuthenticationBugs live where the client's own credentials stand beside its
// proof, or where hosts are taken for each other.
var clientAuthenticationBugs = []row{
	{id: "CL-090", does: "sends its first assertion with every request", breaks: ids{"RFC9449-8-09"},
		change: inClient(func(p *client.Policy) {
			var once sync.Once
			var first string
			namesItself(p, func(_ http.Header, form url.Values) {
				if form.Has("client_assertion") {
					once.Do(func() { first = form.Get("client_assertion") })
					form.Set("client_assertion", first)
				}
			})
		})},
	{id: "CL-091", variant: "basic", does: "no proof beside Basic credentials", breaks: ids{"RFC9449-5-01"},
		change: unprovenAs(mockas.AuthBasic)},
	{id: "CL-091", variant: "assertion", does: "no proof beside a client assertion", breaks: ids{"RFC9449-5-01"},
		change: unprovenAs(mockas.AuthPrivateKeyJWT)},
	{id: "CL-091", variant: "none", does: "no proof of a client without credentials", breaks: ids{"RFC9449-5-01"},
		change: unprovenAs(mockas.AuthNone)},
	{id: "CL-091", variant: "attestation", does: "no proof beside an attestation", breaks: ids{"RFC9449-5-01"},
		change: unprovenAs(mockas.AuthAttestationDPoP)},
	{id: "CL-092", does: "a repetition lacks the Basic credentials", breaks: ids{"RFC9449-8-09"},
		change: represent(func(r *http.Request, c client.Credentials) {
			if methodOf(r) == mockas.AuthBasic && hasNonce(c.Proof) {
				r.Header.Del("Authorization")
			}
		})},
	{id: "CL-094", does: "token and proof follow a redirect to the same port of another host",
		breaks: ids{"RFC9449-7.3-02"}, change: inClient(func(p *client.Policy) {
			p.Redirect = func(from, to *url.URL) error {
				if from.Port() != to.Port() {
					return errors.New("redirects to another port are not followed")
				}
				return nil
			}
		})},
	{id: "CL-095", does: "nonces are kept by port", breaks: ids{"RFC9449-9-05"},
		change: scoped(func(_ client.Destination, target *url.URL) string { return target.Port() })},
}

// namesItself changes how an honest client identifies itself.
func namesItself(p *client.Policy, change func(http.Header, url.Values)) {
	honest := p.Authenticate
	p.Authenticate = func(o *client.Options, now time.Time, header http.Header, form url.Values) error {
		err := honest(o, now, header, form)
		change(header, form)
		return err
	}
}

// unprovenAs takes the proof out of the token requests of a client that
// authenticates by a method.
func unprovenAs(method string) inClient {
	return represent(func(r *http.Request, _ client.Credentials) {
		if methodOf(r) == method {
			r.Header.Del("DPoP")
		}
	})
}

// methodOf is by what a token request authenticates its client; empty for every
// other request.
func methodOf(r *http.Request) string {
	if r.GetBody == nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return ""
	}
	body, err := r.GetBody()
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(body)
	form, _ := url.ParseQuery(string(text))
	switch {
	case !form.Has("grant_type"):
		return ""
	case strings.HasPrefix(r.Header.Get("Authorization"), "Basic "):
		return mockas.AuthBasic
	case byAttestation(r):
		return mockas.AuthAttestationDPoP
	case form.Get("client_secret") != "":
		return mockas.AuthPost
	case form.Get("client_assertion") != "":
		return mockas.AuthPrivateKeyJWT
	}
	return mockas.AuthNone
}

// hasNonce reports whether a proof answers a challenge.
func hasNonce(proof string) bool {
	_, payload, _, err := dpop.SplitCompact(proof, dpop.DecodeSegment)
	if err != nil {
		return false
	}
	claims, err := dpop.ParseObject(payload)
	return err == nil && claims.Has("nonce")
}
