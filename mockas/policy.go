package mockas

import (
	"net/http"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
)

// Endpoint names where an authorization request was made.
type Endpoint string

// The places of an authorization request.
const (
	AtAuthorize Endpoint = "authorize"
	AtPAR       Endpoint = "par"
)

// Policy is everything that the server decides and that could be decided
// wrongly. HonestPolicy gives each field its right value; fields left nil in a
// Policy of one's own are not filled in.
type Policy struct {
	// Token, PAR and Userinfo say how each endpoint takes proofs.
	Token, PAR, Userinfo Gate

	// Authenticate identifies the client of a request (RFC 6749 §2.3).
	Authenticate func(*Server, *Call) (*Client, *Error)
	// TokenMethods are the request methods of the token endpoint.
	TokenMethods []string

	// RequiresProof says whether a client must prove possession for a grant
	// type (RFC 9449 §5.2).
	RequiresProof func(c *Client, grant string) bool
	// Constrain decides whether an access token is bound.
	Constrain func(Demand) (bound bool, err *Error)
	// Confirm writes the bindings into the claims of a JWT access token, if
	// there are any (RFC 9449 §6.1, RFC 8705 §3.1).
	Confirm func(claims *dpop.Object, t *Token)
	// TokenType chooses token_type of a token response (RFC 9449 §5).
	TokenType func(jkt string) string

	// Attestation reads the attestation of a request, AttestationPoP judges the proof
	// of possession that came with it, Attested the DPoP proof in its place.
	Attestation    func(*Server, *Call, *Client) (*Attested, error)
	AttestationPoP func(s *Server, lines []string, key *dpop.PublicKey) error
	Attested       func(*Attested, *dpop.Proof) *Error
	// TakesAttestation judges the kind of proof of possession by the announced methods.
	TakesAttestation func(announced []string, pop bool) bool
	// CheckInstance compares the attested key that a refresh token was issued to with
	// that of the request.
	CheckInstance func(issuedTo string, attested *Attested) *Error
	// Challenged judges the challenge in the claims of a proof of possession.
	Challenged func(s *Server, claims dpop.Object) error
	// Challenge answers at the challenge endpoint.
	Challenge func(*Server, http.ResponseWriter)
	// AssertedTo judges the audience of a client assertion.
	AssertedTo func(*Server, *Call, Audience) bool
	// CheckPushed judges whether a pushed request is bound as is demanded.
	CheckPushed func(demanded PushedBinding, dpopJKT string, proof *dpop.Proof) *Error
	// ResponseTypes are those that the authorization endpoint takes; each gives a
	// code, whatever it is called.
	ResponseTypes []string
	// Opened chooses the parameters of a request from those outside its request object
	// and those in it (RFC 9101 §6.3).
	Opened func(outside, inside url.Values) url.Values
	// BindCode collects the key that a code shall be bound to from dpop_jkt
	// and the proof, each of which may be missing (RFC 9449 §10, §10.1).
	BindCode func(at Endpoint, dpopJKT string, proof *dpop.Proof) (string, *Error)
	// MergeBinding joins the binding of a pushed request with a dpop_jkt beside
	// its request_uri in the front channel.
	MergeBinding func(pushed, front string) string
	// CheckCode compares a code's binding with the key of the token request.
	CheckCode func(s *Server, c *Call, bound string) *Error

	// BindRefresh chooses what a refresh token is bound to. previous is the
	// token that it replaces, or nil (RFC 9449 §5).
	BindRefresh func(c *Client, jkt string, previous *Token) string
	// CheckRefresh compares a refresh token's binding with the key of the request.
	CheckRefresh func(s *Server, c *Call, t *Token) *Error
	// CheckSubject judges a bound subject_token of a token exchange.
	CheckSubject func(t *Token, jkt string) *Error
	// AfterRefusal is told of a proof that the token endpoint refused.
	AfterRefusal func(*Server, *Call, *dpop.Refusal)

	// ConfirmID writes into the claims of an ID token of the scope webid what binds
	// it to the key of a token request and names its parties (Solid-OIDC).
	ConfirmID func(claims *dpop.Object, id WebIdentity)
	// IntrospectionBinding writes token_type and cnf (RFC 9449 §6.2).
	IntrospectionBinding func(answer *dpop.Object, t *Token)
	// SignedIntrospection may change what goes into a JWT (RFC 9701 §5).
	SignedIntrospection func(answer *dpop.Object)
	// BoundByDefault is dpop_bound_access_tokens of a client that registers
	// without it (RFC 9449 §5.2).
	BoundByDefault bool
	// Metadata may change a discovery document before it is sent: the document
	// is named by its path.
	Metadata func(path string, document *dpop.Object)
	// AcceptToken judges an access token by the scheme it came with at userinfo,
	// before any proof is looked at (RFC 9449 §7.1, §7.2).
	AcceptToken func(scheme string, t *Token) *Error

	// NonceFields are the DPoP-Nonce field lines of an answer; challenge tells
	// use_dpop_nonce from all others (RFC 9449 §8).
	NonceFields func(nonce string, challenge bool) []string
	// WriteError answers with an error.
	WriteError func(http.ResponseWriter, *Error)
	// NoStore forbids caching (RFC 6749 §5.1, RFC 9449 §8.2).
	NoStore func(http.Header)
	// CORS answers requests of browsers (Fetch §3.2).
	CORS func(h http.Header, preflight bool)
	// Around may wrap the handler of any endpoint, named by its path.
	Around func(path string, next http.HandlerFunc) http.HandlerFunc
}

// Demand is what the decision on binding an access token rests on.
type Demand struct {
	Required bool       // the client must prove possession
	Public   bool       // the client has no credentials
	Proof    bool       // a valid proof came with the request
	API      Constraint // what the API wants
}
