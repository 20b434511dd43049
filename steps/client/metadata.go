package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func metadataSteps(v *vocabulary.Vocabulary) {
	v.Word("metadata-name", "What the metadata of the client's authorization server name.", named.Forms()...)
	v.Word("algorithm-list", "The value of dpop_signing_alg_values_supported in these metadata.", listed.Forms()...)
	v.Word("api-demand", "What the metadata of the client's API say (RFC 9728 §2).", apiDemands.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the metadata name {metadata-name}$`, (*Actor).metadataName,
		"Lets the metadata of the authorization server name that. The endpoint without TLS is at a host that is not "+
			"loopback; the one for mutual TLS is in mtls_endpoint_aliases (RFC 8705 §5), which the client uses.",
		"Given the metadata name the issuer of another server")
	g.Given(`^the metadata list the proof algorithms {algorithm-list}$`, (*Actor).metadataList,
		"Sets dpop_signing_alg_values_supported for the client: names, or absent and malformed.",
		"Given the metadata list the proof algorithms ES384 ES256")
	g.Given(`^the metadata of the API {api-demand}$`, (*Actor).apiMetadataSay,
		"Lets the API's metadata say that; where bound tokens are required, the client has DPoP switched off; where they "+
			"name an authorization server, the client is told none.",
		"Given the metadata of the API require bound tokens")
	g.Then(`^nothing reaches the authorization server that they name$`, (*Actor).nothingElsewhere,
		"The other authorization server must have got no request, and the client must report an error.",
		"Then nothing reaches the authorization server that they name")
	g.Then(`^nothing reaches the endpoint without TLS$`, (*Actor).nothingWithoutTLS,
		"The http endpoint must have got no request.",
		"Then nothing reaches the endpoint without TLS")
}

// plainHost is a host that only a case's own resolution leads anywhere: to a
// server without TLS.
const plainHost = "as.example"

var named = vocabulary.Meanings[func(*Actor) error]{
	"a token endpoint without TLS":          withoutTLS("token_endpoint", mockas.PathToken),
	"a PAR endpoint without TLS":            withoutTLS("pushed_authorization_request_endpoint", mockas.PathPAR),
	"a token endpoint with a query":         withQuery,
	"another token endpoint for mutual TLS": withAlias,
	"the issuer of another server":          withIssuer(func(string) string { return "https://evil.example" }),
	"the issuer with a slash at the end":    withIssuer(func(issuer string) string { return issuer + "/" }),
	"the issuer in upper case":              withIssuer(strings.ToUpper),
	"the issuer with a path":                withIssuer(func(issuer string) string { return issuer + "/tenant" }),
}

func (a *Actor) metadataName(what string) error {
	change, err := named.Of(what)
	if err != nil {
		return err
	}
	return change(a)
}

// alterMetadata changes the metadata documents of the authorization server.
func (a *Actor) alterMetadata(change func(*dpop.Object)) error {
	if err := a.arrange(); err != nil {
		return err
	}
	return a.ArrangeAS(func(c *mockas.Config) {
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

func withoutTLS(name, path string) func(*Actor) error {
	return func(a *Actor) error {
		if err := a.needs(target.InProcess); err != nil {
			return world.NotApplicablef("an adapter has to allow http for the sake of loopback, so nothing can be told")
		}
		if err := a.alterMetadata(func(o *dpop.Object) { o.Set(name, "http://"+plainHost+path) }); err != nil {
			return err
		}
		return a.listenInTheClear()
	}
}

// listenInTheClear starts the server that is behind plainHost. It has nothing to
// give: that it is asked is what is looked at.
func (a *Actor) listenInTheClear() (err error) {
	options := wire.Options{Name: target.AuthorizationServer.Name(), Clock: a.Clock.Now}
	a.inTheClear, err = wire.Listen(options, func(string) http.Handler { return http.NotFoundHandler() })
	if err == nil {
		a.AtClose(func() { a.inTheClear.Close() })
		a.Resolve(plainHost+":80", a.inTheClear.Address())
	}
	return err
}

func (a *Actor) nothingWithoutTLS() error {
	const expected = "no request to " + plainHost
	if a.inTheClear == nil {
		return errors.New("there is no endpoint without TLS; say first that the metadata name one")
	}
	for _, e := range a.inTheClear.Exchanges() {
		a.Show("the client calls "+plainHost, &e)
		return a.Expect(false, expected, fmt.Sprintf("%s %s", e.Method, e.Path()))
	}
	return a.expect(true, expected, "there was none")
}

func withIssuer(change func(issuer string) string) func(*Actor) error {
	return func(a *Actor) error {
		return a.alterMetadata(func(o *dpop.Object) {
			issuer, _ := o.Text("issuer")
			o.Set("issuer", change(issuer))
		})
	}
}

func withQuery(a *Actor) error {
	return a.alterMetadata(func(o *dpop.Object) {
		endpoint, _ := o.Text("token_endpoint")
		o.Set("token_endpoint", endpoint+"?tenant=one")
	})
}

func withAlias(a *Actor) error {
	if err := a.needs(target.UsesMTLSAliases); err != nil {
		return err
	}
	a.setup.Options.MTLSAliases = true
	err := a.alterMetadata(func(o *dpop.Object) {
		endpoint, _ := o.Text("token_endpoint")
		var aliases dpop.Object
		aliases.Set("token_endpoint", world.OriginOf(endpoint)+aliasedToken)
		o.Set("mtls_endpoint_aliases", aliases)
	})
	if err != nil {
		return err
	}
	as, err := a.AS()
	if err == nil {
		token := asJSON(`{"access_token":"a","token_type":"DPoP","expires_in":60}`)
		as.HTTP.Then(wire.Answer{Match: wire.Path(aliasedToken), Times: always, Play: token})
	}
	return err
}

// algorithmList is a value of dpop_signing_alg_values_supported.
type algorithmList struct {
	value string   // in JSON; empty: the member is left out
	names []string // that a client can choose from; nil: it is no list of names
}

var listed = vocabulary.Meanings[algorithmList]{
	"ES256":                  ofNames("ES256"),
	"ES384":                  ofNames("ES384"),
	"ES384 ES256":            ofNames("ES384", "ES256"),
	"PS256 EdDSA":            ofNames("PS256", "EdDSA"),
	"none":                   ofNames("none"),
	"HS256":                  ofNames("HS256"),
	"none HS256":             ofNames("none", "HS256"),
	"HS256 ES256":            ofNames("HS256", "ES256"),
	"ES256 and unknown ones": {value: `["XX999","ES256",7,null]`},
	"as an empty array":      {value: `[]`},
	"as a string":            {value: `"ES256"`},
	"as a number":            {value: `256`},
	"not at all":             {},
}

func ofNames(names ...string) algorithmList {
	return algorithmList{`["` + strings.Join(names, `","`) + `"]`, names}
}

func (a *Actor) metadataList(what string) error {
	list, err := listed.Of(what)
	if err != nil {
		return err
	}
	a.algorithms = list.names
	return a.alterMetadata(func(o *dpop.Object) {
		const name = "dpop_signing_alg_values_supported"
		if list.value == "" {
			o.Delete(name)
			return
		}
		o.Set(name, json.RawMessage(list.value))
	})
}

// apiDemand is what an API demands in its metadata.
type apiDemand struct {
	switchedOff bool     // the client has DPoP switched off, so that the metadata alone ask for it
	algorithms  []string // nil: says nothing of them
	find        bool     // the client finds its authorization server by them
	foreign     string   // resource that they name instead of the API; another authorization server with it
	leads       bool     // the challenges of the API lead to the other API's own metadata (RFC 9728 §5.1)
}

var apiDemands = vocabulary.Meanings[apiDemand]{
	"require bound tokens":                                           {switchedOff: true},
	"list proofs signed with ES384 only":                             {algorithms: []string{"ES384"}},
	"name the authorization server":                                  {find: true},
	"are those of another API and name another authorization server": {find: true, foreign: "https://files.example"},
	"are those of its host with another path, and name another authorization server": {
		find: true, foreign: "{API}/files",
	},
	"name no resource, but another authorization server":     {find: true, foreign: "{none}"},
	"are those of another API, to which its challenge leads": {find: true, foreign: "{other}", leads: true},
}

// namedByAPI is the authorization server that the metadata of the API name: that of
// the case, or another one.
func (a *Actor) namedByAPI(another bool) (issuer string, err error) {
	if err := a.needs(target.FindsIssuer, target.CanClientCredentials); err != nil {
		return "", err
	}
	a.findsIssuer = true
	if !another {
		as, err := a.AS()
		if err != nil {
			return "", err
		}
		return as.Issuer(), nil
	}
	if a.second, err = a.StartAnotherAS(); err != nil {
		return "", err
	}
	a.AtClose(func() { a.second.HTTP.Close() })
	return a.second.Issuer(), nil
}

// leadsToOther lets the other API have sound metadata that name an authorization
// server. Once the API runs, its challenges lead there.
func (a *Actor) leadsToOther(named string) (origin string, err error) {
	err = a.ArrangeAPI(otherAPI, func(c *mockrs.Config) {
		before := c.Policy.Metadata
		c.Policy.Metadata = func(api *mockrs.API) dpop.Object {
			m := before(api)
			m.Set("resource", api.Origin)
			m.Set("authorization_servers", []string{named})
			return m
		}
	})
	if err != nil {
		return "", err
	}
	other, err := a.API(otherAPI)
	if err != nil {
		return "", err
	}
	a.challenge = challengeLine(fmt.Sprintf(`DPoP resource_metadata="%s%s", algs="ES256"`, other.Origin, mockrs.MetadataPath))
	return other.Origin, nil
}

// nothingElsewhere looks at the other authorization server.
func (a *Actor) nothingElsewhere() error {
	const expected = "no request to the authorization server that the metadata of another API name"
	if a.second == nil {
		return fmt.Errorf("there is no other authorization server; put a Given step that names one before this one")
	}
	for _, e := range a.second.HTTP.Exchanges() {
		return a.Expect(false, expected, fmt.Sprintf("%s %s", e.Method, e.Path()))
	}
	return a.expect(a.problem != nil, "an error, for the metadata are those of another API", a.ending())
}

func (a *Actor) apiMetadataSay(what string) error {
	demand, err := apiDemands.Of(what)
	if err != nil {
		return err
	}
	if err := a.needs(target.ReadsAPIMetadata); err != nil {
		return err
	}
	a.setup.Options.ResourceMetadata = true
	var named string
	if demand.find {
		if named, err = a.namedByAPI(demand.foreign != ""); err != nil {
			return err
		}
	}
	if demand.switchedOff {
		off := false
		a.setup.Options.UseDPoP = &off
	}
	other := ""
	if demand.leads {
		if other, err = a.leadsToOther(named); err != nil {
			return err
		}
	}
	return a.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) {
		before := c.Policy.Metadata
		c.Policy.Metadata = func(api *mockrs.API) dpop.Object {
			m := before(api)
			m.Set("resource", api.Origin)
			switch foreign := strings.NewReplacer("{API}", api.Origin, "{other}", other).Replace(demand.foreign); foreign {
			case "":
			case "{none}":
				m.Delete("resource")
			default:
				m.Set("resource", foreign)
			}
			if named != "" {
				m.Set("authorization_servers", []string{named})
			}
			if demand.algorithms != nil {
				m.Set("dpop_signing_alg_values_supported", demand.algorithms)
			}
			return m
		}
	})
}
