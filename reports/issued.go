package reports

import (
	"regexp"
	"strings"
)

// Tokens that a server has issued or a request has presented, in raw messages.
// A value that ends with a mask has been masked before.
var (
	issuedToken    = regexp.MustCompile(`"(?:access_token|refresh_token|id_token|device_code|registration_access_token)"\s*:\s*"([^"\\\s…]{16,})"`)
	presentedToken = regexp.MustCompile(`(?im)^authorization:[ \t]*(?:dpop|bearer)[ \t]+([^\s,"…]{16,})[ \t]*\r?$`)
)

// during is a redactor for one case. It also masks the tokens of the case
// where no place gives them away: an opaque token in a field that nobody has
// registered, or as the claim ath of a proof, looks like any other word.
func (r *Redactor) during(c Case) *Redactor {
	var pairs []string
	for _, e := range c.Exchanges {
		for _, m := range issuedToken.FindAllStringSubmatch(e.Response, -1) {
			pairs = append(pairs, m[1], token(m[1], 6))
		}
		for _, m := range presentedToken.FindAllStringSubmatch(e.Request, -1) {
			pairs = append(pairs, m[1], token(m[1], 6))
		}
	}
	if pairs == nil {
		return r
	}
	return &Redactor{secrets: r.secrets, issued: strings.NewReplacer(pairs...)}
}
