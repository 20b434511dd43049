package dpop

import (
	"crypto/rand"
	"strings"
	"time"
)

// ProofType is the typ of every DPoP proof (RFC 9449 §4.2).
const ProofType = "dpop+jwt"

// Occasion is the request that a proof is made for.
type Occasion struct {
	Method      string
	URI         string // target URI; query and fragment are left out of htu
	AccessToken string // empty at the authorization server
	Nonce       string // empty where no nonce is known
}

// Draft is a proof before it is signed: its header and its claims, free to be
// changed, duplicated or removed.
type Draft struct {
	Header Object
	Claims Object
}

// NewDraft returns an honest proof (RFC 9449 §4.2) that carries the key's
// public half and was made at the given time.
func NewDraft(key *Key, o Occasion, now time.Time) Draft {
	var d Draft
	d.Header.Add("typ", ProofType)
	d.Header.Add("alg", key.Algorithm)
	d.Header.Add("jwk", key.text)
	d.Claims.Add("jti", NewID())
	d.Claims.Add("htm", o.Method)
	d.Claims.Add("htu", withoutQuery(o.URI))
	d.Claims.Add("iat", now.Unix())
	if o.AccessToken != "" {
		d.Claims.Add("ath", TokenHash(o.AccessToken))
	}
	if o.Nonce != "" {
		d.Claims.Add("nonce", o.Nonce)
	}
	return d
}

// NewProof makes and signs an honest proof.
func NewProof(key *Key, o Occasion, now time.Time) (string, error) {
	return NewDraft(key, o, now).Sign(key)
}

// NewID returns 128 random bits in base64url: a jti or a nonce that nobody
// else makes (RFC 9449 §4.2 asks for a negligible chance of collision).
func NewID() string {
	var id [16]byte
	rand.Read(id[:]) // crypto/rand never fails
	return EncodeSegment(id[:])
}

// Sign returns the compact serialisation (RFC 7515 §7.1).
func (d Draft) Sign(key *Key) (string, error) {
	return SignCompact(key, d.Header.JSON(), d.Claims.JSON())
}

// SignCompact signs header and payload as they are, byte for byte.
func SignCompact(key *Key, header, payload []byte) (string, error) {
	compact := make([]byte, 0, (len(header)+len(payload)+140)*4/3) // 132 octets are the longest ECDSA signature
	compact = append(appendSegment(compact, header), '.')
	compact = appendSegment(compact, payload)
	signature, err := key.Sign(compact)
	if err != nil {
		return "", err
	}
	return string(appendSegment(append(compact, '.'), signature)), nil
}

func withoutQuery(uri string) string {
	uri, _, _ = strings.Cut(uri, "#")
	uri, _, _ = strings.Cut(uri, "?")
	return uri
}
