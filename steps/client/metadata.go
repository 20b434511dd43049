package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// plainHost is a host that only a case's own resolution leads anywhere: to the
// authorization server, without TLS.
const plainHost = "as.example"

func metadataSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^the metadata name a (token endpoint|PAR endpoint) without TLS$`, (*Actor).metadataWithoutTLS,
		"Lets the metadata name an http URL on a host that is not loopback.",
		"Given the metadata name a token endpoint without TLS")
	g.Given(`^the metadata name the issuer (of another server|with a slash at the end|in upper case|with a path)$`, (*Actor).metadataOfIssuer,
		"Lets the metadata name another issuer than the one they were asked for.",
		"Given the metadata name the issuer of another server")
	g.Given(`^the metadata list the proof algorithms (.+)$`, (*Actor).metadataAlgorithms,
		"Sets dpop_signing_alg_values_supported for the client: names, or absent and malformed.",
		"Given the metadata list the proof algorithms ES384 ES256")
	g.Given(`^the metadata name another token endpoint for mutual TLS$`, (*Actor).metadataAlias,
		"Lets the metadata name a token endpoint in mtls_endpoint_aliases (RFC 8705 §5), which the client uses.",
		"Given the metadata name another token endpoint for mutual TLS")
	g.Given(`^the token endpoint has a query of its own$`, (*Actor).tokenEndpointWithQuery,
		"Lets the metadata name a token endpoint whose URL has a query.",
		"Given the token endpoint has a query of its own")
	g.Given(`^the metadata of the API (require bound tokens|list proofs signed with ES384 only)$`, (*Actor).apiMetadata,
		"Lets the API's metadata (RFC 9728 §2) say that; where bound tokens are required, the client has DPoP switched off.",
		"Given the metadata of the API require bound tokens")
	g.When(`^the client calls the API by its metadata$`, (*Actor).callsByMetadata,
		"Lets a client that reads the API's metadata call the API.",
		"When the client calls the API by its metadata")
	g.Then(`^nothing reaches the endpoint without TLS$`, (*Actor).nothingWithoutTLS,
		"The http endpoint must have got no request.",
		"Then nothing reaches the endpoint without TLS")
	g.Then(`^no proof is unsigned or authenticated with a MAC$`, (*Actor).noWeakProof,
		"No proof may name none or a MAC; there may be none at all.",
		"Then no proof is unsigned or authenticated with a MAC")
	g.Then(`^the client signs with one of the listed algorithms or stops$`, (*Actor).listedAlgorithms,
		"Every proof must be signed with a listed algorithm; without a proof the client must report an error.",
		"Then the client signs with one of the listed algorithms or stops")
	g.Then(`^the client has a token or reports an error$`, (*Actor).tokenOrError,
		"The client must have got a token, or report an error.",
		"Then the client has a token or reports an error")
	g.Then(`^the client sends bound tokens or none$`, (*Actor).boundOrNone,
		"No token may have been sent to the API with the scheme Bearer.",
		"Then the client sends bound tokens or none")
	g.Then(`^the API gets proofs with ES384 or none$`, (*Actor).es384OrNone,
		"Proofs sent to the API must be signed with ES384; none is as good.",
		"Then the API gets proofs with ES384 or none")
	g.Then(`^the registration says dpop_bound_access_tokens$`, (*Actor).registrationBound,
		"The registration request must have dpop_bound_access_tokens true (RFC 9449 §5.2).",
		"Then the registration says dpop_bound_access_tokens")
}

// alterMetadata changes the metadata documents of the authorization server.
func (w *Actor) alterMetadata(change func(*dpop.Object)) error {
	if _, err := w.arranged(); err != nil {
		return err
	}
	return w.ArrangeAS(func(c *mockas.Config) {
		if c.Policy == nil {
			honest := mockas.HonestPolicy()
			c.Policy = &honest
		}
		before := c.Policy.Metadata
		c.Policy.Metadata = func(path string, document *dpop.Object) {
			before(path, document)
			change(document)
		}
	})
}

func (w *Actor) metadataWithoutTLS(endpoint string) error {
	if _, err := w.can(target.InProcess); err != nil {
		return world.NotApplicablef("an adapter has to allow http for the sake of loopback, so nothing can be told")
	}
	name, path := "token_endpoint", mockas.PathToken
	if endpoint == toPAR {
		name, path = "pushed_authorization_request_endpoint", mockas.PathPAR
	}
	if err := w.alterMetadata(func(o *dpop.Object) { o.Set(name, "http://"+plainHost+path) }); err != nil {
		return err
	}
	as, err := w.AS()
	if err == nil {
		w.Resolve(plainHost+":80", as.HTTP.Address())
	}
	return err
}

func (w *Actor) nothingWithoutTLS() error {
	for _, s := range w.sentTo("") {
		if strings.HasPrefix(s.Host, plainHost) {
			return w.Expect(false, "no request to "+plainHost, fmt.Sprintf("%s %s", s.Method, s.Path()))
		}
	}
	return w.expect(true, "no request to "+plainHost, "there was none")
}

func (w *Actor) metadataOfIssuer(which string) error {
	return w.alterMetadata(func(o *dpop.Object) {
		issuer, _ := o.Text("issuer")
		switch which {
		case "of another server":
			issuer = "https://evil.example"
		case "with a slash at the end":
			issuer += "/"
		case "in upper case":
			issuer = strings.ToUpper(issuer)
		case "with a path":
			issuer += "/tenant"
		}
		o.Set("issuer", issuer)
	})
}

func (w *Actor) metadataAlgorithms(list string) error {
	l := &w.offeredAlgorithms
	return w.alterMetadata(func(o *dpop.Object) {
		const name = "dpop_signing_alg_values_supported"
		switch list {
		case "not at all":
			o.Delete(name)
		case "as an empty array":
			o.Set(name, []string{})
		case "as a string":
			o.Set(name, "ES256")
		case "as a number":
			o.Set(name, json.RawMessage("256"))
		case "ES256 and unknown ones":
			o.Set(name, json.RawMessage(`["XX999","ES256",7,null]`))
		default:
			l.algorithms = strings.Fields(list)
			o.Set(name, l.algorithms)
		}
	})
}

func (w *Actor) metadataAlias() error {
	a, err := w.can(target.UsesMTLSAliases)
	if err != nil {
		return err
	}
	a.setup.Options.MTLSAliases = true
	err = w.alterMetadata(func(o *dpop.Object) {
		endpoint, _ := o.Text("token_endpoint")
		alias := strings.TrimSuffix(endpoint, mockas.PathToken) + "/mtls" + mockas.PathToken
		o.Set("mtls_endpoint_aliases", dpop.Object{{Name: "token_endpoint", Value: json.RawMessage(fmt.Sprintf("%q", alias))}})
	})
	if err != nil {
		return err
	}
	as, err := w.AS()
	if err == nil {
		as.HTTP.Then(wire.Answer{Match: wire.Path("/mtls" + mockas.PathToken), Times: -1, Play: asJSON(`{"access_token":"a","token_type":"DPoP","expires_in":60}`)})
	}
	return err
}

func (w *Actor) tokenEndpointWithQuery() error {
	return w.alterMetadata(func(o *dpop.Object) {
		endpoint, _ := o.Text("token_endpoint")
		o.Set("token_endpoint", endpoint+"?tenant=one")
	})
}

func (w *Actor) apiMetadata(say string) error {
	a, err := w.can(target.ReadsAPIMetadata)
	if err != nil {
		return err
	}
	a.setup.Options.ResourceMetadata = true
	if say == "require bound tokens" {
		no := false
		a.setup.Options.UseDPoP = &no
	}
	return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) {
		before := c.Policy.Metadata
		c.Policy.Metadata = func(api *mockrs.API) dpop.Object {
			m := before(api)
			m.Set("resource", api.Origin)
			if say != "require bound tokens" {
				m.Set("dpop_signing_alg_values_supported", []string{"ES384"})
			}
			return m
		}
	})
}

func (w *Actor) callsByMetadata() error {
	if err := w.obtainsToken(); err != nil {
		return err
	}
	if w.problem != nil {
		return nil
	}
	return w.fetchUnready(fetchOf(http.MethodGet, "/orders"))
}

func (w *Actor) noWeakProof() error {
	for _, p := range proofsIn(w.sentTo("")) {
		alg := p.algorithm()
		if _, known := dpop.FindAlgorithm(alg); !known {
			return w.Expect(false, "no proof without an asymmetric signature", fmt.Sprintf("alg %q", alg))
		}
	}
	return w.expect(true, "no proof without an asymmetric signature", "there is none")
}

func (w *Actor) listedAlgorithms() error {
	all, a := proofsIn(w.sentTo("")), w
	want := w.offeredAlgorithms.algorithms
	for _, p := range all {
		if !slices.Contains(want, p.algorithm()) {
			return w.Expect(false, fmt.Sprintf("one of %v, or an error", want), "a proof with "+p.algorithm())
		}
	}
	if len(all) > 0 {
		return w.Expect(true, fmt.Sprintf("one of %v", want), "so it is")
	}
	return w.expect(a.problem != nil, fmt.Sprintf("one of %v, or an error", want), a.ending())
}

func (w *Actor) tokenOrError() error {
	a := w
	return w.expect(a.holds || a.problem != nil, "a token or an error", a.ending())
}

func (w *Actor) boundOrNone() error { return w.noBearer() }

func (w *Actor) es384OrNone() error {
	for _, p := range proofsIn(w.sentTo(toAPI)) {
		if p.algorithm() != "ES384" {
			return w.Expect(false, "a proof with ES384, or none", "a proof with "+p.algorithm())
		}
	}
	return w.expect(true, "a proof with ES384, or none", w.ending())
}

func (w *Actor) registrationBound() error {
	return w.everyRequest(toRegister, "dpop_bound_access_tokens true", func(s sent) string {
		body, err := dpop.ParseObject(s.Body)
		if err != nil {
			return err.Error()
		}
		value, _ := body.Get("dpop_bound_access_tokens")
		return unless(string(value) == "true", "dpop_bound_access_tokens %q", value)
	})
}
