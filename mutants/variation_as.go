package mutants

import (
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

var serverVariations = []Variation{
	serverVariation("opaque tokens, nonces that change with every answer, narrow windows", nil,
		opaque, changingNonces, oneWayOfAttestation(mockas.AuthAttestation),
		atEveryGate(narrow, small, shortIDs, wholeSeconds, claimsFirst, byKeyAndID, ownNonces)),
	serverVariation("nonces for one use, other words for refusals, more members in answers",
		[]string{"RFC9449-11.1-10"},
		nonceForOneUse, otherWords, moreMembers, severalAudiences, atEveryGate(wide, mediaTyped, terse)),
	serverVariation("announces no algorithms, and takes no proof older than 5 s",
		[]string{"RFC9449-5.1-01", "RFC9449-4.3-72"},
		silent, oneWayOfAttestation(mockas.AuthAttestationDPoP), atEveryGate(brief)),
	serverVariation("another spelling of types and fields, bound refresh tokens for all",
		[]string{"RFC9449-5-05", "RFC9449-5-12", "RFC9449-4.3-77", "RFC9449-10-06", "RFC8693-2-01"},
		otherSpelling, lasting, free, signedPerson, atEveryGate(byOctets)),
	serverVariation("asks for nonces always, also where it cannot read the one of a proof", nil,
		askingAlways, atEveryGate(askingFirst)),
}

// atEveryGate lets all endpoints of an authorization server make the choices,
// on top of what the scenario arranges.
func atEveryGate(choices ...inVerifier) func(*mockas.Config) {
	return func(c *mockas.Config) {
		for _, gate := range []*mockas.Gate{&c.Policy.Token, &c.Policy.PAR, &c.Policy.Userinfo} {
			arranged := gate.Adjust
			gate.Adjust = func(v *dpop.Verifier) {
				if arranged != nil {
					arranged(v)
				}
				for _, choose := range choices {
					choose(v)
				}
			}
		}
	}
}

// askingAlways asks every client for a nonce.
func askingAlways(c *mockas.Config) { c.Nonces = mockas.NonceRequired }

// oneWayOfAttestation takes one kind of proof of possession with an attestation.
func oneWayOfAttestation(method string) func(*mockas.Config) {
	return func(c *mockas.Config) {
		c.Attestation = method
		c.Omit = append(c.Omit, mockas.PathChallenge)
	}
}

// opaque makes every access token a reference.
func opaque(c *mockas.Config) {
	c.TokenFormat = mockas.FormatOpaque
	for i := range c.APIs {
		c.APIs[i].TokenFormat = mockas.FormatOpaque
	}
}

// silent says nothing of the algorithms of proofs in its metadata (RFC 9449 §5.1).
func silent(c *mockas.Config) {
	honest := c.Policy.Metadata
	c.Policy.Metadata = func(path string, document *dpop.Object) {
		honest(path, document)
		document.Delete("dpop_signing_alg_values_supported")
	}
}

func changingNonces(c *mockas.Config) { changingNoncesOf(usual)(c) }

// changingNoncesOf hands out a new nonce, good for so long, with every answer.
func changingNoncesOf(life time.Duration) func(*mockas.Config) {
	return givingNonces(func(c *mockas.Config) dpop.Nonces { return always{dpop.NewNonceWindow(life, c.Clock)} })
}

func nonceForOneUse(c *mockas.Config) {
	givingNonces(func(c *mockas.Config) dpop.Nonces { return newOnce(c.Clock) })(c)
}

// givingNonces makes the nonces of a server. Another instance of it shares those of the
// first: a nonce of the one must be good at the other.
func givingNonces(source func(*mockas.Config) dpop.Nonces) func(*mockas.Config) {
	return func(c *mockas.Config) {
		if c.Beside == nil {
			c.NonceSource = source(c)
		}
	}
}

// otherWords calls what RFC 9449 names no code for by other names, and says no
// more than the code.
func otherWords(c *mockas.Config) {
	renamed := func(e *mockas.Error) *mockas.Error {
		if e != nil {
			e.Code = dpop.InvalidProof
		}
		return e
	}
	p := c.Policy
	code, refresh, constrain, write := p.CheckCode, p.CheckRefresh, p.Constrain, p.WriteError
	p.CheckCode = func(s *mockas.Server, c *mockas.Call, bound string) *mockas.Error {
		return renamed(code(s, c, bound))
	}
	p.CheckRefresh = func(s *mockas.Server, c *mockas.Call, t *mockas.Token) *mockas.Error {
		return renamed(refresh(s, c, t))
	}
	p.Constrain = func(d mockas.Demand) (bool, *mockas.Error) {
		bound, problem := constrain(d)
		if !d.Proof {
			problem = renamed(problem)
		}
		return bound, problem
	}
	p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
		bare := *e
		bare.Description, bare.Challenges = "", reversed(e.Challenges)
		write(w, &bare)
	}
}

