package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func tokensSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the request carries an access token that (.+)$`, (*Tester).sendFlawedToken,
		"Sends the endpoint's request with an access token that is wrong or odd in one way, bound to the client's key, and an honest proof for it.",
		"When the request carries an access token that has expired")
}

// token is an access token that is odd in one way.
type token struct {
	name string
	make func(w *Tester, m *mockas.Mint)
}

func claim(name string, value any) func(*Tester, *mockas.Mint) {
	return func(_ *Tester, m *mockas.Mint) { m.Claims = func(o *dpop.Object) { o.Set(name, value) } }
}

func noClaim(name string) func(*Tester, *mockas.Mint) {
	return func(_ *Tester, m *mockas.Mint) { m.Claims = func(o *dpop.Object) { o.Delete(name) } }
}

func header(name string, value any) func(*Tester, *mockas.Mint) {
	return func(_ *Tester, m *mockas.Mint) { m.Header = func(o *dpop.Object) { o.Set(name, value) } }
}

// audience changes the audience of the token by that of the API.
func audience(change func(string) any) func(*Tester, *mockas.Mint) {
	return func(_ *Tester, m *mockas.Mint) {
		own := m.Audience[0]
		m.Claims = func(o *dpop.Object) { o.Set("aud", change(own)) }
	}
}

// oddTokens are the tokens by the names that scenarios use.
var oddTokens = []token{
	{"has expired", func(_ *Tester, m *mockas.Mint) { m.Lifetime = -time.Hour }},
	{"is not valid yet", func(w *Tester, m *mockas.Mint) {
		m.Claims = func(o *dpop.Object) { o.Set("nbf", w.Clock.Now().Add(time.Hour).Unix()) }
	}},
	{"comes from another issuer", claim("iss", "https://another-issuer.example/")},
	{"comes from an issuer whose name begins like its own", func(_ *Tester, m *mockas.Mint) {
		m.Claims = func(o *dpop.Object) {
			issuer, _ := o.Text("iss")
			o.Set("iss", issuer+"/another")
		}
	}},
	{"comes from an issuer in other letter case", func(_ *Tester, m *mockas.Mint) {
		m.Claims = func(o *dpop.Object) {
			issuer, _ := o.Text("iss")
			o.Set("iss", strings.Replace(issuer, "http", "HTTP", 1))
		}
	}},
	{"is signed by another key", func(w *Tester, m *mockas.Mint) { m.Key, _ = w.Key("another issuer") }},
	{"is signed by the client's key", func(w *Tester, m *mockas.Mint) { m.Key, _ = w.Key("client") }},
	{"is signed by a key in its own header", func(w *Tester, m *mockas.Mint) {
		m.Key, _ = w.Key("another issuer")
		m.Header = func(o *dpop.Object) { o.Set("jwk", m.Key.JWK()) }
	}},
	{"has another subject than was signed", tampered(func(o *dpop.Object) { o.Set("sub", "person-2") })},
	{"has another binding than was signed", func(w *Tester, m *mockas.Mint) {
		m.Bound = ""
		key, _ := w.Key("client")
		tampered(func(o *dpop.Object) { o.Set("cnf", map[string]string{"jkt": key.Thumbprint}) })(w, m)
	}},
	{"has a signature that was changed", func(w *Tester, m *mockas.Mint) {
		m.Sign = func(h, p []byte) (string, error) {
			text, err := w.signed(h, p)
			head, signature := text[:strings.LastIndexByte(text, '.')+1], text[strings.LastIndexByte(text, '.')+1:]
			return head + otherFirst(signature), err
		}
	}},
	{"has no signature", func(_ *Tester, m *mockas.Mint) {
		m.Header = func(o *dpop.Object) { o.Set("alg", "none") }
		m.Sign = func(h, p []byte) (string, error) {
			return dpop.EncodeSegment(h) + "." + dpop.EncodeSegment(p) + ".", nil
		}
	}},
	{"is signed with the issuer's public key as a secret", func(w *Tester, m *mockas.Mint) {
		m.Header = func(o *dpop.Object) { o.Set("alg", "HS256") }
		m.Sign = w.signedWithPublicKey
	}},
	{"is of the type JWT", header("typ", "JWT")},
	{"is of the type dpop+jwt", header("typ", "dpop+jwt")},
	{"is of no type", func(_ *Tester, m *mockas.Mint) { m.Header = func(o *dpop.Object) { o.Delete("typ") } }},
	{"is of the type application/at+jwt", header("typ", "application/at+jwt")},
	{"never expires", noClaim("exp")},
	{"names no issuer", noClaim("iss")},
	{"names no audience", noClaim("aud")},
	{"is for another API", claim("aud", "https://another-api.example")},
	{"is for an API whose name begins like this one's", audience(func(own string) any { return own + ".example" })},
	{"is for an API whose name this one's begins with", audience(func(own string) any { return own[:len(own)-len("e")] })},
	{"is for an API whose name ends like this one's", audience(func(own string) any { return "x" + own })},
	{"is for this API in other letter case", audience(func(own string) any { return strings.ToUpper(own) })},
	{"is for no API", claim("aud", []string{})},
	{"is for several APIs and not this one", claim("aud", []string{"https://a.example", "https://b.example"})},
	{"is for several APIs and this one", audience(func(own string) any { return []string{"https://a.example", own} })},
	{"lacks the scope", func(_ *Tester, m *mockas.Mint) { m.Scope = "" }},
	{"is an ID token", func(w *Tester, m *mockas.Mint) {
		m.Header = func(o *dpop.Object) { o.Set("typ", "JWT") }
		m.Claims = func(o *dpop.Object) {
			o.Set("aud", "confidential")
			o.Set("azp", "confidential")
			o.Set("nonce", "n-0S6_WzA2Mj")
			o.Set("auth_time", w.Clock.Now().Unix())
			for _, name := range []string{"client_id", "jti", "scope"} {
				o.Delete(name)
			}
		}
	}},
}

// oddByRFC9068 are tokens that RFC 9068 alone (§2.1, §2.2: typ and exp are
// required) tells from sound ones.
var oddByRFC9068 = []string{"is of the type JWT", "is of no type", "is of the type application/at+jwt", "never expires"}

// tampered signs the claims and changes them afterwards.
func tampered(change func(*dpop.Object)) func(*Tester, *mockas.Mint) {
	return func(w *Tester, m *mockas.Mint) {
		m.Sign = func(h, p []byte) (string, error) {
			text, err := w.signed(h, p)
			if err != nil {
				return "", err
			}
			claims, err := dpop.ParseObject(p)
			if err != nil {
				return "", err
			}
			change(&claims)
			segments := strings.Split(text, ".")
			return segments[0] + "." + dpop.EncodeSegment(claims.JSON()) + "." + segments[2], nil
		}
	}
}

// otherFirst changes the first character of base64url text, which carries six
// bits; the last may carry none.
func otherFirst(text string) string {
	if text[0] == 'A' {
		return "B" + text[1:]
	}
	return "A" + text[1:]
}

// signed signs as the embedded authorization server does.
func (w *Tester) signed(header, payload []byte) (string, error) {
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	return dpop.SignCompact(as.Key(), header, payload)
}

// signedWithPublicKey makes an HMAC whose secret everybody knows: the public
// key of the issuer, as its JWKS spells it.
func (w *Tester) signedWithPublicKey(header, payload []byte) (string, error) {
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	input := dpop.EncodeSegment(header) + "." + dpop.EncodeSegment(payload)
	mac := hmac.New(sha256.New, as.Key().JWK().JSON())
	mac.Write([]byte(input))
	return input + "." + dpop.EncodeSegment(mac.Sum(nil)), nil
}

func (w *Tester) sendFlawedToken(name string) error {
	text, err := w.oddToken(name)
	if err != nil {
		return err
	}
	w.resourceState.keyFault = false
	return w.CallWith(proof.Call{Title: "an access token that " + name, Token: text})
}

func (w *Tester) oddToken(name string) (string, error) {
	switch name {
	case "is a proof":
		return w.proofAsToken()
	case "is no token at all":
		return "no-token", nil
	case "was revoked":
		return w.revokedToken()
	case "has characters that forms and URLs escape":
		return w.mint(func(m *mockas.Mint) { m.Opaque, m.Text = true, "a+b/c~d.e_f-"+dpop.NewID()+"+/==" })
	}
	if typ := w.TokenTyp(); typ != "" && slices.Contains(oddByRFC9068, name) {
		return "", world.NotApplicablef("the API takes access tokens of the typ %s, which RFC 9068 does not govern", typ)
	}
	i := slices.IndexFunc(oddTokens, func(t token) bool { return t.name == name })
	if i < 0 {
		names := make([]string, len(oddTokens))
		for i, t := range oddTokens {
			names[i] = t.name
		}
		return "", fmt.Errorf("no access token can be made that %s; there are: is a proof, is no token at all, was revoked, has characters that forms and URLs escape, %s", name, strings.Join(names, ", "))
	}
	return w.mint(func(m *mockas.Mint) { oddTokens[i].make(w, m) })
}

// proofAsToken is an honest proof in place of an access token.
func (w *Tester) proofAsToken() (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return "", err
	}
	return dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
}

// revokedToken shows only where the resource server asks for the state of a
// token: by introspection, or because it is the authorization server itself.
func (w *Tester) revokedToken() (string, error) {
	if !w.EmbeddedAS() {
		return w.revokedByRequest()
	}
	opaque := w.resourceState.opaque
	text, err := w.mint(func(m *mockas.Mint) { m.Opaque = opaque })
	if err != nil {
		return "", err
	}
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	as.Revoke(text)
	return text, nil
}

// revokedByRequest revokes the client's userinfo token at a real authorization
// server (RFC 7009 §2.1), which must then not take it any more.
func (w *Tester) revokedByRequest() (string, error) {
	if w.Endpoint != world.UserinfoEndpoint {
		return "", world.NotApplicablef("an API that does not ask the authorization server cannot know that a token was revoked")
	}
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if metadata.Revocation == "" {
		return "", world.NotApplicablef("the authorization server has no revocation endpoint")
	}
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	text, err := w.UserinfoToken(key.Thumbprint)
	if err != nil {
		return "", err
	}
	client, _, err := w.PersonClient()
	if err != nil {
		return "", err
	}
	form := url.Values{"token": {text}, "token_type_hint": {"access_token"}}
	e, err := w.Send("revocation", world.FormRequest(metadata.Revocation, form, client))
	if err == nil && e.Status != 200 {
		err = world.NotApplicablef("the authorization server does not revoke access tokens: status %d", e.Status)
	}
	return text, err
}
