package hostile

import (
	"fmt"
	"strings"
)

// protocols are misbehaviours in the words of HTTP and DPoP: redirects, limits,
// challenges, metadata.
func protocols() []Misbehaviour {
	const end = "Connection: close\r\n\r\n"
	return []Misbehaviour{
		{Name: "a redirect loop", Does: "redirects to itself", act: func(c *conversation) {
			c.say("HTTP/1.1 302 Found\r\nLocation: " + c.request.RequestURI + "\r\n" + end)
		}},
		{Name: "a redirect elsewhere", Does: "redirects with 307 to another origin, which collects credentials", act: func(c *conversation) {
			c.say("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + c.server.lureURL + "/loot\r\n" + end)
		}},
		answer("a redirect to nowhere", "redirects without Location", "HTTP/1.1 302 Found\r\n"+end),
		answer("429 at once", "answers 429 and wants no pause", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\n"+end),
		answer("429 for a day", "answers 429 and wants a day", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 86400\r\n"+end),
		{Name: "endless challenges", Does: "asks for another nonce each time", act: func(c *conversation) {
			body := `{"error": "use_dpop_nonce"}`
			c.say(fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: n%d\r\nContent-Length: %d\r\n%s%s", c.server.count.Add(1), len(body), end, body))
		}},
		{Name: "a nonce of a megabyte", Does: "asks for a nonce that no field can carry back", act: func(c *conversation) {
			body := `{"error": "use_dpop_nonce"}`
			c.say(fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: %s\r\nContent-Length: %d\r\n%s%s", strings.Repeat("n", 900_000), len(body), end, body))
		}},
		answer("a challenge without nonce", "asks for a nonce and gives none", "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\n"+end+`{"error": "use_dpop_nonce"}`),
		answer("an error of a megabyte", "refuses with a code without measure", "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"+end+`{"error": "`+strings.Repeat("e", 900_000)+`"}`),
		answer("broken challenges", "refuses with a challenge that cannot be parsed", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce, ,,=\"\"=\\\r\nWWW-Authenticate: \"\r\n"+end),
		answer("terminal escapes", "refuses in words that would paint a terminal", "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"+end+"{\"error\": \"\\u001b[2J\\u001b]0;owned\\u0007::error::owned\"}"),
		json("another issuer", "has the metadata of somebody else", `{"issuer": "https://honest.example", "token_endpoint": "https://honest.example/token"}`),
		{Name: "endpoints elsewhere", Does: "has metadata whose endpoints lie at another origin, which collects credentials", act: func(c *conversation) {
			c.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + end + fmt.Sprintf(
				`{"issuer": %q, "token_endpoint": "http://collector.example:%s/token", "dpop_signing_alg_values_supported": ["ES256"]}`, c.server.URL, c.server.lurePort()))
		}},
		{Name: "endpoints that are no URLs", Does: "has metadata whose endpoints are numbers and nonsense", act: func(c *conversation) {
			c.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + end + fmt.Sprintf(`{"issuer": %q, "token_endpoint": "javascript:alert(1)", "userinfo_endpoint": 7}`, c.server.URL))
		}},
	}
}

func (s *Server) lurePort() string { return s.lureURL[strings.LastIndexByte(s.lureURL, ':')+1:] }
