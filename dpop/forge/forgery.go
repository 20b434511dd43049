package forge

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Forgery is a proof in the making. Defect.Forge fills it with the honest way of
// making a proof, step by step; a Defect exchanges one of the steps, or one
// thing in the draft, and nothing else.
type Forgery struct {
	// Key is the key pair of the scenario, to which its token is bound.
	Key *dpop.Key
	// Occasion is the request that the proof goes with.
	dpop.Occasion
	// Now is when the proof is made.
	Now time.Time
	// Aids is what else some defects need.
	Aids

	// Draft is the honest proof (dpop.NewDraft) where the caller leaves it empty.
	Draft dpop.Draft

	// Header and Payload, if not nil, are the octets to be signed in place of
	// the draft's JSON.
	Header, Payload []byte
	// Write makes the JSON of a drafted object.
	Write func(dpop.Object) []byte
	// Encode makes a segment.
	Encode func([]byte) string
	// Sign returns the signature over the signing input (RFC 7515 §5.1).
	Sign func(input []byte) ([]byte, error)
	// Join makes the proof out of its segments.
	Join func(Segments) string
	// Lines makes the DPoP field lines out of the proof.
	Lines func(proof string) ([]string, error)
	// FieldName is how the name of the field is spelled.
	FieldName string
}

// Aids is what some defects need from the scenario. All of it may be left
// out; a defect that lacks something is not forgeable and says so.
type Aids struct {
	// Keys returns a key pair for a JWS algorithm, the same one every time. For
	// the algorithm of Forgery.Key it had best be that key.
	Keys func(algorithm string) (*dpop.Key, error)
	// Algorithms are the alg values that the server advertises.
	Algorithms []string
	// Other is the key pair of another party, known to the server or not.
	Other *dpop.Key
	// ServerKey is a public key whose private half the harness does not have:
	// the server's own, or one registered for the client.
	ServerKey dpop.Object
	// OtherToken is another access token bound to the same key.
	OtherToken string
	// OldNonce is a nonce of this server that has expired.
	OldNonce string
	// OtherNonce is a nonce that another server handed out.
	OtherNonce string
	// Canary is a URL that nobody may ever fetch.
	Canary string
}

// Forged is a proof ready to be sent.
type Forged struct {
	Fields    []string // the values of the DPoP field lines, in order
	FieldName string   // "DPoP", unless the variation is about its letter case
	Proof     string   // the text of the proof if there is exactly one line
	// Key is the key pair that the proof was drafted for: the scenario's own,
	// or the one that the defect brought. A token must be bound to it.
	Key *dpop.Key
	// Thumbprint is that of the key in jwk, as far as one can be computed
	// without judging the key; empty otherwise. The same Forgery gives the
	// same one every time, so that a token can be bound to it beforehand.
	Thumbprint string
}

// prepare gives every step that the caller left open its honest value.
func (f *Forgery) prepare() {
	if f.Draft.Header == nil && f.Draft.Claims == nil {
		f.Draft = dpop.NewDraft(f.Key, f.Occasion, f.Now)
	} else {
		f.Draft = dpop.Draft{Header: f.Draft.Header.Clone(), Claims: f.Draft.Claims.Clone()}
	}
	if f.Write == nil {
		f.Write = dpop.Object.JSON
	}
	if f.Encode == nil {
		f.Encode = dpop.EncodeSegment
	}
	if f.Sign == nil {
		f.Sign = f.Key.Sign
	}
	if f.Join == nil {
		f.Join = Segments.Compact
	}
	if f.Lines == nil {
		f.Lines = func(proof string) ([]string, error) { return []string{proof}, nil }
	}
	if f.FieldName == "" {
		f.FieldName = "DPoP"
	}
}

// segments signs header and payload.
func (f *Forgery) segments() (Segments, error) {
	header, payload := f.Header, f.Payload
	if header == nil {
		header = f.Write(f.Draft.Header)
	}
	if payload == nil {
		payload = f.Write(f.Draft.Claims)
	}
	s := Segments{Header: f.Encode(header), Payload: f.Encode(payload)}
	signature, err := f.Sign([]byte(s.Input()))
	if err != nil {
		return Segments{}, err
	}
	s.Signature = f.Encode(signature)
	return s, nil
}

// finish takes the remaining steps.
func (f *Forgery) finish() (Forged, error) {
	s, err := f.segments()
	if err != nil {
		return Forged{}, err
	}
	lines, err := f.Lines(f.Join(s))
	if err != nil {
		return Forged{}, err
	}
	forged := Forged{Fields: lines, FieldName: f.FieldName, Key: f.Key, Thumbprint: f.embedded()}
	if len(lines) == 1 {
		forged.Proof = lines[0]
	}
	return forged, nil
}

// embedded returns the thumbprint of the key in the draft's jwk.
func (f *Forgery) embedded() string {
	value, _ := f.Draft.Header.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		return ""
	}
	thumbprint, err := dpop.Thumbprint(jwk)
	if err != nil {
		return ""
	}
	return thumbprint
}

// honest returns one more proof for the same occasion, without any defect.
func (f *Forgery) honest() (string, error) { return dpop.NewProof(f.Key, f.Occasion, f.Now) }

// use drafts the proof for another key pair.
func (f *Forgery) use(key *dpop.Key) {
	f.Key, f.Sign = key, key.Sign
	f.Draft.Header.Set("alg", key.Algorithm)
	f.Draft.Header.Set("jwk", key.JWK())
}

// keyFor returns the scenario's key pair for an algorithm.
func (a Aids) keyFor(algorithm string) (*dpop.Key, error) {
	if a.Keys == nil {
		return nil, lacking("it needs key pairs for other algorithms")
	}
	return a.Keys(algorithm)
}
