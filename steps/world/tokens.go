package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// BoundToken returns an access token for an API that is bound to the key of a
// thumbprint.
func (w *World) BoundToken(resource Resource, thumbprint string) (string, error) {
	return w.TokenOnce(resource.Name+" "+thumbprint, func() (string, error) { return w.obtain(resource, thumbprint) })
}

// SetBoundToken makes a token the one that BoundToken returns.
func (w *World) SetBoundToken(resource Resource, thumbprint, token string) {
	w.tokens[resource.Name+" "+thumbprint] = token
}

// TokenOnce obtains the token of a name once in the case.
func (w *World) TokenOnce(name string, obtain func() (string, error)) (string, error) {
	if token := w.tokens[name]; token != "" {
		return token, nil
	}
	token, err := obtain()
	if err != nil {
		return "", err
	}
	w.tokens[name] = token
	return token, nil
}

// ForgetTokens lets tokens be obtained anew: those of before are too old, or
// bound to a key that was exchanged.
func (w *World) ForgetTokens() { clear(w.tokens) }

func (w *World) obtain(resource Resource, thumbprint string) (string, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		m := mockas.Mint{Bound: thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope}
		w.Wish.Into(&m)
		return as.Mint(m)
	}
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	grant, err := w.requestToken(key)
	if err != nil {
		return "", err
	}
	return grant.AccessToken, nil
}

// holder returns the key pair of the case that has a thumbprint.
func (w *World) holder(thumbprint string) (*dpop.Key, error) {
	for _, key := range w.keys {
		if key.Thumbprint == thumbprint {
			return key, nil
		}
	}
	return nil, NotApplicablef("a real authorization server would not issue a token bound to such a key")
}

// UserinfoToken returns an access token for the userinfo endpoint.
func (w *World) UserinfoToken(thumbprint string) (string, error) {
	return w.TokenOnce("userinfo "+thumbprint, func() (string, error) { return w.obtainUserinfo(thumbprint) })
}

// WantJWT lets the next token be a JWT where a defect needs one. A real server
// issues what it issues.
func (w *World) WantJWT() {
	if w.EmbeddedAS() {
		w.userinfoTokens.jwt = true
		w.ForgetTokens()
	}
}

func (w *World) obtainUserinfo(thumbprint string) (string, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		return as.Mint(mockas.Mint{Bound: thumbprint, Scope: "openid", Opaque: !w.userinfoTokens.jwt})
	}
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	client, grantType, err := w.PersonClient()
	if err != nil {
		return "", err
	}
	form, err := w.GrantForm(client, grantType)
	if err != nil {
		return "", err
	}
	grant, err := w.Redeem(client, form, key)
	if err != nil {
		return "", err
	}
	return grant.AccessToken, nil
}

// requestToken gets a token for the default API with an honest proof.
func (w *World) requestToken(key *dpop.Key) (*Grant, error) {
	client, grant, err := w.ProbeClient()
	if err != nil {
		return nil, err
	}
	form, err := w.GrantForm(client, grant)
	if err != nil {
		return nil, err
	}
	return w.Redeem(client, form, key)
}

// WishAnew returns the wish to be changed; tokens of before are not used again.
func (w *World) WishAnew() *Wish {
	wished := &w.Wish
	wished.Tokens = nil
	w.ForgetTokens()
	return wished
}
