package server

import (
	"encoding/json"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/wallet"
)

// attested is what comes with a request of a client that authenticates by attestation.
type attested struct {
	statement func(*attestedParts) // changes the attestation
	copies    int                  // of the attestation field; 0: one
	none      bool                 // there is no attestation
	pop       string               // name of the key of a PoP of its own; empty: as the server wants it
	noPoP     bool                 // there is none, whatever the server wants
	popFor    string               // its audience; empty: the issuer
	challenge *string              // of the PoP, in place of the newest
	proofKey  string               // name of the key of the DPoP proof
	unproven  bool                 // there is no DPoP proof
	twice     bool                 // the DPoP field comes twice
	nonce     string               // of the proof, in place of the newest
	about     string               // name of the attested key; empty: the client's
}

// attestedParts are the parts of an attestation before it is signed.
type attestedParts struct {
	wallet.Statement
	now   time.Time
	other *dpop.Key
}

var foreign = "no-challenge-of-this-server"

var attestations = vocabulary.Meanings[attested]{
	"its attestation and its proof": {},
	"an attestation of another key": {statement: func(p *attestedParts) {
		p.Claims.Set("cnf", wallet.Confirmed(p.other.JWK()))
	}},
	"an attestation by a stranger": {statement: func(p *attestedParts) {
		p.Key = p.other
		p.Header.Set("alg", p.other.Algorithm)
	}},
	"an attestation of another client": {statement: func(p *attestedParts) { p.Claims.Set("sub", "another") }},
	"an expired attestation": {statement: func(p *attestedParts) {
		p.Claims.Set("exp", p.now.Add(-time.Hour).Unix())
	}},
	"an attestation of another type":                 {statement: func(p *attestedParts) { p.Header.Set("typ", "JWT") }},
	"an attestation without an end":                  {statement: func(p *attestedParts) { p.Claims.Delete("exp") }},
	"two attestations":                               {copies: 2},
	"its attestation without a proof":                {unproven: true, noPoP: true},
	"its attestation and two DPoP fields":            {twice: true},
	"its proof without an attestation":               {none: true, noPoP: true},
	"its attestation and a proof with another nonce": {nonce: foreign},
	"its attestation and its proof, without a PoP":   {noPoP: true},

	"its attestation, a PoP, and a proof by another key": {pop: "client", proofKey: "another"},
	"its attestation, a PoP, and its proof":              {pop: "client"},
	"its attestation, a PoP by another key, and its proof": {
		pop: "another",
	},
	"its attestation, a PoP for another server, and its proof": {pop: "client", popFor: "https://another.example"},
	"its attestation, a PoP with another challenge, and its proof": {
		pop: "client", challenge: &foreign,
	},
}

// attestedAsk is the endpoint's request with an attestation.
func (w *Tester) attestedAsk(title string, how attested) (world.Ask, error) {
	if w.attesting == nil {
		return world.Ask{}, errNoAttested
	}
	p, err := w.At()
	if err != nil {
		return world.Ask{}, err
	}
	a, err := w.askAt(p, title)
	if err != nil {
		return a, err
	}
	return w.attest(a, how)
}

// attest adds to a request what authenticates its client, in the place of what its
// configuration would add.
func (w *Tester) attest(a world.Ask, how attested) (world.Ask, error) {
	name := "client"
	if how.about != "" {
		name = how.about
	}
	key, err := w.Key(name)
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
	if how.pop == "" && w.withPoP() && !how.noPoP {
		how.pop = name
	}
	var second []wire.Field
	if how.twice {
		proof, err := w.proofFor(a.Endpoint, key)
		if err != nil {
			return a, err
		}
		second = append(second, wire.Field{Name: "DPoP", Value: proof})
	}
	a.Change = func(r *wire.Request) {
		r.Fields = append(r.Fields, second...)
		r.Complete = func(r *wire.Request, now time.Time) error {
			fields, err := w.attestationFields(how, key, now)
			r.Fields = append(r.Fields, fields...)
			return err
		}
	}
	return a, nil
}

// withPoP reports whether the server wants a proof of possession of its own with each
// attestation.
func (w *Tester) withPoP() bool {
	return w.attesting.pop || w.EmbeddedAS() && !w.announces(wallet.AuthAttestationDPoP)
}

// attestationFields are what comes beside the DPoP proof.
func (w *Tester) attestationFields(how attested, key *dpop.Key, now time.Time) (wire.Fields, error) {
	var fields wire.Fields
	other, err := w.Key("another party")
	if err != nil {
		return nil, err
	}
	client := w.attesting.client
	parts := attestedParts{client.Instance.Attester.State(client.ID, key.JWK(), now), now, other}
	if how.statement != nil {
		how.statement(&parts)
	}
	text, err := parts.Sign()
	if err != nil {
		return nil, err
	}
	if !how.none {
		for range max(1, how.copies) {
			fields = append(fields, wire.Field{Name: wallet.FieldAttestation, Value: text})
		}
	}
	if how.pop == "" {
		return fields, nil
	}
	pop, err := w.attestationPoP(how, now)
	return append(fields, wire.Field{Name: wallet.FieldAttestationPoP, Value: pop}), err
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
	pop := wallet.PoP{ClientID: w.attesting.client.ID, Audience: metadata.Issuer, Challenge: w.newestChallenge()}
	if how.popFor != "" {
		pop.Audience = how.popFor
	}
	if how.challenge != nil {
		pop.Challenge = *how.challenge
	}
	return pop.Sign(key, now)
}

// newestChallenge is the challenge that the server has given last; empty if it gave
// none.
func (w *Tester) newestChallenge() string {
	if latest := w.Latest(); w.EmbeddedAS() && latest != nil && latest.Exchange != nil {
		if challenge, found := latest.Exchange.Answer.One(wallet.FieldChallenge); found {
			return challenge
		}
	}
	return w.attesting.client.Instance.Challenge()
}

// members is a member of a document that is a list of strings; nil if it is none.
func members(document dpop.Object, name string) []string {
	var list []string
	value, found := document.Get(name)
	if !found || json.Unmarshal(value, &list) != nil {
		return nil
	}
	return list
}
