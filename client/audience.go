package client

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// tokenAudience compares the aud of a JWT access token with the audience that
// was asked for, exactly. Of a token that is no JWT nothing is known.
func tokenAudience(asked, token string) error {
	audiences, known := Audiences(token)
	if asked == "" || !known || slices.Contains(audiences, asked) {
		return nil
	}
	return failure(AudienceMismatch,
		"%s: the token is for %q, not for %q; check the audience and the policies of the refresh token",
		audienceMismatchWords, audiences, asked)
}

// audienceFailure tells a refusal for the sake of the audience from others: by
// the server's own words, or because the token plainly is for another API.
func audienceFailure(a *Answer, token, asked string, target *url.URL) *DPoPError {
	if a.Status != http.StatusUnauthorized {
		return nil
	}
	// error_description has no room for double quotes (RFC 6750 §3): a server
	// escapes them, or writes single ones.
	words := strings.NewReplacer(`\`, "", "'", `"`).Replace(string(a.Body) + a.description())
	said := strings.Contains(words, string(AudienceMismatch)) || strings.Contains(words, audienceMismatchWords)
	audiences, known := Audiences(token)
	plain := a.Refused(dpop.InvalidToken) && known && !meant(audiences, asked, target)
	if !said && !plain {
		return nil
	}
	return failureAt(a.Status, AudienceMismatch,
		"%s: %s refused a token for %q; give every API a Fetcher of its own with its audience",
		audienceMismatchWords, origin(target), audiences)
}

// meant reports whether one of the audiences can be the API at the target: the
// audience that was asked for or, where none was named, one that is no URL or
// is a URL of the same origin.
func meant(audiences []string, asked string, target *url.URL) bool {
	if asked != "" {
		return slices.Contains(audiences, asked)
	}
	for _, audience := range audiences {
		u, err := url.Parse(audience)
		if err != nil || u.Host == "" || origin(u) == origin(target) {
			return true
		}
	}
	return len(audiences) == 0
}
