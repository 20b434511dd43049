package client

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func keysSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^a generated key pair is written as the lines of an environment file and loaded from there$`, (*Actor).keyRoundTrip,
		"Lets a client in this process generate a key pair and write it down, and gives the lines to its environment.",
		"Given a generated key pair is written as the lines of an environment file and loaded from there")
	g.Given(`^the client is given another key pair in code$`, (*Actor).givenPair,
		"Gives the client a key pair in code beside the one in its environment.",
		"Given the client is given another key pair in code")
	g.Given(`^the client is given in code a JWK (without y|of an unknown kty|whose point is off the curve)$`, (*Actor).givenJWK,
		"Gives the client a broken private JWK in code.",
		"Given the client is given in code a JWK without y")
	g.Given(`^the variable (AUTH0_DPOP_PUBLIC_KEY|AUTH0_DPOP_PRIVATE_KEY) holds (.+)$`, (*Actor).variableHolds,
		"Puts something unusable into half of the pair in the client's environment: "+formNames(badHalves)+".",
		"Given the variable AUTH0_DPOP_PRIVATE_KEY holds garbage")
	g.Given(`^the environment holds the pair (.+)$`, (*Actor).environmentForm,
		"Writes both halves of the pair in the client's environment in a form: "+formNames(pairForms)+".",
		"Given the environment holds the pair with escaped line breaks")
	g.Given(`^the environment holds a pair on (P-384|P-521|secp256k1|RSA|Ed25519)$`, (*Actor).environmentOn,
		"Gives the client's environment a key pair that is not for ES256.",
		"Given the environment holds a pair on P-384")
	g.Given(`^the environment holds only (AUTH0_DPOP_PUBLIC_KEY|AUTH0_DPOP_PRIVATE_KEY)$`, (*Actor).environmentOnly,
		"Leaves the client's environment half of a pair.",
		"Given the environment holds only AUTH0_DPOP_PUBLIC_KEY")
	g.Given(`^the environment holds halves of different pairs$`, (*Actor).environmentMixed,
		"Gives the client's environment the public half of one pair and the private half of another.",
		"Given the environment holds halves of different pairs")
	g.Given(`^the environment holds no key pair$`, (*Actor).environmentEmpty,
		"Leaves the client's environment without a key pair.",
		"Given the environment holds no key pair")
	g.When(`^the client's key pair is rotated$`, (*Actor).rotates,
		"Lets the client bind new tokens to another key pair.",
		"When the client's key pair is rotated")
	g.Then(`^the issued token is bound to the key of the proofs$`, (*Actor).tokenBound,
		"The authorization server must have bound the newest token to the key of the newest proof.",
		"Then the issued token is bound to the key of the proofs")
	g.Then(`^the issued token is bound to the new key$`, (*Actor).tokenBoundAnew,
		"The newest token must be bound to the key of the rotation.",
		"Then the issued token is bound to the new key")
	g.Then(`^each start of the client has another key$`, (*Actor).startsDiffer,
		"The first and the last proof of the client must be by different keys.",
		"Then each start of the client has another key")
	g.Then(`^no token is asked for( without a proof)?$`, (*Actor).asksForNone,
		"The token endpoint must have got no request of the client; or none without a proof.",
		"Then no token is asked for")
	g.Then(`^the client uses the key of the environment, or its error names the variable$`, (*Actor).loadsOrNames,
		"Every token request must be proven by the key of the environment; without one the client must report an error that names AUTH0_DPOP.",
		"Then the client uses the key of the environment, or its error names the variable")
	g.Then(`^nothing that the client writes holds its private key$`, (*Actor).hidesKey,
		"Logs, warnings and errors of the client must hold neither the private key nor its PEM text.",
		"Then nothing that the client writes holds its private key")
}

// keyForm is a way of writing a key pair, or half of it.
type keyForm struct {
	name  string
	write func(text string, key *dpop.Key) string
}

func formNames(list []keyForm) string {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.name
	}
	return strings.Join(names, "; ")
}

func findKeyForm(list []keyForm, name string) (keyForm, error) {
	i := slices.IndexFunc(list, func(f keyForm) bool { return f.name == name })
	if i < 0 {
		return keyForm{}, fmt.Errorf("no form of a key is called %q; there are: %s", name, formNames(list))
	}
	return list[i], nil
}

