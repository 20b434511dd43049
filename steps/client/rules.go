package client

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// rule is one thing that every proof of a client must fulfil. It returns what
// is wrong, or nothing.
type proofRule struct {
	text  string
	kinds []string // requests whose proofs it is about; nil: all
	judge func(*Actor, sentProof) string
}

// properClaims are those of RFC 9449 §4.2, and those of every JWT (RFC 7519
// §4.1), which a client may add of its own accord.
var properClaims = []string{"jti", "htm", "htu", "iat", "ath", "nonce", "iss", "sub", "aud", "exp", "nbf"}

var atServer = []string{toToken, toPAR}

// proofRules are what a step "every proof …" can say of each proof by itself.
var proofRules = []proofRule{
	{"is one token68 in a field of its own", nil, func(_ *Actor, p sentProof) string {
		if len(p.lines) != 1 {
			return fmt.Sprintf("%d DPoP field lines", len(p.lines))
		}
		return unless(dpop.IsToken68(p.text) && strings.Count(p.text, ".") == 2, "%q", mask.Head(p.text, 80))
	}},
	{"is a compact JWS in strict base64url", nil, func(_ *Actor, p sentProof) string {
		if p.err != nil {
			return p.err.Error()
		}
		for _, name := range []string{"crit", "b64"} {
			if p.header.Has(name) {
				return "the header has " + name
			}
		}
		return p.signatureForm()
	}},
	{"has the type dpop+jwt", nil, func(_ *Actor, p sentProof) string {
		typ, err := p.header.Text("typ")
		return unless(err == nil && typ == dpop.ProofType, "typ is %q", typ)
	}},
	{"names a registered asymmetric signature algorithm", nil, func(_ *Actor, p sentProof) string {
		_, known := dpop.FindAlgorithm(p.algorithm())
		return unless(known, "alg is %q", p.algorithm())
	}},
	{"names neither none nor a MAC", nil, func(_ *Actor, p sentProof) string {
		alg := p.algorithm()
		return unless(!strings.EqualFold(alg, "none") && !strings.HasPrefix(strings.ToUpper(alg), "HS"), "alg is %q", alg)
	}},
	{"names an algorithm that the profile allows", nil, func(w *Actor, p sentProof) string {
		allowed := w.Profile.ProofAlgorithms()
		return unless(len(allowed) == 0 || slices.Contains(allowed, p.algorithm()), "alg is %q, allowed are %v", p.algorithm(), allowed)
	}},
	{"names Ed25519 rather than EdDSA", nil, func(_ *Actor, p sentProof) string {
		return unless(p.algorithm() != "EdDSA", "alg is EdDSA")
	}},
	{"holds the public key that verifies it", nil, func(_ *Actor, p sentProof) string {
		key, err := p.key()
		if err != nil {
			return "jwk: " + err.Error()
		}
		return p.verifies(key)
	}},
	{"holds no private or symmetric key", nil, func(_ *Actor, p sentProof) string {
		value, _ := p.header.Get("jwk")
		jwk, _ := dpop.ParseObject(value)
		kty, _ := jwk.Text("kty")
		if kty == "oct" {
			return "jwk is a symmetric key"
		}
		private := dpop.PrivateMembers(jwk)
		return unless(len(private) == 0, "jwk has %v", private)
	}},
	{"writes its key in full length and no longer", nil, func(_ *Actor, p sentProof) string { return p.keyForm() }},
	{"has a key of sufficient length", nil, func(_ *Actor, p sentProof) string {
		key, err := p.key()
		switch {
		case err != nil:
			return "jwk: " + err.Error()
		default:
			return keyLength(key)
		}
	}},
	{"has a signature of full length", nil, func(_ *Actor, p sentProof) string { return p.signatureForm() }},
	{"has a jti", nil, func(_ *Actor, p sentProof) string {
		jti, err := p.claims.Text("jti")
		return unless(err == nil && jti != "", "jti is %q, %v", jti, err)
	}},
	{"names the method of its request", nil, func(_ *Actor, p sentProof) string {
		return unless(p.claim("htm") == p.Method, "htm is %q at a %s request", p.claim("htm"), p.Method)
	}},
	{"names the URI of its request", nil, func(_ *Actor, p sentProof) string {
		uri, _, _ := strings.Cut(p.uri(), "?")
		htu, _, _ := strings.Cut(p.claim("htu"), "?")
		htu, _, _ = strings.Cut(htu, "#")
		return unless(dpop.SameURI(htu, uri) == nil, "htu is %q at %s", p.claim("htu"), uri)
	}},
	{"leaves query and fragment out of htu", nil, func(_ *Actor, p sentProof) string {
		return unless(!strings.ContainsAny(p.claim("htu"), "?#"), "htu is %q", p.claim("htu"))
	}},
	{"was made at the time of its request", nil, func(w *Actor, p sentProof) string {
		iat, err := p.claims.Number("iat")
		if err != nil {
			return err.Error()
		}
		off := time.Unix(int64(iat), 0).Sub(w.time(p.At))
		return unless(off.Abs() <= 10*time.Second, "iat lies %v off the client's clock", off)
	}},
	{"counts its time in seconds as a JSON number", nil, func(_ *Actor, p sentProof) string {
		_, err := p.claims.Number("iat")
		return whyNot(err)
	}},
	{"has an ath at the API", []string{toAPI}, func(_ *Actor, p sentProof) string {
		_, err := p.claims.Text("ath")
		return whyNot(err)
	}},
	{"has the hash of its access token at the API", []string{toAPI}, func(_ *Actor, p sentProof) string {
		c, _ := p.credentials()
		return unless(p.claim("ath") == dpop.TokenHash(c.Token), "ath is %q, the hash of the token sent is %q", p.claim("ath"), dpop.TokenHash(c.Token))
	}},
	{"has no ath at the authorization server", atServer, func(_ *Actor, p sentProof) string {
		return unless(!p.claims.Has("ath"), "ath is %q", p.claim("ath"))
	}},
	{"holds nothing beyond what RFC 9449 names", nil, func(_ *Actor, p sentProof) string {
		var more []string
		for _, m := range p.header {
			if !slices.Contains([]string{"typ", "alg", "jwk"}, m.Name) {
				more = append(more, m.Name)
			}
		}
		for _, m := range p.claims {
			if !slices.Contains([]string{"jti", "htm", "htu", "iat", "ath", "nonce"}, m.Name) {
				more = append(more, m.Name)
			}
		}
		return unless(len(more) == 0, "it also has %v", more)
	}},
	{"for a pushed request names the PAR endpoint and POST, without ath", []string{toPAR}, func(w *Actor, p sentProof) string {
		right := dpop.SameURI(p.claim("htu"), p.uri()) == nil && p.claim("htm") == "POST" && !p.claims.Has("ath")
		return unless(right, "htu %q, htm %q, ath %q at %s", p.claim("htu"), p.claim("htm"), p.claim("ath"), p.uri())
	}},
	{"is well-formed, whatever the nonce", nil, func(_ *Actor, p sentProof) string {
		if p.err != nil {
			return p.err.Error()
		}
		for _, m := range p.claims {
			if !slices.Contains(properClaims, m.Name) {
				return "a claim " + m.Name + " got in"
			}
		}
		return unless(!p.claims.Has("nonce") || p.claim("nonce") != "", "the claim nonce is empty or no string")
	}},
}

