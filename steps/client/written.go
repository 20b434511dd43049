package client

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func writtenSteps(v *vocabulary.Vocabulary) {
	v.Word("secret", "What the client must not write.", secrets.Forms()...)
	v.Word("logged", "What the debug output of the client shows.", logged.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^nothing that the client writes holds {secret}$`, (*Actor).hides,
		"Logs, warnings and errors of the client must hold neither the private key nor its PEM text; or no access "+
			"token, refresh token or proof as it was sent.",
		"Then nothing that the client writes holds its private key")
	g.Then(`^the debug output shows {logged}$`, (*Actor).debugShows,
		"The client's debug output must show that.",
		"Then the debug output shows the audience of the token")
	g.Then(`^the client's output warns of "([^"]+)" and "([^"]+)"$`, (*Actor).warnsOfSeconds,
		"What the client writes must hold a line with both numbers of seconds, as 60 or as 1m0s.",
		`Then the client's output warns of "60" and "30"`)
	g.Then(`^the client reports an error or a warning about "([^"]+)"$`, (*Actor).errorOrWarning,
		"The client must report an error, or write a warning that has the word.",
		`Then the client reports an error or a warning about "Bearer"`)
}

var secrets = vocabulary.Meanings[func(*Actor) error]{
	"its private key":                       (*Actor).hidesKey,
	"a token or a proof that could be used": (*Actor).hidesTokens,
}

func (a *Actor) hides(what string) error {
	judge, err := secrets.Of(what)
	if err != nil {
		return err
	}
	return judge(a)
}

// hidesKey looks for the private key in every form in which it could have been
// written.
func (a *Actor) hidesKey() error {
	const expected = "no private key in what the client writes"
	if err := a.needs(target.CanEnvironmentKeys); err != nil { // else it has a key that nobody here knows
		return err
	}
	key, err := a.Key("client")
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
	body := bodyOf(pair.Private)
	for name, needle := range map[string]string{
		"d": d, "d in hexadecimal": fmt.Sprintf("%x", octets), "d in decimal octets": fmt.Sprint(octets),
		"the PEM body": body, "part of the PEM body": body[48:96],
		"the base64 of the PEM": base64.StdEncoding.EncodeToString([]byte(pair.Private))[100:160],
	} {
		if strings.Contains(flat, strings.ReplaceAll(needle, " ", "")) || strings.Contains(written, needle) {
			return a.Expect(false, expected, name+" was found")
		}
	}
	return a.expect(true, expected, fmt.Sprintf("none in %d octets", len(written)))
}

// bodyOf is the base64 of a PEM text without its armour and line breaks.
func bodyOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[1:len(lines)-1], "")
}

func (a *Actor) hidesTokens() error {
	const expected = "no token and no proof in what the client writes"
	if err := a.began(); err != nil {
		return err
	}
	written := a.output()
	for _, s := range a.sentTo("") {
		secrets := append([]string{}, s.Fields.Values("DPoP")...)
		if c, ok := s.credentials(); ok {
			secrets = append(secrets, c.Token)
		}
		for _, name := range []string{"refresh_token", "client_secret", "code", "code_verifier", "client_assertion"} {
			secrets = append(secrets, s.form().Get(name))
		}
		if answer, err := dpop.ParseObject(s.Reply); err == nil && s.kind == toToken {
			for _, name := range []string{"access_token", "refresh_token"} { // also those that go nowhere
				token, _ := answer.Text(name)
				secrets = append(secrets, token)
			}
		}
		for _, secret := range secrets {
			if len(secret) > 4 && strings.Contains(written, secret) {
				return a.Expect(false, expected, "one that went to the "+s.kind)
			}
		}
	}
	return a.expect(true, expected, fmt.Sprintf("none in %d octets", len(written)))
}

// logged are the words that show it.
var logged = vocabulary.Meanings[func(*Actor) []string]{
	"URL, method, status and headers": func(a *Actor) []string {
		return []string{a.setup.API.URL + "/orders", "GET", "200", "Authorization", "Content-Type"}
	},
	"the audience of the token": func(*Actor) []string {
		return []string{world.AudienceOf(world.DefaultAPI), "aud"}
	},
}

func (a *Actor) debugShows(what string) error {
	words, err := logged.Of(what)
	if err != nil {
		return err
	}
	if err := a.needs(target.WritesDebugLog); err != nil {
		return err
	}
	if err := a.began(); err != nil {
		return err
	}
	expected := "debug output that shows " + what
	for _, word := range words(a) {
		if !strings.Contains(a.output(), word) {
			return a.expect(false, expected, "nothing of "+word)
		}
	}
	return a.Expect(true, expected, "so it does")
}

// writes reports whether a line of what the client has written is such.
func (a *Actor) writes(such func(line string) bool) bool {
	return slices.ContainsFunc(strings.Split(a.output(), "\n"), such)
}

func (a *Actor) warnsOfSeconds(first, second string) error {
	if err := a.began(); err != nil {
		return err
	}
	warned := a.writes(func(line string) bool { return spellsSeconds(line, first) && spellsSeconds(line, second) })
	return a.expect(warned, "a line that names "+first+" and "+second, "none")
}

// spellsSeconds reports whether a line has a number of seconds, as 60 or as 1m0s: not as
// a part of a date, of a time of day or of another number.
func spellsSeconds(line, seconds string) bool {
	spelling := regexp.QuoteMeta(seconds)
	if d, err := time.ParseDuration(seconds + "s"); err == nil {
		spelling += "|" + regexp.QuoteMeta(d.String())
	}
	found, err := regexp.MatchString(`(^|[^0-9a-z:.,+-]|[^0-9]-)(`+spelling+`)s?($|[^0-9a-z:.+-]|[.:-]($|[^0-9]))`, line)
	return err == nil && found
}

func (a *Actor) errorOrWarning(word string) error {
	if err := a.began(); err != nil {
		return err
	}
	warned := a.writes(func(line string) bool {
		return strings.Contains(strings.ToLower(line), "warn") && strings.Contains(line, word)
	})
	return a.expect(a.problem != nil || warned, "an error or a warning about "+word, a.ending()+", no warning")
}