// badHalves are what a variable can hold instead of its half of the pair.
var badHalves = []keyForm{
	{"garbage", func(string, *dpop.Key) string { return "this is not a key" }},
	{"a PEM cut in the middle", func(text string, _ *dpop.Key) string { return text[:len(text)/2] }},
	{"the base64 of a PEM", func(text string, _ *dpop.Key) string { return base64.StdEncoding.EncodeToString([]byte(text)) }},
	{"DER", func(text string, _ *dpop.Key) string {
		block, _ := pem.Decode([]byte(text))
		return base64.StdEncoding.EncodeToString(block.Bytes)
	}},
	{"an encrypted PKCS#8 key", func(string, *dpop.Key) string { return fixtures.EncryptedPrivate }},
	{"the public key", func(_ string, key *dpop.Key) string { pair, _ := pemPairOf(key); return pair.Public }},
	{"the private key", func(_ string, key *dpop.Key) string { pair, _ := pemPairOf(key); return pair.Private }},
	{"a certificate", func(text string, _ *dpop.Key) string {
		return strings.NewReplacer("PRIVATE KEY", "CERTIFICATE", "PUBLIC KEY", "CERTIFICATE").Replace(text)
	}},
	{"a PEM on one line", func(text string, _ *dpop.Key) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", " ") }},
}

// pairForms are what environment files do to a PEM text.
var pairForms = []keyForm{
	{"with real line breaks", func(text string, _ *dpop.Key) string { return text }},
	{"with escaped line breaks", func(text string, _ *dpop.Key) string { return strings.ReplaceAll(text, "\n", `\n`) }},
	{"with CRLF", func(text string, _ *dpop.Key) string { return strings.ReplaceAll(text, "\n", "\r\n") }},
	{"in double quotes", func(text string, _ *dpop.Key) string { return `"` + strings.TrimSpace(text) + `"` }},
	{"in single quotes", func(text string, _ *dpop.Key) string { return "'" + strings.TrimSpace(text) + "'" }},
	{"with blanks around", func(text string, _ *dpop.Key) string { return "  \n" + text + "  " }},
	{"without a last line break", func(text string, _ *dpop.Key) string { return strings.TrimSpace(text) }},
	{"with SEC 1 for the private half", sec1},
	{"with indented lines", func(text string, _ *dpop.Key) string { return strings.ReplaceAll(text, "\n", "\n    ") }},
}

// sec1 writes a private half as SEC 1 does (RFC 5915).
func sec1(text string, key *dpop.Key) string {
	private, ok := key.Private().(*ecdsa.PrivateKey)
	if !ok || !strings.Contains(text, "PRIVATE") {
		return text
	}
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return text
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// ownEnvironment is for cases about how a client reads its environment
// by itself.
func (w *Actor) ownEnvironment() (*Actor, error) { return w.can(target.ReadsEnvironment) }

func (w *Actor) keyRoundTrip() error {
	if _, err := w.can(target.InProcess); err != nil {
		return err
	}
	a := w
	key, err := client.GenerateKey()
	if err != nil {
		return err
	}
	lines, err := client.Environment(key)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		name, value, _ := strings.Cut(line, "=")
		a.env[name] = value
	}
	w.SetKey("client", key)
	w.restart(a)
	return nil
}

func (w *Actor) givenPair() error {
	a, err := w.can(target.TakesKey)
	if err != nil {
		return err
	}
	key, err := w.Key("given in code")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	a.setup.Options.KeyPEM = &pair
	return err
}

func (w *Actor) givenJWK(how string) error {
	a, err := w.can(target.TakesKey)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	jwk, err := key.PrivateJWK()
	switch how {
	case "without y":
		jwk.Delete("y")
	case "of an unknown kty":
		jwk.Set("kty", "XYZ")
	default:
		x, _ := jwk.Get("x")
		jwk.Set("y", x)
	}
	a.setup.Options.KeyJWK = jwk.JSON()
	return err
}

func (w *Actor) variableHolds(variable, what string) error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	form, err := findKeyForm(badHalves, what)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a.env[variable] = form.write(a.env[variable], key)
	w.restart(a)
	return nil
}

func (w *Actor) environmentForm(name string) error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	form, err := findKeyForm(pairForms, name)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	for _, variable := range []string{envPublicKey, envPrivateKey} {
		a.env[variable] = form.write(a.env[variable], key)
	}
	w.restart(a)
	return nil
}

func (w *Actor) environmentOn(curve string) error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	if curve == "secp256k1" {
		a.env[envPublicKey], a.env[envPrivateKey] = fixtures.Secp256k1Public, fixtures.Secp256k1Private
		w.restart(a)
		return nil
	}
	key, err := w.NewKey("environment", map[string]string{"P-384": "ES384", "P-521": "ES512", "RSA": "RS256", "Ed25519": "EdDSA"}[curve])
	if err != nil {
		return err
	}
	return w.setKey(key)
}

func (w *Actor) environmentOnly(variable string) error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	for _, name := range []string{envPublicKey, envPrivateKey} {
		if name != variable {
			delete(a.env, name)
		}
	}
	w.restart(a)
	return nil
}

func (w *Actor) environmentMixed() error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	other, err := w.Key("another pair")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(other)
	a.env[envPublicKey] = pair.Public
	w.restart(a)
	return err
}

