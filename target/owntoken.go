package target

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/reports"
)

// OwnToken is an access token that the configuration brings for an API whose issuer the
// run has nothing to do with.
type OwnToken struct {
	Text    string    // empty: Command prints it
	Command Command   // prints a token in a line, by itself or as a token response (RFC 6749 §5.1)
	Key     *dpop.Key // that it is bound to; nil: none
}

const (
	longestFetch = 30 * time.Second // that a command may take for a token
	mostFetches  = 200              // that a run starts a command for tokens
	ownTokenAge  = 4 * time.Minute  // that a token of unknown life is used
	mostPrinted  = 64 << 10         // octets that a command may print
	mostRefused  = 3                // honest requests in a row until a token counts as ended
)

// ownTokens are those that commands have printed, and what is known of all.
type ownTokens struct {
	mu      sync.Mutex
	kept    map[string]keptOwn // by what they are for
	fetches int
	refused map[string]int // honest requests in a row that were refused as invalid_token, by API
}

type keptOwn struct {
	text  string
	until time.Time
}

// OwnToken returns one of the tokens that the configuration brings for an API, by its
// place in Tokens, or the unbound one for -1. One that has run out by its own exp is a
// problem of the set-up, and so is a command that prints none: a *Blocked.
func (s *Session) OwnToken(ctx context.Context, api RealAPI, which int) (string, error) {
	own, key := api.Unbound, "apis."+api.Name+".unbound_token"
	if which >= 0 {
		own, key = &api.Tokens[which], "apis."+api.Name+".token"
	}
	if which > 0 {
		key = "apis." + api.Name + ".other_tokens"
	}
	text, err := s.ownText(ctx, *own, fmt.Sprint(api.Name, " ", which))
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	p := reports.Problem{Name: key, Key: key}
	switch {
	case err != nil:
		p.What, p.Answer = "the command for a token for the API "+api.Name+" gives none", err.Error()
		p.Remedy = "run the command by itself: it must print a token in a line, or a token response"
	case endedBy(text, time.Now()) != "":
		p.What, p.Answer = "the access token for the API "+api.Name+" has run out", "its exp is "+endedBy(text, time.Now())
		p.Remedy = "get a fresh one, or let a command print one: {command: […]}"
	case own.Key != nil && confirmed(text) != "" && confirmed(text) != own.Key.Thumbprint:
		p.What = "the access token for the API " + api.Name + " is bound to another key than that beside it"
		p.Answer = fmt.Sprintf("its cnf.jkt is %.60s, the key has %s", confirmed(text), own.Key.Thumbprint)
		p.Remedy = "let the command get tokens that are bound to that key"
	default:
		return text, nil
	}
	var rests []Dependent // a further token is missed by the cases that need it alone
	if which == 0 {
		rests = s.tokensFor(api)
	}
	s.Block(p, rests...)
	return "", &Blocked{p}
}

// tokensFor is what rests on the tokens of an API.
func (s *Session) tokensFor(api RealAPI) []Dependent {
	rests := []Dependent{{TokensFor: api.Name}}
	if s.APIs[0].Name == api.Name {
		rests = append(rests, Dependent{Endpoint: "api"})
	}
	return rests
}

// ownText returns a token itself: as it stands in the configuration, or as its command
// printed it last, if that is fresh still.
func (s *Session) ownText(ctx context.Context, own OwnToken, name string) (string, error) {
	if own.Text != "" {
		return own.Text, nil
	}
	s.owned.mu.Lock()
	defer s.owned.mu.Unlock()
	if known, found := s.owned.kept[name]; found && time.Now().Before(known.until) {
		return known.text, nil
	}
	if s.owned.fetches++; s.owned.fetches > mostFetches {
		return "", fmt.Errorf("it was started %d times, and is started no more", mostFetches)
	}
	printed, err := output(ctx, own.Command)
	if err != nil {
		return "", err
	}
	fresh, err := readPrinted(printed)
	if err != nil {
		return "", err
	}
	if s.owned.kept == nil {
		s.owned.kept = map[string]keptOwn{}
	}
	s.owned.kept[name] = fresh
	return fresh.text, nil
}

