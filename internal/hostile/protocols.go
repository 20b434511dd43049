package hostile

import (
	"fmt"
	"strings"
)

// asksForNonce is the challenge of an answer that wants another nonce.
const asksForNonce = `WWW-Authenticate: DPoP error="use_dpop_nonce"`

// protocols are misbehaviours in the words of HTTP and DPoP: redirects, limits,
// challenges, metadata.
func protocols() []Misbehaviour {
	return []Misbehaviour{
		{Name: "a redirect loop", Does: "redirects to itself", act: func(c *conversation) {
			c.say(closing("302 Found", "Location: "+c.request.RequestURI))
		}},
		{
			Name: "a redirect elsewhere", Does: "redirects with 307 to another origin, which collects credentials",
			act: func(c *conversation) {
				c.say(closing("307 Temporary Redirect", "Location: "+c.server.lureURL+"/loot"))
			},
		},
		answer("a redirect to nowhere", "redirects without Location", closing("302 Found")),
		answer("429 at once", "answers 429 and wants no pause",
			closing("429 Too Many Requests", "Retry-After: 0")),
		answer("429 for a day", "answers 429 and wants a day",
			closing("429 Too Many Requests", "Retry-After: 86400")),
		{Name: "endless challenges", Does: "asks for another nonce each time", act: func(c *conversation) {
			c.askForNonce(fmt.Sprintf("n%d", c.server.count.Add(1)))
		}},
		{
			Name: "a nonce of a megabyte", Does: "asks for a nonce that no field can carry back",
			act: func(c *conversation) { c.askForNonce(strings.Repeat("n", 900_000)) },
		},
		answer("a challenge without nonce", "asks for a nonce and gives none",
			closing("400 Bad Request", asJSON, asksForNonce)+`{"error": "use_dpop_nonce"}`),
		answer("an error of a megabyte", "refuses with a code without measure",
			closing("400 Bad Request", asJSON)+`{"error": "`+strings.Repeat("e", 900_000)+`"}`),
		answer("broken challenges", "refuses with a challenge that cannot be parsed",
			closing("401 Unauthorized",
				`WWW-Authenticate: DPoP error="use_dpop_nonce, ,,=""=\`, `WWW-Authenticate: "`)),
		answer("terminal escapes", "refuses in words that would paint a terminal",
			closing("401 Unauthorized", asJSON)+`{"error": "\u001b[2J\u001b]0;owned\u0007::error::owned"}`),
		json("another issuer", "has the metadata of somebody else",
			`{"issuer": "https://honest.example", "token_endpoint": "https://honest.example/token"}`),
		{
			Name: "endpoints elsewhere",
			Does: "has metadata whose endpoints lie at another origin, which collects credentials",
			act: func(c *conversation) {
				const metadata = `{"issuer": %q, "token_endpoint": "http://collector.example:%s/token", ` +
					`"dpop_signing_alg_values_supported": ["ES256"]}`
				c.say(closing("200 OK", asJSON) + fmt.Sprintf(metadata, c.server.URL, c.server.lurePort()))
			},
		},
		{
			Name: "endpoints that are no URLs", Does: "has metadata whose endpoints are numbers and nonsense",
			act: func(c *conversation) {
				const metadata = `{"issuer": %q, "token_endpoint": "javascript:alert(1)", "userinfo_endpoint": 7}`
				c.say(closing("200 OK", asJSON) + fmt.Sprintf(metadata, c.server.URL))
			},
		},
	}
}

// askForNonce refuses a request that lacks the nonce.
func (c *conversation) askForNonce(nonce string) {
	body := `{"error": "use_dpop_nonce"}`
	c.say(closing("400 Bad Request", asJSON, asksForNonce,
		"DPoP-Nonce: "+nonce, fmt.Sprintf("Content-Length: %d", len(body))) + body)
}

func (s *Server) lurePort() string { return s.lureURL[strings.LastIndexByte(s.lureURL, ':')+1:] }
