package mask

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strings"
)

// encodings are the forms in which a secret may travel: as it is, percent- and
// form-encoded, in JSON, in HTML, in hexadecimal, and in base64 of both
// alphabets at each of the three places in a group that a longer text, such as
// Basic credentials or the payload of a token, can put it.
func encodings(secret string) []string {
	if len(strings.TrimSpace(secret)) < shortest {
		return nil
	}
	forms := spellings(secret)
	forms = append(forms, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))))
	forms = append(forms, base64Forms(secret)...)
	if escaped := url.QueryEscape(secret); escaped != secret { // RFC 6749 §2.3.1 form-encodes before base64
		forms = append(forms, base64Forms(escaped)...)
	}
	return append(forms, longLines(secret)...)
}

// spellings are those of the forms in which the letters of the secret can be read.
func spellings(secret string) []string {
	forms := []string{secret, strings.TrimSpace(secret), html.EscapeString(secret)}
	return append(append(forms, percentForms(secret)...), jsonForms(secret)...)
}

func percentForms(secret string) []string {
	var forms []string
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret), escapeAll(secret)} {
		forms = append(forms, escaped, lowerHex(escaped), url.QueryEscape(escaped))
	}
	return forms
}

// escapeAll percent-encodes all but the unreserved characters of RFC 3986.
func escapeAll(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// lowerHex writes the percent escapes with small letters.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// jsonForms are the secret inside a JSON string: with and without the escapes
// that only some encoders use, and once more inside a string of that.
func jsonForms(secret string) []string {
	var forms []string
	for _, once := range []string{jsonInner(secret, true), jsonInner(secret, false)} {
		forms = append(forms, once, strings.ReplaceAll(once, "/", `\/`), jsonInner(once, false))
	}
	return forms
}

func jsonInner(s string, escapeHTML bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	if encoder.Encode(s) != nil {
		return s
	}
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// base64Forms are the characters of the base64 that depend on the secret
// alone, whatever stands before and after it. Those of less than six
// characters are left out, for chance would find them anywhere.
func base64Forms(secret string) []string {
	var forms []string
	for before := range 3 {
		padded := append(make([]byte, before), secret...)
		whole := len(padded) / 3 * 3 // the last group is shared with what follows
		first := (before*8 + 5) / 6  // the first characters, with what went before
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if form := alphabet.EncodeToString(padded[:whole])[min(first, whole/3*4):]; len(form) >= 6 {
				forms = append(forms, form)
			}
		}
	}
	return append(forms,
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)))
}

// longLines are the lines of a secret of several lines that give it away by
// themselves: the body of a PEM block, but not its frame.
func longLines(secret string) []string {
	var lines []string
	if !strings.Contains(secret, "\n") {
		return nil
	}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); len(line) >= 16 && !strings.HasPrefix(line, "-----") {
			lines = append(lines, line, url.QueryEscape(line))
		}
	}
	return lines
}
