package world

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// boundToken returns an access token for an API that is bound to the key of a
// thumbprint.
func (w *World) boundToken(resource Resource, thumbprint string) (string, error) {
	return w.TokenOnce(resource.Name+" "+thumbprint, func() (string, error) { return w.obtain(resource, thumbprint) })
}

// SetBoundToken makes a token the one that requests to an API carry.
func (w *World) SetBoundToken(resource Resource, thumbprint, token string) {
	w.obtained[resource.Name+" "+thumbprint] = token
}

// TokenOnce obtains the token of a name once in the case.
func (w *World) TokenOnce(name string, obtain func() (string, error)) (string, error) {
	if token := w.obtained[name]; token != "" {
		return token, nil
	}
	token, err := w.sharedToken(w.tokenPurpose(name), obtain)
	if err != nil {
		return "", err
	}
	w.obtained[name] = token
	return token, nil
}

// tokenPurpose is what a token is for, in whatever case.
func (w *World) tokenPurpose(name string) string {
	client, _ := w.ChosenClient()
	return fmt.Sprintf("%s %+v %s %s", name, w.wish, client.ID, w.grant)
}

// ForgetTokens lets tokens be obtained anew: those of before are too old, or
// bound to a key that was exchanged.
func (w *World) ForgetTokens() {
	clear(w.obtained)
	w.detached = true
}

func (w *World) obtain(resource Resource, thumbprint string) (string, error) {
	if api, brings := w.bringsTokensFor(resource.Name); brings {
		return w.broughtToken(api, thumbprint, false)
	}
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		m := mockas.Mint{Bound: thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope}
		w.wish.ChangeMint(&m)
		return as.Mint(m)
	}
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	tokens, err := w.requestToken(key)
	if err != nil {
		return "", err
	}
	return tokens.AccessToken, nil
}

// holder returns the key pair of the case that has a thumbprint, to ask for a token with: by
// an algorithm that the authorization server takes. What the case makes of the key at an API
// is another matter, and whether another case has asked before must make no difference.
func (w *World) holder(thumbprint string) (*dpop.Key, error) {
	var held *dpop.Key
	for _, name := range slices.Sorted(maps.Keys(w.keys)) {
		if w.keys[name].Thumbprint == thumbprint {
			held = w.keys[name]
			break
		}
	}
	if held == nil {
		return nil, NotApplicablef("a real authorization server would not issue a token bound to such a key")
	}
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	announced := metadata.Advertised()
	if slices.Contains(announced, held.Algorithm) {
		return held, nil
	}
	for _, algorithm := range slices.Concat(announced, []string{""}) { // empty: the usual one of its kind
		if key, err := held.WithAlgorithm(algorithm); err == nil {
			return key, nil
		}
	}
	return held, nil
}

// UserinfoToken returns an access token for the userinfo endpoint.
func (w *World) UserinfoToken(thumbprint string) (string, error) {
	return w.TokenOnce("userinfo "+thumbprint, func() (string, error) { return w.obtainUserinfo(thumbprint) })
}

// WantJWT lets the next token be a JWT where a defect needs one. A real server
// issues what it issues.
func (w *World) WantJWT() {
	if w.EmbeddedAS() {
		w.wantsJWT = true
		w.ForgetTokens()
	}
}

func (w *World) obtainUserinfo(thumbprint string) (string, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		return as.Mint(mockas.Mint{Bound: thumbprint, Scope: "openid", Opaque: !w.wantsJWT})
	}
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	client, grant, err := w.PersonClient()
	if err != nil {
		return "", err
	}
	form, err := w.GrantForm(client, grant, key)
	if err != nil {
		return "", err
	}
	tokens, err := w.Redeem(client, form, key)
	if err != nil {
		return "", err
	}
	return tokens.AccessToken, nil
}

// requestToken gets a token for the default API with an honest proof.
func (w *World) requestToken(key *dpop.Key) (*Tokens, error) {
	client, grant, err := w.ProbeClient()
	if err != nil {
		return nil, err
	}
	form, err := w.GrantForm(client, grant, key)
	if err != nil {
		return nil, err
	}
	return w.Redeem(client, form, key)
}

// TokenWish returns what the scenario wants of its access tokens from here on.
func (w *World) TokenWish() Wish { return w.wish }

// ChangeWish changes what the scenario wants of its access tokens from here on;
// tokens of before are not used again.
func (w *World) ChangeWish(change func(*Wish)) {
	change(&w.wish)
	clear(w.obtained)
}
