package server

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// attestationSteps are about clients that authenticate by an attestation of their
// key (draft-ietf-oauth-attestation-based-client-auth). In combined mode the DPoP
// proof is the proof of possession of that key.
func attestationSteps(v *vocabulary.Vocabulary) {
	v.Word("attestation", "By what a client authenticates, beside an attestation of its key.", attestations.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a client that authenticates by attestation$`, (*Tester).attestedClient,
		"Registers a client, and the key of one who vouches for it, at the embedded authorization server. "+
			"No configuration of a real one has such a key.",
		"Given a client that authenticates by attestation")
	g.Given(`^its attestation and its proof are accepted$`, (*Tester).attestationIsAccepted,
		"The positive control of combined mode: an attestation of the client's key and a DPoP proof by it.",
		"Given its attestation and its proof are accepted")
	g.When(`^the client authenticates by {attestation}$`, (*Tester).authenticatesBy,
		"Sends the endpoint's request with those fields; the DPoP proof is honest unless they say otherwise.",
		"When the client authenticates by an attestation of another key")
	g.Then(`^the server metadata name the ways of attestation$`, (*Tester).namesAttestation,
		"token_endpoint_auth_methods_supported must hold attest_jwt_client_auth or attest_jwt_client_auth_dpop: "+
			"a server may take one of them alone.",
		"Then the server metadata name the ways of attestation")
}

// attested is what comes with a request of a client that authenticates so.
type attested struct {
	statement func(*attestedParts) // changes the attestation
	copies    int                  // of the attestation field; 0: one
	none      bool                 // there is no attestation
	pop       string               // name of the key of a PoP of its own; empty: none
	popFor    string               // its audience; empty: the issuer
	proofKey  string               // name of the key of the DPoP proof
	unproven  bool                 // there is no DPoP proof
	twice     bool                 // the DPoP field comes twice
	nonce     string               // of the proof, in place of the newest
}

// attestedParts are the parts of an attestation before it is signed.
type attestedParts struct {
	header, claims dpop.Object
	now            time.Time
	key            *dpop.Key // that signs
	other          *dpop.Key
}

var attestations = vocabulary.Meanings[attested]{
	"its attestation and its proof": {},
	"an attestation of another key": {statement: func(p *attestedParts) {
		p.claims.Set("cnf", confirmed(p.other))
	}},
	"an attestation by a stranger": {statement: func(p *attestedParts) {
		p.key = p.other
		p.header.Set("alg", p.other.Algorithm)
	}},
	"an attestation of another client": {statement: func(p *attestedParts) { p.claims.Set("sub", "another") }},
	"an expired attestation": {statement: func(p *attestedParts) {
		p.claims.Set("exp", p.now.Add(-time.Hour).Unix())
	}},
	"an attestation of another type":                 {statement: func(p *attestedParts) { p.header.Set("typ", "JWT") }},
	"two attestations":                               {copies: 2},
	"its attestation without a proof":                {unproven: true},
	"its attestation and two DPoP fields":            {twice: true},
	"its proof without an attestation":               {none: true},
	"its attestation and a proof with another nonce": {nonce: "no-challenge-of-this-server"},

	"its attestation, a PoP, and a proof by another key": {pop: "client", proofKey: "another"},
	"its attestation, a PoP, and its proof":              {pop: "client"},
	"its attestation, a PoP by another key, and its proof": {
		pop: "another",
	},
	"its attestation, a PoP for another server, and its proof": {pop: "client", popFor: "https://another.example"},
}

func confirmed(key *dpop.Key) dpop.Object {
	var cnf dpop.Object
	cnf.Add("jwk", key.JWK())
	return cnf
}

// attestedID is the client that authenticates so.
const attestedID = "attested"

func (w *Tester) attestedClient() error {
	if !w.EmbeddedAS() {
		return world.NotApplicablef("the configuration has no attester that the authorization server trusts: " +
			"nobody here can vouch for a client")
	}
	attester, err := w.Key("attester")
	if err != nil {
		return err
	}
	trusted, err := dpop.ParsePublicKey(attester.JWK())
	if err != nil {
		return err
	}
	w.attester = attester
	grants := []string{mockas.GrantClientCredentials, mockas.GrantCode}
	w.ChooseClient(target.RegisteredClient{
		ID: attestedID, Auth: mockas.AuthAttestation, Grants: grants, RedirectURI: world.RedirectURI,
	})
	return w.ArrangeAS(func(c *mockas.Config) {
		c.Attesters = append(c.Attesters, trusted)
		c.Clients = append(c.Clients, mockas.Client{
			ID: attestedID, Auth: mockas.AuthAttestation, Grants: grants, RedirectURIs: []string{world.RedirectURI},
		})
	})
}

func (w *Tester) attestationIsAccepted() error {
	a, err := w.attestedAsk("its attestation and its proof", attested{})
	if err != nil {
		return err
	}
	return w.Demand(a)
}

func (w *Tester) authenticatesBy(what string) error {
	how, err := attestations.Of(what)
	if err != nil {
		return err
	}
	a, err := w.attestedAsk(what, how)
	if err != nil {
		return err
	}
	return w.Try(a)
}

// attestedAsk is the endpoint's request with an attestation.
func (w *Tester) attestedAsk(title string, how attested) (world.Ask, error) {
	if w.attester == nil {
		return world.Ask{}, errors.New(`put "Given a client that authenticates by attestation" first`)
	}
	p, err := w.At()
	if err != nil {
		return world.Ask{}, err
	}
	a, err := w.askAt(p, title)
	if err != nil {
		return a, err
	}
	key, err := w.Key("client")
	if err != nil {
		return a, err
	}
	if how.proofKey != "" {
		if a.Key, err = w.Key(how.proofKey); err != nil {
			return a, err
		}
	}
	if how.unproven {
		a.Key = nil
	}
	if how.nonce != "" {
		a.Nonce = &how.nonce
	}
	address, err := w.AddressOf(p)
	if err != nil {
		return a, err
	}
	fields, err := w.attestationFields(how, key, w.Now(address))
	if err != nil {
		return a, err
	}
	if how.twice {
		proof, err := w.proofFor(p, key)
		if err != nil {
			return a, err
		}
		fields = append(fields, wire.Field{Name: "DPoP", Value: proof})
	}
	a.Change = func(r *wire.Request) { r.Fields = append(r.Fields, fields...) }
	return a, nil
}

// attestationFields are what comes beside the DPoP proof.
func (w *Tester) attestationFields(how attested, key *dpop.Key, now time.Time) (wire.Fields, error) {
	var fields wire.Fields
	other, err := w.Key("another party")
	if err != nil {
		return nil, err
	}
	parts := attestedParts{key: w.attester, other: other, now: now}
	parts.header.Add("typ", mockas.TypAttestation)
	parts.header.Add("alg", w.attester.Algorithm)
	parts.claims.Add("sub", attestedID)
	parts.claims.Add("iat", now.Unix())
	parts.claims.Add("exp", now.Add(5*time.Minute).Unix())
	parts.claims.Add("cnf", confirmed(key))
	if how.statement != nil {
		how.statement(&parts)
	}
	text, err := dpop.SignCompact(parts.key, parts.header.JSON(), parts.claims.JSON())
	if err != nil {
		return nil, err
	}
	if !how.none {
		for range max(1, how.copies) {
			fields = append(fields, wire.Field{Name: mockas.FieldAttestation, Value: text})
		}
	}
	if how.pop == "" {
		return fields, nil
	}
	pop, err := w.attestationPoP(how, now)
	return append(fields, wire.Field{Name: mockas.FieldAttestationPoP, Value: pop}), err
}

func (w *Tester) attestationPoP(how attested, now time.Time) (string, error) {
	key, err := w.Key(how.pop)
	if err != nil {
		return "", err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	audience := how.popFor
	if audience == "" {
		audience = metadata.Issuer
	}
	var header, claims dpop.Object
	header.Add("typ", mockas.TypAttestationPoP)
	header.Add("alg", key.Algorithm)
	claims.Add("iss", attestedID)
	claims.Add("aud", audience)
	claims.Add("jti", dpop.NewID())
	claims.Add("iat", now.Unix())
	return dpop.SignCompact(key, header.JSON(), claims.JSON())
}

func (w *Tester) namesAttestation() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		value, _ := document.Get("token_endpoint_auth_methods_supported")
		var list []string
		named := json.Unmarshal(value, &list) == nil &&
			(slices.Contains(list, mockas.AuthAttestation) || slices.Contains(list, mockas.AuthAttestationDPoP))
		return w.Expect(named, mockas.AuthAttestation+" or "+mockas.AuthAttestationDPoP+" in "+address, orNone(string(value)))
	})
}
