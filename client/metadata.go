package client

import (
	"github.com/dpopspec/dpopspec/dpop"
)

// Metadata is what the client uses of an authorization server's metadata (RFC
// 8414 §2, RFC 9126 §5, RFC 9449 §5.1).
type Metadata struct {
	Issuer                string // issuer
	AuthorizationEndpoint string // authorization_endpoint
	TokenEndpoint         string // token_endpoint
	PAREndpoint           string // pushed_authorization_request_endpoint
	RegistrationEndpoint  string // registration_endpoint
	UserinfoEndpoint      string // userinfo_endpoint
	RevocationEndpoint    string // revocation_endpoint
	PARRequired           bool   // require_pushed_authorization_requests
	// IssInResponse says that authorization responses carry iss (RFC 9207).
	IssInResponse bool
	// ProofAlgorithms is dpop_signing_alg_values_supported; nil if absent,
	// empty or not an array of strings.
	ProofAlgorithms []string
	// Aliases are mtls_endpoint_aliases (RFC 8705 §5).
	Aliases map[string]string
}

// The members of metadata that name an endpoint.
const (
	authorizationEndpoint = "authorization_endpoint"
	tokenEndpoint         = "token_endpoint"
	parEndpoint           = "pushed_authorization_request_endpoint"
	registrationEndpoint  = "registration_endpoint"
	userinfoEndpoint      = "userinfo_endpoint"
	revocationEndpoint    = "revocation_endpoint"
)

// endpoints are where the Metadata keep the endpoint of each member.
func (m *Metadata) endpoints() map[string]*string {
	return map[string]*string{
		authorizationEndpoint: &m.AuthorizationEndpoint,
		tokenEndpoint:         &m.TokenEndpoint,
		parEndpoint:           &m.PAREndpoint,
		registrationEndpoint:  &m.RegistrationEndpoint,
		userinfoEndpoint:      &m.UserinfoEndpoint,
		revocationEndpoint:    &m.RevocationEndpoint,
	}
}

// readMetadata reads what concerns DPoP tolerantly where a mistake does no
// harm: a list that is no list says nothing.
func readMetadata(o dpop.Object) *Metadata {
	m := &Metadata{
		PARRequired:     isTrue(o, "require_pushed_authorization_requests"),
		IssInResponse:   isTrue(o, "authorization_response_iss_parameter_supported"),
		ProofAlgorithms: stringList(o, "dpop_signing_alg_values_supported"),
		Aliases:         map[string]string{},
	}
	m.Issuer, _ = o.Text("issuer")
	for name, into := range m.endpoints() {
		*into, _ = o.Text(name)
	}
	if raw, has := o.Get("mtls_endpoint_aliases"); has {
		if aliases, err := dpop.ParseObject(raw); err == nil {
			for _, alias := range aliases {
				m.Aliases[alias.Name], _ = aliases.Text(alias.Name)
			}
		}
	}
	return m
}
