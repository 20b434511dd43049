package mockas

import "github.com/dpopspec/dpopspec/dpop"

// WebIdentity is whom an ID token of the scope webid is about, and who may use it.
type WebIdentity struct {
	WebID    string
	ClientID string
	JKT      string // thumbprint of the key of the token request; empty: there was no proof
}

// confirmID is honest: an ID token of the scope webid is for the client and for
// every storage server, and is bound to the key of the proof (Solid-OIDC, Token
// Instantiation).
func confirmID(claims *dpop.Object, id WebIdentity) {
	claims.Set("webid", id.WebID)
	claims.Set("azp", id.ClientID)
	claims.Set("aud", []string{id.ClientID, solidAudience})
	if id.JKT != "" {
		var cnf dpop.Object
		cnf.Add("jkt", id.JKT)
		claims.Set("cnf", cnf)
	}
}

// solidAudience is every server that takes such ID tokens.
const solidAudience = "solid"

// webIDScope asks for an ID token that names the person's WebID.
const webIDScope = "webid"
