package api

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func httpsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^the API is reached over https alone$`, (*Tester).isReachedOverHTTPSAlone,
		"The URL of the API must be https, and nobody may ask for a token at its http twin, "+
			"which gets a GET without credentials and query. "+
			"On loopback, where nobody listens in, http will do.",
		"Then the API is reached over https alone")
}

// onLoopback reports whether a host is this machine, where nobody listens in.
func onLoopback(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1"
}

func (w *Tester) isReachedOverHTTPSAlone() error {
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	u, err := url.Parse(resource.URL)
	if err != nil {
		return err
	}
	local := onLoopback(u.Hostname())
	err = w.Expect(u.Scheme == "https" || local, "an https URL, unless on loopback, where nobody listens in", resource.URL)
	if err != nil || local {
		return err
	}
	// No token goes over the open network: a request without one already tells
	// whether somebody answers there.
	e, nobody, err := w.AskTwin("the http twin of the API", resource.URL)
	if err != nil {
		return err
	}
	if nobody != nil {
		return w.Expect(true, "no answer over http", nobody.Error())
	}
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	_, asks := dpop.FindChallenge(challenges, dpop.Scheme)
	return w.Expect(!asks && e.Status/100 != 2,
		"a refusal or a redirect over http, and no challenge that asks for a token there",
		world.APIEndpoint.Describe(e, nil))
}
