package client

// Purpose is what a request is for.
type Purpose string

// The requests that can carry a proof.
const (
	ForToken Purpose = "token" // to the token endpoint
	ForPAR   Purpose = "par"   // to the PAR endpoint
	ForAPI   Purpose = "api"   // to an API, with an access token
)

// AtServer reports whether the request goes to the authorization server.
func (p Purpose) AtServer() bool { return p != ForAPI }

// Destination is where and what for a request is made.
type Destination struct {
	Purpose   Purpose   // what the request is for
	Grant     string    // grant_type at the token endpoint
	Base      string    // the issuer, or the Fetcher's base URL
	Published string    // the endpoint under its first name, if an alias is used
	Metadata  *Metadata // of the authorization server; nil at an API
}

// Attempt counts the requests of one call.
type Attempt struct {
	Number int    // from 1
	Scheme string // of the Authorization field: DPoP or Bearer
}
