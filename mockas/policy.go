package mockas

import (
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Place names where an authorization request was made.
type Place string

// The places of an authorization request.
const (
	AtAuthorize Place = "authorize"
	AtPAR       Place = "par"
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

	// BindCode collects the key that a code shall be bound to from dpop_jkt
	// and the proof, each of which may be missing (RFC 9449 §10, §10.1).
	BindCode func(place Place, dpopJKT string, proof *dpop.Proof) (string, *Error)
	// MergeBinding joins the binding of a pushed request with a dpop_jkt beside
	// its request_uri in the front channel.
	MergeBinding func(pushed, front string) string
	// CheckCode compares a code's binding with the key of the token request.
	CheckCode func(bound, jkt string) *Error

	// BindRefresh chooses what a refresh token is bound to. previous is the
	// token that it replaces, or nil (RFC 9449 §5).
	BindRefresh func(c *Client, jkt string, previous *Token) string
	// CheckRefresh compares a refresh token's binding with the key of the request.
	CheckRefresh func(t *Token, jkt string) *Error
	// CheckSubject judges a bound subject_token of a token exchange.
	CheckSubject func(t *Token, jkt string) *Error
	// AfterRefusal is told of a proof that the token endpoint refused.
	AfterRefusal func(*Server, *Call, *dpop.Refusal)

	// IntrospectionBinding writes token_type and cnf (RFC 9449 §6.2).
	IntrospectionBinding func(answer *dpop.Object, t *Token)
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

// Gate is how one endpoint takes proofs.
type Gate struct {
	// Verifier judges the proofs. New makes one where it is nil: all checks,
	// with the replay memory and the nonces that the endpoints share.
	Verifier *dpop.Verifier
	// Adjust, if set, changes the verifier before the server takes requests.
	Adjust func(*dpop.Verifier)
	// Fields returns the values of the DPoP field lines.
	Fields func(*http.Request) []string
	// Present says whether those lines mean that a proof was sent.
	Present func(lines []string) bool
	// Target returns the URI that htu must name.
	Target func(origin string, r *http.Request) string
	// Judge verifies. Without proof and refusal the request goes on as if none
	// had been sent.
	Judge func(v *dpop.Verifier, r dpop.Request, from Sender) (*dpop.Proof, *dpop.Refusal)
}

// Sender is whose proof it is and what it came for. An honest server judges
// them all alike.
type Sender struct {
	Client *Client // of the request, or of the access token that came with it; may be nil
	Grant  string  // grant type at the token endpoint, else empty
}

// HonestGate takes proofs as RFC 9449 §4.3 demands.
func HonestGate() Gate {
	return Gate{
		Fields:  func(r *http.Request) []string { return wire.RequestFields(r).Values("DPoP") },
		Present: func(lines []string) bool { return len(lines) > 0 },
		Target:  func(origin string, r *http.Request) string { return dpop.TargetURI(origin, r.RequestURI) },
		Judge: func(v *dpop.Verifier, r dpop.Request, _ Sender) (*dpop.Proof, *dpop.Refusal) {
			return v.Verify(r)
		},
	}
}

// HonestPolicy returns the policy of a server without faults.
func HonestPolicy() Policy {
	return Policy{
		Token: HonestGate(), PAR: HonestGate(), Userinfo: HonestGate(),
		Authenticate:         (*Server).Authenticate,
		TokenMethods:         []string{http.MethodPost},
		RequiresProof:        func(c *Client, _ string) bool { return c.DPoPBound },
		Constrain:            Constrain,
		Confirm:              Confirm,
		TokenType:            TokenType,
		BindCode:             BindCode,
		MergeBinding:         func(pushed, _ string) string { return pushed },
		CheckCode:            CheckCode,
		BindRefresh:          BindRefresh,
		CheckRefresh:         CheckRefresh,
		CheckSubject:         CheckSubject,
		AfterRefusal:         func(*Server, *Call, *dpop.Refusal) {},
		IntrospectionBinding: IntrospectionBinding,
		Metadata:             func(string, *dpop.Object) {},
		AcceptToken:          AcceptToken,
		NonceFields:          func(nonce string, _ bool) []string { return []string{nonce} },
		WriteError:           WriteError,
		NoStore:              NoStore,
		CORS:                 CORS,
		Around:               func(_ string, next http.HandlerFunc) http.HandlerFunc { return next },
	}
}

// Demand is what the decision on binding an access token rests on.
type Demand struct {
	Required bool       // the client must prove possession
	Public   bool       // the client has no credentials
	Proof    bool       // a valid proof came with the request
	API      Constraint // what the API wants
}

// Constrain is the honest decision: bound where a proof came and the API takes
// bound tokens, Bearer where neither side insists, else a refusal.
func Constrain(d Demand) (bool, *Error) {
	needed := d.Required || d.API == ConstraintRequired || d.API == ConstraintRequiredForPublic && d.Public
	switch {
	case needed && !d.Proof:
		return false, missingProof("a proof of possession is required for this token")
	case d.API == ConstraintNone && d.Required:
		return false, invalidRequest("the client requires bound tokens and the API does not take them")
	case d.API == ConstraintNone:
		return false, nil
	}
	return d.Proof, nil
}

// Confirm is honest: cnf holds jkt for a token that is bound to a key (RFC 9449
// §6.1) and x5t#S256 for one that is bound to a certificate (RFC 8705 §3.1),
// neither in the other's place. Without a binding there is no cnf.
func Confirm(claims *dpop.Object, t *Token) {
	var cnf dpop.Object
	if t.Bound != "" {
		cnf.Add("jkt", t.Bound)
	}
	if t.Certified != "" {
		cnf.Add("x5t#S256", t.Certified)
	}
	if cnf != nil {
		claims.Set("cnf", cnf)
	}
}

// TokenType is honest: DPoP for a bound token, else Bearer (RFC 9449 §5).
func TokenType(jkt string) string {
	if jkt != "" {
		return dpop.Scheme
	}
	return "Bearer"
}

// BindCode is honest: either mechanism counts, and both must agree (RFC 9449
// §10.1).
func BindCode(_ Place, dpopJKT string, proof *dpop.Proof) (string, *Error) {
	if dpopJKT != "" && !dpop.Thumbprint43(dpopJKT) {
		return "", invalidRequest("dpop_jkt is not a SHA-256 thumbprint in base64url")
	}
	if proof == nil {
		return dpopJKT, nil
	}
	if dpopJKT != "" && dpopJKT != proof.Thumbprint {
		return "", invalidRequest("dpop_jkt is not the thumbprint of the key of the proof")
	}
	return proof.Thumbprint, nil
}

// CheckCode is honest: a bound code needs a proof by its key (RFC 9449 §10).
func CheckCode(bound, jkt string) *Error { return sameKey("authorization code", bound, jkt) }

// CheckRefresh is honest: a bound refresh token needs a proof by its key (RFC
// 9449 §5).
func CheckRefresh(t *Token, jkt string) *Error { return sameKey("refresh token", t.Bound, jkt) }

// CheckSubject is honest and strict where RFC 9449 is silent: whoever exchanges
// a bound token must hold its key.
func CheckSubject(t *Token, jkt string) *Error { return sameKey("subject_token", t.Bound, jkt) }

func sameKey(what, bound, jkt string) *Error {
	switch {
	case bound == "" || bound == jkt:
		return nil
	case jkt == "":
		return missingProof("the " + what + " is bound to a key and no proof came with it")
	}
	return &Error{Status: http.StatusBadRequest, Code: "invalid_grant", Description: "the " + what + " is bound to another key"}
}

// BindRefresh is honest: the refresh token of a public client is bound to the
// key of the proof for good; that of a confidential one is bound to the client
// by its authentication (RFC 9449 §5).
func BindRefresh(c *Client, jkt string, _ *Token) string {
	if c.Public() {
		return jkt
	}
	return ""
}

// IntrospectionBinding is honest: token_type agrees with the binding, and cnf
// is there for bound tokens alone (RFC 9449 §6.2).
func IntrospectionBinding(answer *dpop.Object, t *Token) {
	if t.Kind == AccessToken {
		answer.Set("token_type", TokenType(t.Bound))
	}
	Confirm(answer, t)
}

// enabled reports whether this server has an endpoint.
func (s *Server) enabled(path string) bool { return !slices.Contains(s.config.Omit, path) }
