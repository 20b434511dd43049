package mutants

import (
	"net/http"
	"net/url"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// registrationVariations are clients that are registered otherwise than the
// embedded one: by another method, with an id, a redirect URI and a person of their
// own, or for the default audience.
var registrationVariations = []Variation{
	registrationVariation("a public client that names no audience and leaves nothing empty out", target.Registration{
		ID: "https://app.example/client-metadata.json", Auth: mockas.AuthNone, Subject: "auth0|5f7c8ec7",
		RedirectURI: "com.example.app:/callback", AudienceParameter: target.NoAudience,
	}, func(_ http.Header, form url.Values) { // RFC 6749 §3.2: as if they were left out
		form.Set("client_secret", "")
		form.Set("client_assertion", "")
		form.Set("client_assertion_type", "")
	}),
	registrationVariation("client_secret_basic, with what has to be encoded", target.Registration{
		ID: "app: one+two", Secret: "100% secret: é/&=", Auth: mockas.AuthBasic, Subject: "person 2",
		RedirectURI: "http://localhost:4000/callback?tenant=one", AudienceParameter: "resource",
	}, nil),
	registrationVariation("client assertions", target.Registration{Auth: mockas.AuthPrivateKeyJWT}, nil),
}

func registrationVariation(name string, r target.Registration, identify func(http.Header, url.Values)) Variation {
	return Variation{Name: name, Party: target.ClientRole, Parts: target.Parts{
		Registration: r,
		Client: func(o *client.Options) {
			if identify != nil {
				namesItself(o.Policy, identify)
			}
		},
	}}
}