func (w *Actor) environmentEmpty() error {
	a, err := w.ownEnvironment()
	if err != nil {
		return err
	}
	delete(a.env, envPublicKey)
	delete(a.env, envPrivateKey)
	w.restart(a)
	return nil
}

func (w *Actor) rotates() error {
	a, err := w.can(target.CanRotate)
	if err != nil {
		return err
	}
	key, err := w.Key("rotated")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	w.heldToken.text = a.told.AccessToken
	a.problem = nil
	err = a.outcome(a.driver.Rotate(w.Context, pair))
	a.early = a.problem // with the old key, nothing can be said of the new one
	return err
}

// boundTo is the key that the newest token was bound to, as the authorization
// server noted it.
func (w *Actor) boundTo() (string, error) {
	if err := w.began(); err != nil {
		return "", err
	}
	var bound string
	for _, s := range w.sentTo(toToken) {
		if jkt, found := s.Fact("bound-to"); found {
			bound = jkt
		}
	}
	if bound == "" {
		return "", world.Inconclusivef("no bound token was issued; the client ended with %s", w.ending())
	}
	return bound, nil
}

func (w *Actor) tokenBound() error {
	bound, err := w.boundTo()
	if err != nil {
		return err
	}
	all := proofsIn(w.sentTo(toToken))
	if len(all) == 0 {
		return w.withoutProofs()
	}
	newest := all[len(all)-1].thumbprint()
	return w.Expect(bound == newest, "a token bound to the key "+newest, "bound to "+bound)
}

func (w *Actor) tokenBoundAnew() error {
	bound, err := w.boundTo()
	if err != nil {
		return err
	}
	key, err := w.Key("rotated")
	if err != nil {
		return err
	}
	return w.Expect(bound == key.Thumbprint, "a token bound to the new key "+key.Thumbprint, "bound to "+bound)
}

func (w *Actor) startsDiffer() error {
	all := proofsIn(w.sentTo(toToken))
	if len(all) < 2 {
		return w.withoutProofs()
	}
	first, last := all[0].thumbprint(), all[len(all)-1].thumbprint()
	return w.Expect(first != last, "another key after a new start", "the same key "+first)
}

func (w *Actor) asksForNone(withoutProof string) error {
	asked := w.sentTo(toToken)
	expected := "no token request"
	if withoutProof != "" {
		expected += " without a proof"
		asked = slices.DeleteFunc(asked, func(s sent) bool { return len(s.Fields.Values("DPoP")) > 0 })
	}
	return w.expect(len(asked) == 0, expected, fmt.Sprintf("%d of them; the client ended with %s", len(asked), w.ending()))
}

func (w *Actor) loadsOrNames() error {
	const expected = "proofs by the key of the environment, or an error that names AUTH0_DPOP"
	a := w
	if a.problem != nil {
		return w.expect(strings.Contains(a.problem.Text(), "AUTH0_DPOP"), expected, a.ending())
	}
	asked := w.sentTo(toToken)
	if len(asked) == 0 {
		return w.expect(false, expected, "neither a token request nor an error")
	}
	all := proofsIn(asked)
	if len(all) < len(asked) {
		return w.Expect(false, expected, fmt.Sprintf("%d token requests, %d of them with a proof, no error", len(asked), len(all)))
	}
	problem := environmentKey(w, all)
	return w.Expect(problem == "", expected, orElse(problem, "proofs by that key"))
}

// hidesKey looks for the private key in every form in which it could
// have been written.
func (w *Actor) hidesKey() error {
	a := w
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	jwk, err := key.PrivateJWK()
	if err != nil {
		return err
	}
	d, err := jwk.Text("d")
	if err != nil {
		return err
	}
	octets, _ := dpop.DecodeSegment(d)
	written := a.output()
	flat := strings.NewReplacer("\n", "", `\n`, "", "\r", "", " ", "").Replace(written)
	for name, needle := range map[string]string{
		"d": d, "d in hexadecimal": fmt.Sprintf("%x", octets), "d in decimal octets": fmt.Sprint(octets),
		"the PEM body": bodyOf(pair.Private), "part of the PEM body": bodyOf(pair.Private)[48:96],
		"the base64 of the PEM": base64.StdEncoding.EncodeToString([]byte(pair.Private))[100:160],
	} {
		if strings.Contains(flat, strings.ReplaceAll(needle, " ", "")) || bytes.Contains([]byte(written), []byte(needle)) {
			return w.Expect(false, "no private key in what the client writes", name+" was found")
		}
	}
	return w.expect(true, "no private key in what the client writes", fmt.Sprintf("none in %d octets", len(written)))
}

// bodyOf is the base64 of a PEM text without its armour and line breaks.
func bodyOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[1:len(lines)-1], "")
}
