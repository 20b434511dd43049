package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// idTokenSteps are about ID tokens of the scope webid (Solid-OIDC).
func idTokenSteps(v *vocabulary.Vocabulary) {
	v.Word("id-token-rule", "What an ID token of the scope webid says (Solid-OIDC, Token Instantiation).",
		idTokenRules.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the client logs in with the scope webid$`, (*Tester).logsInForWebID,
		"Lets the person log in with the scopes openid and webid, and redeems the code with a proof by the client's key.",
		"When the client logs in with the scope webid")
	g.Then(`^the ID token {id-token-rule}$`, (*Tester).idTokenSays,
		"The ID token of the login must say so. A server that does not announce the scope webid fails it.",
		"Then the ID token is bound to its key")
}

// identity is an ID token of the scope webid.
type identity struct {
	claims   dpop.Object
	clientID string
	missing  string // why there is none
}

// idTokenRules judge the claims: what is wrong, or nothing.
var idTokenRules = vocabulary.Meanings[func(w *Tester, id identity) (string, error)]{
	"names the WebID of the person": func(_ *Tester, id identity) (string, error) {
		text, err := id.claims.Text("webid")
		u, unreadable := url.Parse(text)
		if err != nil || unreadable != nil || !u.IsAbs() {
			return fmt.Sprintf("webid %q", text), nil
		}
		return "", nil
	},
	"names its client as azp": func(_ *Tester, id identity) (string, error) {
		if azp, err := id.claims.Text("azp"); err != nil || azp != id.clientID {
			return fmt.Sprintf("azp %q, the client is %s", azp, id.clientID), nil
		}
		return "", nil
	},
	"is for its client and for solid": func(_ *Tester, id identity) (string, error) {
		var audiences []string
		value, _ := id.claims.Get("aud")
		err := json.Unmarshal(value, &audiences)
		if err != nil || !slices.Contains(audiences, id.clientID) || !slices.Contains(audiences, "solid") {
			return "aud " + orNone(string(value)), nil
		}
		return "", nil
	},
	"is bound to its key": func(w *Tester, id identity) (string, error) {
		key, err := w.Key("client")
		if jkt := world.Confirmation(id.claims); err == nil && jkt != key.Thumbprint {
			return fmt.Sprintf("cnf.jkt %s, the key is %s", orNone(jkt), key.Thumbprint), nil
		}
		return "", err
	},
}

func (w *Tester) logsInForWebID() error {
	if err := w.readDocuments(); err != nil {
		return err
	}
	for _, document := range w.documents.found {
		scopes, known := document.Get("scopes_supported")
		var list []string
		if known && (json.Unmarshal(scopes, &list) != nil || !slices.Contains(list, "webid")) {
			w.identity = &identity{missing: "scopes_supported " + string(scopes)}
			return nil
		}
	}
	text, client, err := w.WebIDToken()
	if err != nil {
		return err
	}
	claims, err := world.ClaimsOf(text)
	if err != nil {
		w.identity = &identity{missing: "an ID token that is no JWT: " + err.Error()}
		return nil
	}
	w.identity = &identity{claims: claims, clientID: client.ID}
	return nil
}

func (w *Tester) idTokenSays(text string) error {
	rule, err := idTokenRules.Of(text)
	if err != nil {
		return err
	}
	id := w.identity
	if id == nil {
		return errors.New(`nobody has logged in; put "When the client logs in with the scope webid" first`)
	}
	if id.missing != "" {
		return w.Expect(false, "an ID token of the scope webid that "+text, id.missing)
	}
	wrong, err := rule(w, *id)
	if err != nil {
		return err
	}
	return w.Expect(wrong == "", "an ID token of the scope webid that "+text, wrong)
}
