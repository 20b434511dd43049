package forge

import "github.com/dpopspec/dpopspec/dpop"

// typDefects are about typ (RFC 9449 §4.3, check 4).
func typDefects() []Defect {
	rows := memberDefects("typ")
	for _, typ := range []string{
		"JWT", "at+jwt", "jwt+dpop", "dpop", "jwt", "dpop+jwt+x", "dpop+at", "xdpop+jwt", "openid4vci-proof+jwt",
		"client-authentication+jwt", "oauth-authz-req+jwt", "JOSE",
	} {
		rows = append(rows, bad("typ", typ, "the type of another JWT", setHeader("typ", typ), "typ"))
	}
	rows = append(rows,
		bad("typ", "followed by a space", "no media type ends so", setHeader("typ", dpop.ProofType+" "), "typ"),
		moot("typ", "in upper case", "media types have no letter case, RFC 9449 names a value",
			setHeader("typ", "DPOP+JWT"), "typ"),
		moot("typ", "in mixed case", "media types have no letter case, RFC 9449 names a value",
			setHeader("typ", "DPoP+JWT"), "typ"),
		moot("typ", "with the prefix application/", "RFC 7515 §4.1.9 lets it be left out, RFC 9449 names a value",
			setHeader("typ", "application/"+dpop.ProofType), "typ"),
	)
	return append(rows, purposes()...)
}

// purposes are JWTs that the same key signs for another purpose. They carry
// every claim of a proof, so that nothing but their type gives them away.
func purposes() []Defect {
	purpose := func(value, says, typ string, claims dpop.Object) Defect {
		return bad("purpose", value, says, func(f *Forgery) error {
			f.Draft.Header.Set("typ", typ)
			for _, m := range claims {
				f.Draft.Claims.Set(m.Name, m.Value)
			}
			f.Draft.Claims.Set("exp", f.Now.Unix()+60)
			return nil
		}, "typ")
	}
	var parties dpop.Object
	parties.Add("iss", "client")
	parties.Add("sub", "client")
	parties.Add("aud", "https://server.example")
	return []Defect{
		purpose("a client assertion", "a private_key_jwt (RFC 7523 §3)", "JWT", parties),
		purpose("a typed client assertion", "a private_key_jwt with a type of its own",
			"client-authentication+jwt", parties),
		purpose("an OpenID4VCI key proof", "a proof of possession for a credential", "openid4vci-proof+jwt", parties),
		purpose("an ID token", "an ID token of OpenID Connect", "JWT", parties),
		purpose("an access token", "a JWT access token (RFC 9068)", "at+jwt", parties),
		purpose("a request object", "a signed authorization request (RFC 9101)", "oauth-authz-req+jwt", parties),
	}
}
