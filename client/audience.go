package client

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// audienceFailure tells a refusal for the sake of the audience from others: by
// the server's own words, or because the token plainly is for another API.
func audienceFailure(a *Answer, token, wanted string, target *url.URL) *DPoPError {
	if a.Status != http.StatusUnauthorized {
		return nil
	}
	// error_description has no room for double quotes (RFC 6750 §3): a server
	// escapes them, or writes single ones.
	words := strings.NewReplacer(`\`, "", "'", `"`).Replace(string(a.Body) + a.description())
	said := strings.Contains(words, string(AudienceMismatch)) || strings.Contains(words, audienceMismatchWords)
	audiences, known := Audiences(token)
	plain := a.Refused(dpop.InvalidToken) && known && !meant(audiences, wanted, target)
	if !said && !plain {
		return nil
	}
	e := failure(AudienceMismatch, "%s: %s refused a token for %q; give every API a Fetcher of its own with its audience", audienceMismatchWords, origin(target), audiences)
	e.Status = a.Status
	return e
}

// meant reports whether one of the audiences can be the API at the target: the
// audience that was wanted or, where none was named, one that is no URL or is
// a URL of the same origin.
func meant(audiences []string, wanted string, target *url.URL) bool {
	if wanted != "" {
		return slices.Contains(audiences, wanted)
	}
	for _, audience := range audiences {
		u, err := url.Parse(audience)
		if err != nil || u.Host == "" || origin(u) == origin(target) {
			return true
		}
	}
	return len(audiences) == 0
}
