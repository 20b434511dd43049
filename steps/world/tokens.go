package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Tokens are what a client holds after a token request.
type Tokens struct {
	Client       target.RegisteredClient
	AccessToken  string
	TokenType    string
	RefreshToken string      // empty: none
	Response     dpop.Object // all that the server said (RFC 6749 §5.1)
}

// ReadTokens reads a token response (RFC 6749 §5.1). One without an access token
// is an error.
func ReadTokens(client target.RegisteredClient, e *wire.Exchange) (*Tokens, error) {
	response, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return nil, err
	}
	t := &Tokens{Client: client, Response: response}
	if t.AccessToken, err = response.Text("access_token"); err != nil {
		return nil, err
	}
	t.TokenType, _ = response.Text("token_type")
	t.RefreshToken, _ = response.Text("refresh_token")
	return t, nil
}