func unless(holds bool, format string, args ...any) string {
	if holds {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func whyNot(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (p sentProof) algorithm() string {
	alg, _ := p.header.Text("alg")
	return alg
}

func (p sentProof) verifies(key *dpop.PublicKey) string {
	_, _, signature, err := dpop.SplitCompact(p.text, dpop.DecodeSegment)
	if err != nil {
		return err.Error()
	}
	a, _ := dpop.FindAlgorithm(p.algorithm())
	proof := dpop.Proof{Text: p.text, Header: p.header, Claims: p.claims, Signature: signature, Algorithm: a}
	return whyNot(dpop.VerifySignature(&proof, key.Key))
}

// signatureForm demands the fixed length of RFC 7518 §3.4.
func (p sentProof) signatureForm() string {
	_, _, signature, err := dpop.SplitCompact(p.text, dpop.DecodeSegment)
	if err != nil {
		return err.Error()
	}
	want := map[string]int{"ES256": 64, "ES384": 96, "ES512": 132, "EdDSA": 64, "Ed25519": 64}[p.algorithm()]
	return unless(want == 0 || len(signature) == want, "the %s signature has %d octets", p.algorithm(), len(signature))
}

// keyForm demands coordinates of full length (RFC 7518 §6.2.1.2) and the
// shortest form of n and e (§6.3.1).
func (p sentProof) keyForm() string {
	value, _ := p.header.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		return "jwk: " + err.Error()
	}
	crv, _ := jwk.Text("crv")
	lengths := map[string]int{"P-256": 32, "P-384": 48, "P-521": 66}
	for _, name := range []string{"x", "y", "n", "e"} {
		text, err := jwk.Text(name)
		if err != nil {
			continue
		}
		octets, err := dpop.DecodeSegment(text)
		switch want := lengths[crv]; {
		case err != nil:
			return name + ": " + err.Error()
		case want > 0 && len(octets) != want:
			return fmt.Sprintf("%s has %d octets, %s needs %d", name, len(octets), crv, want)
		case (name == "n" || name == "e") && len(octets) > 0 && octets[0] == 0:
			return name + " begins with a zero octet"
		}
	}
	return ""
}

func keyLength(key *dpop.PublicKey) string {
	switch k := key.Key.(type) {
	case *rsa.PublicKey:
		return unless(k.N.BitLen() >= 2048, "an RSA key of %d bits", k.N.BitLen())
	case *ecdsa.PublicKey:
		return unless(k.Curve.Params().BitSize >= 224, "an EC key of %d bits", k.Curve.Params().BitSize)
	}
	return ""
}

// time is what the client's clock showed, with its skew, when the
// servers' clock showed the given time.
func (w *Actor) time(at time.Time) time.Time {
	a := w
	if !a.hello.Can(target.InProcess) {
		at = time.Now()
	} else {
		at = at.Add(-a.drift)
	}
	return at.Add(a.skew)
}

// courses are what a step "every proof …" can say of all proofs together.
var courses = map[string]func(*Actor, []sentProof) string{
	"is new":                                 allNew,
	"is by one key":                          oneKey,
	"is by the key of the environment":       environmentKey,
	"is by the key given in code":            codeKey,
	"carries the newest nonce of its server": newestNonces,
	"carries no nonce of another server":     ownNonces,
	"at an API carries the newest nonce of its server": func(w *Actor, all []sentProof) string {
		return newestNonces(w, slices.DeleteFunc(all, func(p sentProof) bool { return p.kind != toAPI }))
	},
	"has an identifier that nobody can guess": unguessable,
}

func rulesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^every proof (.+)$`, (*Actor).everyProof,
		"States something about every proof that the client has sent in this case: "+ruleNames()+".",
		"Then every proof has the type dpop+jwt")
	g.Then(`^no proof is sent$`, (*Actor).noProof,
		"The client must have sent no request with a DPoP field.",
		"Then no proof is sent")
}

func ruleNames() string {
	var names []string
	for _, r := range proofRules {
		names = append(names, r.text)
	}
	for text := range courses {
		names = append(names, text)
	}
	slices.Sort(names)
	return strings.Join(names, "; ")
}

func (w *Actor) everyProof(text string) error {
	problem, count, err := w.judgeProofs(text)
	switch {
	case err != nil:
		return err
	case problem != "":
		return w.Expect(false, "that every proof "+text, problem)
	case w.early != nil:
		return w.began() // sound so far, but not all that was to be seen
	case slices.Contains(w.acts, toAPI) && len(w.sentTo(toAPI)) == 0:
		_, err := w.requests(toAPI) // the proofs that the scenario is about were never made
		return err
	case count == 0 && strings.Contains(text, "pushed request") && len(w.sentTo(toPAR)) > 0:
		return world.NotApplicablef("the client sends no proof with a pushed request, it has dpop_jkt for that (RFC 9449 §10.1)")
	case count == 0 && w.Session.Triggered() && len(proofsIn(w.sentTo(""))) > 0:
		return world.NotApplicablef("the application sent nothing there in this case: it had what it needed")
	case count == 0:
		return w.withoutProofs()
	}
	return w.Expect(true, "that every proof "+text, fmt.Sprintf("so it is with all %d", count))
}

// judgeProofs says what is wrong with the client's proofs in the light of
// a rule or a course, and how many it looked at.
func (w *Actor) judgeProofs(text string) (problem string, count int, err error) {
	all := proofsIn(w.sentTo(""))
	if course, found := courses[text]; found {
		if len(all) > 0 {
			problem = course(w, all)
		}
		return problem, len(all), nil
	}
	i := slices.IndexFunc(proofRules, func(r proofRule) bool { return r.text == text })
	if i < 0 {
		return "", 0, fmt.Errorf("nothing is known about %q; a step can say of every proof that it %s", text, ruleNames())
	}
	r := proofRules[i]
	for _, p := range all {
		if r.kinds != nil && !slices.Contains(r.kinds, p.kind) {
			continue
		}
		count++
		if said := r.judge(w, p); said != "" {
			return fmt.Sprintf("at the %s: %s", p.kind, said), count, nil
		}
	}
	return "", count, nil
}

// withoutProofs ends a case in which there is no proof to judge. That the
// client sends none where it should is found elsewhere.
func (w *Actor) withoutProofs() error {
	a := w
	return world.Inconclusivef("the client sent no proof of the kind that is judged here; it ended with %s", a.ending())
}

func (w *Actor) noProof() error {
	all := proofsIn(w.sentTo(""))
	if len(all) == 0 {
		return w.expect(true, "no proof", "none was sent")
	}
	return w.Expect(false, "no proof", "one was sent to the "+all[0].kind)
}

func allNew(_ *Actor, all []sentProof) string {
	ids, texts := map[string]bool{}, map[string]bool{}
	for _, p := range all {
		id := p.claim("jti")
		switch {
		case texts[p.text]:
			return "a proof was sent twice, the second time to the " + p.kind
		case ids[id]:
			return fmt.Sprintf("the jti %q was used twice, the second time at the %s", id, p.kind)
		}
		ids[id], texts[p.text] = true, true
	}
	return ""
}

func oneKey(_ *Actor, all []sentProof) string {
	for _, p := range all {
		if p.thumbprint() != all[0].thumbprint() {
			return fmt.Sprintf("the key %s at the %s, the key %s at the %s", all[0].thumbprint(), all[0].kind, p.thumbprint(), p.kind)
		}
	}
	return ""
}

func environmentKey(w *Actor, all []sentProof) string {
	key, err := w.Key("client")
	if err != nil {
		return err.Error()
	}
	for _, p := range all {
		if p.thumbprint() != key.Thumbprint {
			return fmt.Sprintf("the key %s, in the environment is %s", p.thumbprint(), key.Thumbprint)
		}
	}
	return ""
}

func codeKey(w *Actor, all []sentProof) string {
	key, err := w.Key("given in code")
	if err != nil {
		return err.Error()
	}
	for _, p := range all {
		if p.thumbprint() != key.Thumbprint {
			return fmt.Sprintf("the key %s, in code is %s", p.thumbprint(), key.Thumbprint)
		}
	}
	return ""
}

// newestNonces follows what each server handed out: the next proof to that
// server has exactly the newest, and none before the first.
func newestNonces(w *Actor, all []sentProof) string {
	judged := map[string]bool{}
	for _, p := range all {
		judged[p.text] = true
	}
	newest := map[string]string{}
	for _, s := range w.sentTo("") {
		if p := proofsIn([]sent{s}); len(p) == 1 && judged[p[0].text] {
			if got := p[0].claim("nonce"); got != newest[s.origin] && !w.mayKnow(newest[s.origin] != "") {
				return fmt.Sprintf("the nonce %q at the %s, whose newest is %q", clipped(got), s.kind, clipped(newest[s.origin]))
			}
		}
		if nonce, given := s.givenNonce(); given {
			newest[s.origin] = nonce
		}
	}
	return ""
}

// ownNonces demands that a nonce goes to no other server than the one that
// gave it.
func ownNonces(w *Actor, all []sentProof) string {
	given := map[string]map[string]bool{}
	for _, s := range w.sentTo("") {
		if nonce, has := s.givenNonce(); has {
			if given[s.origin] == nil {
				given[s.origin] = map[string]bool{}
			}
			given[s.origin][nonce] = true
		}
	}
	for _, p := range all {
		if nonce := p.claim("nonce"); nonce != "" && !given[p.origin][nonce] && !w.mayKnow(given[p.origin] != nil) {
			return fmt.Sprintf("a proof to the %s has the nonce of another server", p.kind)
		}
	}
	return ""
}