// output runs a command to its end and returns what it printed.
func output(ctx context.Context, c Command) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, longestFetch)
	defer cancel()
	cmd := prepared(ctx, c, nil)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", strings.Join(c.Args, " "), err)
	}
	printed, err := io.ReadAll(io.LimitReader(stdout, mostPrinted+1))
	if len(printed) > mostPrinted {
		cancel() // it has said enough
	}
	ended := cmd.Wait()
	switch exit, _ := ended.(*exec.ExitError); {
	case ctx.Err() == context.DeadlineExceeded:
		return nil, fmt.Errorf("it had not ended after %v", longestFetch)
	case len(printed) > mostPrinted:
		return nil, fmt.Errorf("it printed more than %d octets", mostPrinted)
	case exit != nil:
		return nil, fmt.Errorf("it ended with exit code %d", exit.ExitCode())
	case ended != nil:
		return nil, ended
	}
	return printed, err
}

// readPrinted reads what a command printed: a token by itself, or a token response.
func readPrinted(printed []byte) (keptOwn, error) {
	text := strings.TrimSpace(string(printed))
	lives := 2 * ownTokenAge
	if response, err := dpop.ParseObject([]byte(text)); err == nil {
		if text, err = response.Text("access_token"); err != nil {
			return keptOwn{}, fmt.Errorf("it printed an object without access_token")
		}
		if seconds, err := response.Number("expires_in"); err == nil && seconds > 0 {
			lives = time.Duration(min(seconds, 3600)) * time.Second
		}
	}
	if !isToken68(text) {
		return keptOwn{}, fmt.Errorf("it printed something that is no token")
	}
	if end, found := expiry(text); found {
		lives = min(lives, time.Until(end))
	}
	return keptOwn{text, time.Now().Add(lives / 2)}, nil
}

// expiry is when a JWT says that it ends.
func expiry(token string) (end time.Time, found bool) {
	claims, err := claimsOf(token)
	if err != nil {
		return end, false
	}
	value, has := claims.Get("exp")
	var seconds float64
	if !has || json.Unmarshal(value, &seconds) != nil || seconds < 0 || seconds > 1e11 {
		return end, false
	}
	return time.Unix(int64(seconds), 0), true
}

// endedBy tells when a token ended, empty if it has not.
func endedBy(token string, now time.Time) string {
	if end, found := expiry(token); found && !now.Before(end) {
		return end.UTC().Format(time.RFC3339)
	}
	return ""
}

// OwnTokenAnswered notes what came of an honest request with the token of the
// configuration: that it was refused as invalid_token, or not. After several refusals in
// a row, of an API that has served it, the token counts as ended, also one that does not
// say when it ends; a command is asked for a fresh one first.
func (s *Session) OwnTokenAnswered(api RealAPI, invalid bool) {
	s.owned.mu.Lock()
	defer s.owned.mu.Unlock()
	if !invalid || !s.HasGranted("api") {
		delete(s.owned.refused, api.Name)
		return
	}
	if s.owned.refused == nil {
		s.owned.refused = map[string]int{}
	}
	s.owned.refused[api.Name]++
	delete(s.owned.kept, fmt.Sprint(api.Name, " ", 0))
	if s.owned.refused[api.Name] < mostRefused {
		return
	}
	key := "apis." + api.Name + ".token"
	s.Block(reports.Problem{
		Name: key, Key: key,
		What: fmt.Sprintf("the access token for the API %s is good no more, %s", api.Name, s.moment()),
		Answer: fmt.Sprintf("%d honest requests in a row were refused with invalid_token, and it was served before",
			mostRefused),
		Remedy: "get one that lives as long as the run, or let a command print fresh ones: token: {command: […]}",
	}, s.tokensFor(api)...)
}
