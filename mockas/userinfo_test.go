package mockas_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// minted issues a token for userinfo, bound if a thumbprint is given.
func (p *party) minted(m mockas.Mint) string {
	p.Helper()
	if m.Scope == "" {
		m.Scope = "openid"
	}
	token, err := p.Mint(m)
	if err != nil {
		p.Fatal(err)
	}
	return token
}

func authorize(scheme, token string) wire.Field {
	return wire.Field{Name: "Authorization", Value: scheme + " " + token}
}

// userinfoProof is an honest proof for userinfo.
func (p *party) userinfoProof(key *dpop.Key, method, token string, change ...func(*dpop.Draft)) wire.Field {
	o := dpop.Occasion{Method: method, URI: p.URL(mockas.PathUserinfo), AccessToken: token}
	return p.proofFor(key, o, change...)
}

func TestUserinfoTakesBoundTokensWithProofsAndOthersAsBearer(t *testing.T) {
	p := start(t)
	for _, opaque := range []bool{false, true} {
		bound := p.minted(mockas.Mint{Bound: keyA.Thumbprint, Opaque: opaque})
		free := p.minted(mockas.Mint{Opaque: opaque})
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			proof := p.userinfoProof(keyA, method, bound)
			r := p.send(method, mockas.PathUserinfo, nil, authorize("DPoP", bound), proof)
			p.expect(r, http.StatusOK, "")
			if r.text("sub") != "person-1" {
				t.Errorf("got %s", r.Reply)
			}
			p.expect(p.send(method, mockas.PathUserinfo, nil, authorize("bearer", free)), http.StatusOK, "")
		}
	}
}

func TestUserinfoRefusesAsAProtectedResourceDoes(t *testing.T) {
	p := start(t)
	bound, free := p.minted(mockas.Mint{Bound: keyA.Thumbprint}), p.minted(mockas.Mint{})
	expired := p.minted(mockas.Mint{Bound: keyA.Thumbprint, Lifetime: -time.Second})
	forged := p.minted(mockas.Mint{Bound: keyA.Thumbprint, Key: keyB})
	narrow := p.minted(mockas.Mint{Bound: keyA.Thumbprint, Scope: "email"})
	proof := func(token string, change ...func(*dpop.Draft)) wire.Field {
		return p.userinfoProof(keyA, http.MethodGet, token, change...)
	}
	foreign, posted := p.userinfoProof(keyB, "GET", bound), p.userinfoProof(keyA, "POST", bound)
	with := func(scheme, token string, more ...wire.Field) []wire.Field {
		return append([]wire.Field{authorize(scheme, token)}, more...)
	}
	twice := with("DPoP", bound, with("DPoP", bound, proof(bound))...)
	inQuery := "?access_token=" + bound
	for name, row := range map[string]struct {
		query  string
		fields []wire.Field
		status int
		scheme string // whose challenge carries the error
		code   string
	}{
		"no credentials":         {"", nil, 401, "DPoP", ""},
		"a proof alone":          {"", []wire.Field{proof(bound)}, 401, "DPoP", ""},
		"token in the query":     {"?access_token=" + free, nil, 401, "DPoP", ""},
		"bound as Bearer":        {"", with("Bearer", bound), 401, "Bearer", "invalid_token"},
		"bound as Bearer, proof": {"", with("Bearer", bound, proof(bound)), 401, "Bearer", "invalid_token"},
		"unbound as DPoP":        {"", with("DPoP", free, proof(free)), 401, "DPoP", "invalid_token"},
		"no proof":               {"", with("DPoP", bound), 401, "DPoP", "invalid_dpop_proof"},
		"two proofs":             {"", with("DPoP", bound, proof(bound), proof(bound)), 401, "DPoP", "invalid_dpop_proof"},
		"no ath":                 {"", with("DPoP", bound, proof("")), 401, "DPoP", "invalid_dpop_proof"},
		"other ath":              {"", with("DPoP", bound, proof(free)), 401, "DPoP", "invalid_dpop_proof"},
		"other key":              {"", with("DPoP", bound, foreign), 401, "DPoP", "invalid_token"},
		"other method":           {"", with("DPoP", bound, posted), 401, "DPoP", "invalid_dpop_proof"},
		"expired token":          {"", with("DPoP", expired, proof(expired)), 401, "DPoP", "invalid_token"},
		"forged token":           {"", with("DPoP", forged, proof(forged)), 401, "DPoP", "invalid_token"},
		"other scope":            {"", with("DPoP", narrow, proof(narrow)), 403, "DPoP", "insufficient_scope"},
		"two fields":             {"", twice, 400, "DPoP", "invalid_request"},
		"field and query":        {inQuery, with("DPoP", bound, proof(bound)), 400, "DPoP", "invalid_request"},
		"malformed":              {"", with("DPoP", "a b"), 400, "DPoP", "invalid_request"},
		"other scheme":           {"", with("Basic", "eDp5"), 401, "DPoP", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.send(http.MethodGet, mockas.PathUserinfo+row.query, nil, row.fields...)
			challenges, err := dpop.ParseChallenges(r.Answer.Values("WWW-Authenticate"))
			if err != nil {
				t.Fatal(err)
			}
			challenge, _ := dpop.FindChallenge(challenges, row.scheme)
			if code, _ := challenge.Get("error"); r.Status != row.status || code != row.code {
				t.Errorf("answered %d %v, want %d %s", r.Status, challenges, row.status, row.code)
			}
			withProof, _ := dpop.FindChallenge(challenges, "DPoP")
			if algs, _ := withProof.Get("algs"); !slices.Contains(strings.Fields(algs), "ES256") {
				t.Errorf("algs is %q", algs)
			}
		})
	}
}

func TestUserinfoTakesAPostedBearerTokenAndNoSecondOne(t *testing.T) {
	p := start(t)
	free := p.minted(mockas.Mint{})
	p.expect(p.post(mockas.PathUserinfo, form("access_token", free)), http.StatusOK, "")
	p.expect(p.post(mockas.PathUserinfo, form("access_token", free), authorize("Bearer", free)),
		http.StatusBadRequest, "invalid_request")
}

func TestUserinfoAsksForANonce(t *testing.T) {
	p := start(t, nonces)
	bound := p.minted(mockas.Mint{Bound: keyA.Thumbprint})
	r := p.send(http.MethodGet, mockas.PathUserinfo, nil, authorize("DPoP", bound), p.userinfoProof(keyA, "GET", bound))
	challenges, _ := dpop.ParseChallenges(r.Answer.Values("WWW-Authenticate"))
	challenge, _ := dpop.FindChallenge(challenges, "DPoP")
	nonce, one := r.Answer.One("DPoP-Nonce")
	if code, _ := challenge.Get("error"); r.Status != http.StatusUnauthorized || code != "use_dpop_nonce" || !one {
		t.Fatalf("answered %d %v", r.Status, challenges)
	}
	proof := p.userinfoProof(keyA, "GET", bound, withNonce(nonce))
	p.expect(p.send(http.MethodGet, mockas.PathUserinfo, nil, authorize("DPoP", bound), proof),
		http.StatusOK, "")
}

func TestARevokedTokenIsNoLongerGoodAtUserinfo(t *testing.T) {
	p := start(t)
	bound := p.minted(mockas.Mint{Bound: keyA.Thumbprint})
	p.Revoke(bound)
	r := p.send(http.MethodGet, mockas.PathUserinfo, nil, authorize("DPoP", bound), p.userinfoProof(keyA, "GET", bound))
	p.expect(r, http.StatusUnauthorized, "invalid_token")
}
