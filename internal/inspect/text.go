package inspect

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/visible"
)

// challengeForm is the beginning of a challenge: a scheme and a parameter.
var challengeForm = regexp.MustCompile("^[!#$%&'*+.^_|~0-9A-Za-z-]+[ \t]+[!#$%&'*+.^_|~0-9A-Za-z-]+[ \t]*=")

// text judges a text that is no message.
func text(s string, c Context) (*Result, error) {
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		return document(s, c)
	}
	scheme, rest, _ := strings.Cut(s, " ")
	known := strings.EqualFold(scheme, dpop.Scheme) || strings.EqualFold(scheme, "Bearer")
	bare := withoutScheme(s)
	if bare == s && (challengeForm.MatchString(s) || known && rest == "") {
		return challenges(strings.Split(s, "\n")), nil
	}
	if issued, disclosures, combined := strings.Cut(bare, "~"); combined && strings.Count(issued, ".") == 2 {
		r := compact(issued, c)
		r.note("an SD-JWT: its %d parts behind ~ are not looked at", strings.Count(disclosures, "~")+1)
		return r, nil
	}
	dots := strings.Count(bare, ".")
	switch {
	case dots == 2:
		r := compact(bare, c)
		if found := hidden(bare); found != "" {
			r.note("%s", found)
		}
		if bare != s && r.Kind == Proof {
			r.note("a proof stands in the field DPoP, without a scheme before it (RFC 9449 §4.1)")
		}
		return r, nil
	case dots == 4:
		return encrypted(bare)
	}
	return nil, unknown(s)
}

// withoutScheme takes the scheme away that stands before a token.
func withoutScheme(s string) string {
	scheme, rest, found := strings.Cut(s, " ")
	rest = strings.TrimLeft(rest, " ")
	known := strings.EqualFold(scheme, dpop.Scheme) || strings.EqualFold(scheme, "Bearer")
	if found && known && dpop.IsToken68(rest) {
		return rest
	}
	return s
}

// unknown says what stands in the way, where it can tell.
func unknown(s string) error {
	const known = "neither a proof, a token, a challenge, a key, JSON, a curl command nor an HTTP message"
	switch {
	case hidden(s) != "":
		return errors.New(known + "; " + hidden(s))
	case strings.Contains(s, "-----BEGIN"):
		return errors.New("this is PEM; dpopspec keys thumbprint reads key files")
	case dpop.IsToken68(s) && strings.Count(s, ".") < 2 && len(s) > 15:
		return errors.New(known + "; an opaque token says nothing by itself " +
			"(its server tells by introspection, RFC 7662)")
	}
	return errors.New(known)
}

// hidden names the first character of a text that cannot be seen.
func hidden(s string) string {
	for _, r := range s {
		if visible.Rune(r) != r {
			return fmt.Sprintf("it holds a character that cannot be seen, %U; copy it anew", r)
		}
	}
	return ""
}
