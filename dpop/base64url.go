package dpop

import (
	"encoding/base64"
	"errors"
	"strings"
)

var strictBase64URL = base64.RawURLEncoding.Strict()

// EncodeSegment writes data in the base64url form of RFC 7515 §2: the URL-safe
// alphabet without padding.
func EncodeSegment(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// appendSegment is EncodeSegment at the end of a text.
func appendSegment(text, data []byte) []byte { return base64.RawURLEncoding.AppendEncode(text, data) }

// DecodeSegment reads the base64url form of RFC 7515 §2 strictly: no padding,
// no line breaks or other white space, and no non-zero bits behind the last
// octet, which would give one value several spellings.
func DecodeSegment(text string) ([]byte, error) {
	// Go's decoder skips line breaks even in strict mode.
	if strings.IndexByte(text, '\n') >= 0 || strings.IndexByte(text, '\r') >= 0 {
		return nil, errors.New("a line break inside base64url")
	}
	data, err := strictBase64URL.DecodeString(text)
	if err != nil {
		return nil, errors.New("not unpadded base64url (RFC 7515 §2)")
	}
	return data, nil
}