// reversed puts the challenges and their parameters the other way round, behind
// a realm.
func reversed(list []dpop.Challenge) []dpop.Challenge {
	var turned []dpop.Challenge
	for i := len(list) - 1; i >= 0; i-- {
		c := dpop.Challenge{Scheme: list[i].Scheme}.With("realm", `a "realm", with a comma`)
		for j := len(list[i].Parameters) - 1; j >= 0; j-- {
			c.Parameters = append(c.Parameters, list[i].Parameters[j])
		}
		turned = append(turned, c)
	}
	return turned
}

// moreMembers adds to answers what nobody has asked for (RFC 6749 §5.1: unknown
// members are ignored), and leaves token_type out of introspection.
func moreMembers(c *mockas.Config) {
	for _, path := range []string{mockas.PathToken, mockas.PathPAR, mockas.PathIntrospect} {
		rewriting(path, func(body *dpop.Object) {
			if active, found := body.Get("active"); found && string(active) == "false" {
				return
			}
			body.Add("x_more", map[string]any{"of": []int{1, 2}})
		})(c.Policy)
	}
	introspecting(func(answer *dpop.Object, _ *mockas.Token) { answer.Delete("token_type") })(c.Policy)
}

// severalAudiences names userinfo beside the API, as some products do, and the
// confirmation has more than a thumbprint (RFC 7800 §3.1).
func severalAudiences(c *mockas.Config) {
	honest := c.Policy.Confirm
	c.Policy.Confirm = func(claims *dpop.Object, t *mockas.Token) {
		honest(claims, t)
		claims.Set("aud", append([]string{"https://issuer.example/userinfo"}, t.Audience...))
		if value, found := claims.Get("cnf"); found {
			cnf, _ := dpop.ParseObject(value) // we have written it
			cnf.Add("kid", "a-name")
			claims.Set("cnf", cnf)
		}
	}
}

// otherSpelling writes what has no letter case in another one, and fields with
// all that they may hold.
func otherSpelling(c *mockas.Config) {
	tokenType, cors := c.Policy.TokenType, c.Policy.CORS
	c.Policy.TokenType = func(jkt string) string { return strings.ToLower(tokenType(jkt)) }
	c.Policy.NoStore = func(h http.Header) { h.Set("Cache-Control", "no-cache, No-Store, max-age=0, must-revalidate") }
	c.Policy.CORS = func(h http.Header, preflight bool) {
		cors(h, preflight)
		if preflight {
			h.Set("Access-Control-Allow-Headers", "content-type,authorization,dpop")
		} else {
			h.Set("Access-Control-Expose-Headers", "x-request-id,dpop-nonce , www-authenticate")
		}
	}
	around := c.Policy.Around
	c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
		next = around(path, next)
		return func(w http.ResponseWriter, r *http.Request) {
			next(&editor{ResponseWriter: w, edit: func(_ int, h http.Header) {
				if h.Get("Content-Type") == "application/json" {
					h.Set("Content-Type", "application/json;charset=UTF-8")
				}
			}}, r)
		}
	}
}

// lasting binds the refresh tokens of confidential clients, too, for good.
func lasting(c *mockas.Config) {
	c.Policy.BindRefresh = func(_ *mockas.Client, jkt string, previous *mockas.Token) string {
		if previous != nil {
			return previous.Bound
		}
		return jkt
	}
}

// free exchanges a bound token for whoever holds it, which RFC 9449 leaves open,
// and takes a code back that came with a wrong key.
func free(c *mockas.Config) {
	c.Policy.CheckSubject = func(*mockas.Token, string) *mockas.Error { return nil }
	check := c.Policy.CheckCode
	c.Policy.CheckCode = func(s *mockas.Server, call *mockas.Call, bound string) *mockas.Error {
		problem := check(s, call, bound)
		if problem != nil {
			s.Burn(call.Get("code"))
		}
		return problem
	}
}

// rewriting changes the JSON that an endpoint answers with.
func rewriting(path string, change func(*dpop.Object)) inServer {
	return around(path, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		kept := &keeper{ResponseWriter: w, status: http.StatusOK}
		honest(kept, r)
		if body, err := dpop.ParseObject(kept.body); err == nil {
			change(&body)
			kept.body = body.JSON()
		}
		w.WriteHeader(kept.status)
		w.Write(kept.body)
	})
}

// keeper keeps an answer back.
type keeper struct {
	http.ResponseWriter
	status int
	body   []byte
}

// WriteHeader implements http.ResponseWriter.
func (k *keeper) WriteHeader(status int) { k.status = status }

// Write implements http.ResponseWriter.
func (k *keeper) Write(p []byte) (int, error) {
	k.body = append(k.body, p...)
	return len(p), nil
}
