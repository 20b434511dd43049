package target

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/dpopspec/dpopspec/internal/child"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/reports"
)

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
		p.Answer = fmt.Sprintf("its cnf.jkt is %s, the key has %s", mask.Head(confirmed(text), 60), own.Key.Thumbprint)
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
	var said standardError
	spec := c.spec(nil)
	spec.Stderr = &said
	printed := &head{most: mostPrinted}
	err := child.Run(ctx, spec, "", printed)
	var exit *exec.ExitError
	switch {
	case errors.Is(err, errTooMuch):
		return nil, fmt.Errorf("it printed more than %d octets", mostPrinted)
	case ctx.Err() == context.DeadlineExceeded:
		return nil, fmt.Errorf("it had not ended after %v%s", longestFetch, said.lastWords())
	case errors.As(err, &exit):
		return nil, fmt.Errorf("it ended %s%s", howEnded(exit.ProcessState), said.lastWords())
	case err != nil:
		return nil, cannotStart(spec.Args, err)
	}
	return printed.Bytes(), nil
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
