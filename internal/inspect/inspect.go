// Package inspect decodes and judges what people paste: a proof, an access
// token, a challenge, or a whole HTTP request as curl -v prints it.
package inspect

import (
	"errors"
	"strings"
)

// Text finds out what a text is, decodes and judges it.
func Text(text string, c Context) (*Result, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, errors.New("there is nothing to inspect; give a proof, a token, a challenge or an HTTP request")
	case looksLikeRequest(text):
		return request(text, c)
	case challengeText(text) != "":
		return challenge(challengeText(text))
	}
	if value, found := fieldValue(text, "DPoP"); found {
		text = value
	}
	return compact(text, c)
}
