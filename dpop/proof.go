package dpop

import (
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Proof is a received proof, taken apart strictly. The fields are filled by
// the checks in their order; what a check has not reached yet is empty.
type Proof struct {
	Text       string // the field value as it came
	Header     Object
	Claims     Object
	Signature  []byte
	Algorithm  Algorithm
	Key        crypto.PublicKey
	JWK        Object
	Thumbprint string // of Key, RFC 7638
	ID         string // jti
	URI        string // htu, normalised
	IssuedAt   float64
}

// Input returns the bytes that the signature covers: header and payload
// segment as they were received (RFC 7515 §5.2 step 8).
func (p *Proof) Input() []byte {
	return []byte(p.Text[:strings.LastIndexByte(p.Text, '.')])
}

// SplitCompact returns the three segments of a compact JWS, decoded with the
// given reader of base64url. It never splits further than it must, so that
// ten thousand dots cost no more than three.
func SplitCompact(text string, decode func(string) ([]byte, error)) (header, payload, signature []byte, err error) {
	segments := strings.SplitN(text, ".", 5)
	if len(segments) != 3 {
		return nil, nil, nil, errors.New("not three segments (RFC 7515 §7.1)")
	}
	names := [...]string{"header", "payload", "signature"}
	var decoded [3][]byte
	for i, segment := range segments {
		if segment == "" {
			return nil, nil, nil, fmt.Errorf("the %s segment is empty", names[i])
		}
		if decoded[i], err = decode(segment); err != nil {
			return nil, nil, nil, fmt.Errorf("the %s segment: %w", names[i], err)
		}
	}
	return decoded[0], decoded[1], decoded[2], nil
}

// Number reads a NumericDate (RFC 7519 §2): a JSON number of seconds, finite
// and within a range in which arithmetic cannot overflow.
func (o Object) Number(name string) (float64, error) {
	value, found := o.Get(name)
	if !found {
		return 0, fmt.Errorf("%s is missing", name)
	}
	return numericDate(name, value)
}

// latestDate is the year 9999; a proof in milliseconds lies far beyond it.
const latestDate = 253402300799

func numericDate(name string, value json.RawMessage) (float64, error) {
	if len(value) == 0 || !(value[0] == '-' || value[0] >= '0' && value[0] <= '9') {
		return 0, fmt.Errorf("%s is not a JSON number", name)
	}
	seconds, err := strconv.ParseFloat(string(value), 64)
	if err != nil || math.Abs(seconds) > latestDate {
		return 0, fmt.Errorf("%s is out of any sensible range; NumericDate counts seconds", name)
	}
	return seconds, nil
}

// Thumbprint43 reports whether text has the form of an RFC 7638 SHA-256
// thumbprint: 43 characters of strict base64url.
func Thumbprint43(text string) bool {
	digest, err := DecodeSegment(text)
	return err == nil && len(digest) == 32
}
